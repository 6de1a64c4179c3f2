-- Runs of a feed that are planned, decided upon, taken back, and kept for 90
-- days; and the queue, which is the feeds themselves: one row a feed, so that
-- none is ever read twice at once.

alter table directory.feeds
    add column state_code text check (length(state_code) between 1 and 64),
    add column due_at timestamptz,
    add column lease uuid,
    add column leased_until timestamptz,
    add column attempts smallint not null default 0,
    add column failures integer not null default 0,
    add column read_at timestamptz,
    add column etag text check (length(etag) <= 1000),
    add column last_modified text check (length(last_modified) <= 100),
    add column body_hash bytea check (length(body_hash) = 32),
    add column body_version bigint,
    add constraint feeds_lease_check check ((lease is null) = (leased_until is null));
comment on column directory.feeds.due_at is 'When it is to be read next; null: it has no address';
comment on column directory.feeds.lease is 'Whose turn it is; whoever finishes must still hold it';
comment on column directory.feeds.attempts is 'Turns that began and did not end';
comment on column directory.feeds.failures is 'Turns in a row that brought nothing';
comment on column directory.feeds.read_at is 'When its source last answered with what can be read, changed or not';
comment on column directory.feeds.body_hash is 'SHA-256 of the source as it was last planned: the same is not planned again';
comment on column directory.feeds.body_version is 'The version of the settings that it was planned with';
create index feeds_due_idx on directory.feeds (due_at) where deleted_at is null; -- the queue

alter table directory.imports
    add column mode text not null default 'apply' check (mode in ('plan', 'apply')),
    add column origin text not null default 'command_line' check (origin in ('command_line', 'upload', 'fetch')),
    add column actor text not null default 'operator',
    add column key_id uuid,
    add column protected integer not null default 0,
    add column kept integer not null default 0,
    add column failure_code text check (length(failure_code) between 1 and 64),
    add column failure text check (length(failure) between 1 and 500),
    add column plan_hash bytea check (length(plan_hash) = 32),
    add column decided_at timestamptz,
    add column synced_before date,
    add column left_as_is jsonb,
    add constraint imports_intergroup_key unique (id, intergroup_id);
comment on column directory.imports.plan_hash is 'SHA-256 of the plan that was shown: what is applied later must be the same';
comment on column directory.imports.kept is 'Meetings on which the office keeps what its source says otherwise';
comment on column directory.imports.synced_before is 'The day of the run before, for taking this one back';
comment on column directory.imports.left_as_is is 'What taking it back left alone, since it was edited since';
create index imports_open_idx on directory.imports (feed_id, id) where status in ('queued', 'running'); -- what is asked for
grant delete on directory.imports to directory;
alter table directory.changes
    drop constraint changes_import_id_fkey,
    drop constraint changes_entity_check,
    add constraint changes_entity_check check (entity in
        ('intergroup', 'region', 'group', 'location', 'meeting', 'notice', 'grant', 'invitation', 'key', 'feedback',
         'feed', 'import', 'webhook'));
comment on column directory.changes.import_id is 'The run that did it; the log outlives the report';

create table directory.import_changes (
    import_id uuid not null,
    position integer not null,
    intergroup_id uuid not null,
    op text not null check (op in ('create', 'update', 'restore', 'remove')),
    meeting_id uuid not null,
    slug text not null,
    name text not null,
    fields jsonb not null default '[]',
    kept jsonb not null default '[]',
    primary key (import_id, position),
    foreign key (import_id, intergroup_id) references directory.imports (id, intergroup_id) on delete cascade
);
comment on table directory.import_changes is 'The plan as it was shown, meeting by meeting';
comment on column directory.import_changes.fields is 'field, before, after; contacts are said to change without being shown';
comment on column directory.import_changes.kept is 'Fields that the office keeps while the source says otherwise';
call directory.protect('directory.import_changes');
grant select, insert, delete on directory.import_changes to directory;

create table directory.import_problems (
    import_id uuid not null,
    position integer not null,
    intergroup_id uuid not null,
    problem jsonb not null,
    primary key (import_id, position),
    foreign key (import_id, intergroup_id) references directory.imports (id, intergroup_id) on delete cascade
);
comment on table directory.import_problems is 'What is wrong with rows: row, slug, field, value, code, message, action';
call directory.protect('directory.import_problems');
grant select, insert, delete on directory.import_problems to directory;

create table directory.import_bodies (
    import_id uuid primary key,
    intergroup_id uuid not null,
    bytes integer not null,
    zstd bytea not null,
    foreign key (import_id, intergroup_id) references directory.imports (id, intergroup_id) on delete cascade
);
comment on table directory.import_bodies is 'The source as it was read: of what waits for a person, and of the last run applied';
call directory.protect('directory.import_bodies');
grant select, insert, delete on directory.import_bodies to directory;

create table directory.import_rows (
    import_id uuid not null,
    intergroup_id uuid not null,
    entity text not null check (entity in ('region', 'group', 'location', 'meeting')),
    entity_id uuid not null,
    version bigint not null,
    before jsonb,
    hidden jsonb,
    contacts_before jsonb,
    primary key (import_id, entity, entity_id),
    foreign key (import_id, intergroup_id) references directory.imports (id, intergroup_id) on delete cascade
);
comment on table directory.import_rows is 'What an applied run found, so that it can be taken back';
comment on column directory.import_rows.version is 'As the run left it: one that has another now was edited since';
comment on column directory.import_rows.before is 'The whole row; null: the run made it';
comment on column directory.import_rows.hidden is 'Of a meeting: source_fields, and the row it stood for';
comment on column directory.import_rows.contacts_before is
    'Apart from the rest, so that people''s names and numbers can be erased alone';
create index import_rows_entity_idx on directory.import_rows (entity_id, version); -- what an earlier run left
call directory.protect('directory.import_rows');
grant select, insert, update, delete on directory.import_rows to directory;
