-- Feeds, regions, groups and locations: what meetings point to.

create table directory.feeds (
    id uuid primary key,
    intergroup_id uuid not null references directory.intergroups,
    kind text not null check (kind in ('command_line', 'url', 'upload')),
    name text not null check (length(name) between 1 and 255),
    format text not null check (format in ('meeting_guide', 'csv')),
    url text,
    synced_on date,
    created_at timestamptz not null,
    constraint feeds_intergroup_key unique (id, intergroup_id),
    constraint feeds_url_check check ((kind = 'url') = (url is not null))
);
comment on table directory.feeds is 'Sources that an office syncs from; the command line has an implicit one';
comment on column directory.feeds.synced_on is 'The day of its last run that was applied; shown with its meetings';
create unique index feeds_command_line_key on directory.feeds (intergroup_id) where kind = 'command_line';
call directory.protect('directory.feeds');
grant select, insert, update on directory.feeds to directory;

create table directory.regions (
    id uuid primary key,
    intergroup_id uuid not null references directory.intergroups,
    parent_id uuid,
    slug text not null check (slug ~ '^[A-Za-z0-9_-]{1,64}$'),
    name text not null check (length(name) between 1 and 255),
    version bigint not null default 1,
    revision bigint not null,
    constraint regions_slug_key unique (intergroup_id, slug),
    constraint regions_intergroup_key unique (id, intergroup_id),
    constraint regions_name_key unique nulls not distinct (intergroup_id, parent_id, name),
    constraint regions_parent_fkey foreign key (parent_id, intergroup_id) references directory.regions (id, intergroup_id),
    constraint regions_own_parent_check check (parent_id <> id)
);
comment on table directory.regions is 'Each intergroup''s tree of regions';
call directory.protect('directory.regions');
grant select, insert, update, delete on directory.regions to directory;

create table directory.groups (
    id uuid primary key,
    intergroup_id uuid not null references directory.intergroups,
    slug text not null check (slug ~ '^[A-Za-z0-9_-]{1,64}$'),
    name text not null check (length(name) between 1 and 255),
    notes text,
    website text,
    gso_number text,
    venmo text,
    square text,
    paypal text,
    homegroup_online text,
    contacts_public boolean not null default false,
    feed_id uuid,
    source_key text,
    version bigint not null default 1,
    revision bigint not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    constraint groups_slug_key unique (intergroup_id, slug),
    constraint groups_intergroup_key unique (id, intergroup_id),
    constraint groups_source_key unique (feed_id, source_key),
    constraint groups_feed_fkey foreign key (feed_id, intergroup_id) references directory.feeds (id, intergroup_id)
);
comment on table directory.groups is 'A.A. groups';
comment on column directory.groups.feed_id is 'The feed that brought it; only that feed takes it away again';
comment on column directory.groups.source_key is 'What the feed knows it by: its folded name';
call directory.protect('directory.groups');
grant select, insert, update on directory.groups to directory;

create table directory.locations (
    id uuid primary key,
    intergroup_id uuid not null references directory.intergroups,
    name text,
    formatted_address text,
    address text,
    city text,
    state text,
    postal_code text,
    country text,
    latitude double precision check (latitude between -90 and 90),
    longitude double precision check (longitude between -180 and 180),
    approximate boolean not null,
    notes text,
    feed_id uuid,
    source_key text,
    version bigint not null default 1,
    revision bigint not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    constraint locations_intergroup_key unique (id, intergroup_id),
    constraint locations_source_key unique (feed_id, source_key),
    constraint locations_coordinates_check check ((latitude is null) = (longitude is null)),
    constraint locations_feed_fkey foreign key (feed_id, intergroup_id) references directory.feeds (id, intergroup_id)
);
comment on table directory.locations is 'Places that meetings share';
comment on column directory.locations.approximate is 'Only an area, not a door that one can go to';
comment on column directory.locations.source_key is 'What the feed knows it by: its folded name and address';
call directory.protect('directory.locations');
grant select, insert, update on directory.locations to directory;
