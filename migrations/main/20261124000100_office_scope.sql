-- What an office may see: several intergroups at once, and what signing in
-- needs before anybody is known.
--
-- A scope of 'office:<id>,<id>,…' covers those intergroups and all that belong
-- to them; 'sign_in' covers accounts, sessions and grants and nothing of the
-- directory.
create or replace function directory.scope_ids() returns uuid[]
    language sql stable security definer set search_path = pg_catalog, pg_temp
    begin atomic
        with recursive tree as (
            select i.id from directory.intergroups i
            where directory.scope_kind() = 'office'
              and i.id::text = any (string_to_array(split_part(current_setting('openchair.scope', true), ':', 2), ','))
            union
            select child.id from directory.intergroups child join tree on child.parent_id = tree.id
        )
        select coalesce(array_agg(tree.id), '{}') from tree;
    end;

alter table directory.intergroups add column require_totp boolean not null default false;
comment on column directory.intergroups.require_totp is
    'Who acts for it, or for one that belongs to it, needs a second factor';

-- Regions can be deleted and restored like everything else.
alter table directory.regions add column deleted_at timestamptz;
alter table directory.regions drop constraint regions_name_key;
create unique index regions_name_key on directory.regions (intergroup_id, parent_id, name)
    nulls not distinct where deleted_at is null;

-- What moves to another intergroup takes along what is its own.
alter table directory.meeting_aliases
    drop constraint meeting_aliases_meeting_id_intergroup_id_fkey,
    add constraint meeting_aliases_meeting_fkey foreign key (meeting_id, intergroup_id)
        references directory.meetings (id, intergroup_id) on update cascade;
alter table directory.meeting_contacts
    drop constraint meeting_contacts_meeting_id_intergroup_id_fkey,
    add constraint meeting_contacts_meeting_fkey foreign key (meeting_id, intergroup_id)
        references directory.meetings (id, intergroup_id) on update cascade;
alter table directory.meeting_private
    drop constraint meeting_private_meeting_id_intergroup_id_fkey,
    add constraint meeting_private_meeting_fkey foreign key (meeting_id, intergroup_id)
        references directory.meetings (id, intergroup_id) on update cascade;
alter table directory.notices
    drop constraint notices_meeting_id_intergroup_id_fkey,
    add constraint notices_meeting_fkey foreign key (meeting_id, intergroup_id)
        references directory.meetings (id, intergroup_id) on update cascade,
    drop constraint notices_group_id_intergroup_id_fkey,
    add constraint notices_group_fkey foreign key (group_id, intergroup_id)
        references directory.groups (id, intergroup_id) on update cascade;

-- Stamping what shows a changed thing.
create index notices_group_idx on directory.notices (group_id);
create index notices_location_idx on directory.notices (location_id);

-- Who did it, and what besides the directory is kept on record.
alter table directory.changes
    add column key_id uuid,
    add column meeting_id uuid,
    drop constraint changes_entity_check,
    add constraint changes_entity_check check (entity in
        ('intergroup', 'region', 'group', 'location', 'meeting', 'notice', 'grant', 'invitation', 'key', 'feedback')),
    drop constraint changes_op_check,
    add constraint changes_op_check check (op in ('create', 'update', 'delete', 'restore', 'verify', 'use'));
comment on column directory.changes.actor is
    'operator, import, key (see key_id), or an office account''s id; in nothing public';
comment on column directory.changes.key_id is 'The office key that did it';
comment on column directory.changes.meeting_id is 'The meeting that a notice or correction is of';
create index changes_meeting_idx on directory.changes (meeting_id) where meeting_id is not null; -- audit by meeting

-- What replaces a deleted meeting may be any intergroup's, which this scope
-- need not see.
create function directory.is_public_meeting(meeting uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp
    begin atomic
        select exists (select from directory.meetings m
                       where m.id = meeting and m.published and m.deleted_at is null);
    end;
comment on function directory.is_public_meeting(uuid) is 'Whether everybody sees a meeting, whosever it is';
