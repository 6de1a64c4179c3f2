-- Where meetings come from, the runs that brought them, and every change.

create table directory.meeting_sources (
    feed_id uuid not null,
    source_key text not null,
    intergroup_id uuid not null,
    meeting_id uuid not null,
    row_hash bytea not null check (length(row_hash) = 32),
    primary key (feed_id, source_key),
    constraint meeting_sources_meeting_key unique (meeting_id, feed_id),
    foreign key (feed_id, intergroup_id) references directory.feeds (id, intergroup_id),
    foreign key (meeting_id, intergroup_id) references directory.meetings (id, intergroup_id)
);
comment on table directory.meeting_sources is 'Which row of which feed a meeting stands for; a run removes only what its own feed brought';
comment on column directory.meeting_sources.source_key is 'The slug as the source writes it, with the day where one row gives several';
comment on column directory.meeting_sources.row_hash is 'SHA-256 of the row''s meaningful fields when it was last applied';
call directory.protect('directory.meeting_sources');
grant select, insert, update, delete on directory.meeting_sources to directory;

create table directory.imports (
    id uuid primary key,
    feed_id uuid not null,
    intergroup_id uuid not null,
    status text not null check (status in
        ('queued', 'running', 'planned', 'held', 'applied', 'rejected', 'undone', 'failed')),
    rows integer not null,
    created integer not null,
    updated integer not null,
    removed integer not null,
    unchanged integer not null,
    problem_count integer not null,
    held_because text[] not null default '{}',
    started_at timestamptz not null,
    finished_at timestamptz,
    foreign key (feed_id, intergroup_id) references directory.feeds (id, intergroup_id)
);
comment on table directory.imports is 'Runs of a feed';
create index imports_feed_idx on directory.imports (feed_id, started_at); -- a feed's last runs
call directory.protect('directory.imports');
grant select, insert, update on directory.imports to directory;

create table directory.changes (
    id bigint generated always as identity primary key,
    intergroup_id uuid not null references directory.intergroups,
    entity text not null check (entity in ('intergroup', 'region', 'group', 'location', 'meeting', 'notice')),
    entity_id uuid not null,
    op text not null check (op in ('create', 'update', 'delete', 'restore')),
    version bigint not null,
    revision bigint not null,
    import_id uuid references directory.imports,
    actor text not null,
    at timestamptz not null,
    before jsonb,
    after jsonb,
    contacts_before jsonb,
    contacts_after jsonb
);
comment on table directory.changes is 'Every change of the directory; the service can add to it, not alter it';
comment on column directory.changes.contacts_before is 'Apart from before, so that people''s names and numbers can be erased alone';
comment on column directory.changes.actor is 'operator, import, or an office account''s id; in nothing public';
create index changes_entity_idx on directory.changes (entity_id, version); -- history of one thing
create index changes_revision_idx on directory.changes (intergroup_id, revision); -- audit
call directory.protect('directory.changes');
grant select, insert on directory.changes to directory;
