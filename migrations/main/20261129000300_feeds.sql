-- Sources that an office connects: how each is read, and how it is.

alter table directory.feeds
    add column every_hours smallint not null default 12 check (every_hours between 1 and 168),
    add column timezone text check (length(timezone) between 1 and 64),
    add column guard jsonb not null default '{}',
    add column region_map jsonb not null default '{}',
    add column type_map jsonb not null default '{}',
    add column office_keeps text[] not null default '{}',
    add column state text not null default 'ok' check (state in ('ok', 'stale', 'held', 'failing')),
    add column state_since timestamptz,
    add column state_reason text check (length(state_reason) between 1 and 500),
    add column version bigint not null default 1,
    add column deleted_at timestamptz;
update directory.feeds set state_since = created_at;
alter table directory.feeds alter column state_since set not null, alter column state_since set default now();
comment on column directory.feeds.timezone is 'Of rows without one; null: the intergroup''s';
comment on column directory.feeds.guard is 'max_removed_rows, max_removed_share, max_changed_share, where the office set them';
comment on column directory.feeds.region_map is 'Id of one of the office''s regions by the name that the source gives';
comment on column directory.feeds.type_map is 'Codes of the vocabulary by what the source writes';
comment on column directory.feeds.office_keeps is 'Fields of meetings that the office keeps itself: a sync leaves its edits';
create index feeds_intergroup_idx on directory.feeds (intergroup_id, created_at); -- an office's list
