-- Meetings, what is hidden of them, and their notices.

create table directory.meetings (
    id uuid primary key,
    intergroup_id uuid not null references directory.intergroups,
    slug text not null check (slug ~ '^[A-Za-z0-9_-]{1,64}$'),
    group_id uuid,
    location_id uuid,
    region_id uuid,
    name text not null check (length(name) between 1 and 255),
    day smallint check (day between 0 and 6),
    start_time time,
    duration_minutes smallint check (duration_minutes between 1 and 1440),
    timezone text not null,
    timezone_source text not null check (timezone_source in ('given', 'coordinates', 'intergroup')),
    district text,
    types text[] not null default '{}',
    notes text,
    conference_url text,
    conference_url_notes text,
    conference_phone text,
    conference_phone_notes text,
    venmo text,
    square text,
    paypal text,
    homegroup_online text,
    website text,
    feedback_url text,
    published boolean not null default true,
    contacts_public boolean not null default false,
    verified_on date,
    replaced_by uuid references directory.meetings,
    version bigint not null default 1,
    revision bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    constraint meetings_slug_key unique (intergroup_id, slug),
    constraint meetings_intergroup_key unique (id, intergroup_id),
    constraint meetings_start_check check ((day is null) = (start_time is null)),
    constraint meetings_group_fkey foreign key (group_id, intergroup_id) references directory.groups (id, intergroup_id),
    constraint meetings_location_fkey foreign key (location_id, intergroup_id)
        references directory.locations (id, intergroup_id),
    constraint meetings_region_fkey foreign key (region_id, intergroup_id) references directory.regions (id, intergroup_id)
);
comment on table directory.meetings is 'Weekly gatherings, and those by appointment (no day, no time)';
comment on column directory.meetings.slug is 'Unique in the intergroup, deleted ones included: their return restores the id';
comment on column directory.meetings.day is '0 = Sunday, local to timezone';
comment on column directory.meetings.version is 'Counts changes of its own fields';
comment on column directory.meetings.revision is 'directory_clock when anything that it shows last changed';
comment on column directory.meetings.updated_at is 'When its content last changed, as its source says where it says so';
create index meetings_revision_idx on directory.meetings (revision); -- what changed since
create index meetings_location_idx on directory.meetings (location_id); -- stamping a place's meetings
create index meetings_group_idx on directory.meetings (group_id); -- stamping a group's meetings
create index meetings_region_idx on directory.meetings (region_id); -- stamping a region's meetings
call directory.protect('directory.meetings');
grant select, insert, update on directory.meetings to directory;

create table directory.meeting_aliases (
    intergroup_id uuid not null,
    slug text not null,
    meeting_id uuid not null,
    primary key (intergroup_id, slug),
    foreign key (meeting_id, intergroup_id) references directory.meetings (id, intergroup_id)
);
comment on table directory.meeting_aliases is 'Slugs that a source minted anew for a meeting that keeps its first one';
call directory.protect('directory.meeting_aliases');
grant select, insert, delete on directory.meeting_aliases to directory;

create table directory.meeting_contacts (
    meeting_id uuid not null,
    intergroup_id uuid not null,
    position smallint not null check (position between 1 and 3),
    name text,
    email text,
    phone text,
    likely_last_name boolean not null default false,
    primary key (meeting_id, position),
    foreign key (meeting_id, intergroup_id) references directory.meetings (id, intergroup_id)
);
comment on table directory.meeting_contacts is 'Hidden unless the meeting or its group publishes them';
comment on column directory.meeting_contacts.likely_last_name is 'The name looks like a full one: never published';
call directory.protect('directory.meeting_contacts');
grant select, insert, update, delete on directory.meeting_contacts to directory;

create table directory.meeting_private (
    meeting_id uuid primary key,
    intergroup_id uuid not null,
    admin_notes text,
    source_fields jsonb not null default '{}',
    foreign key (meeting_id, intergroup_id) references directory.meetings (id, intergroup_id)
);
comment on table directory.meeting_private is 'What only the office sees: its own notes, and what its source said besides';
call directory.protect('directory.meeting_private');
grant select, insert, update, delete on directory.meeting_private to directory;

create table directory.notices (
    id uuid primary key,
    intergroup_id uuid not null references directory.intergroups,
    meeting_id uuid,
    location_id uuid,
    group_id uuid,
    kind text not null check (kind in
        ('cancelled', 'closed', 'only', 'open', 'speaker', 'business', 'moved', 'time', 'online', 'extra')),
    from_date date not null,
    to_date date,
    weeks_of_month smallint[] not null default '{}' check (weeks_of_month <@ '{1,2,3,4,5,-1}'::smallint[]),
    start_time time,
    location text,
    conference_url text,
    conference_url_notes text,
    conference_phone text,
    conference_phone_notes text,
    words text,
    version bigint not null default 1,
    revision bigint not null,
    deleted_at timestamptz,
    constraint notices_dates_check check (to_date >= from_date),
    constraint notices_subject_check check (num_nonnulls(meeting_id, location_id, group_id) <= 1),
    foreign key (meeting_id, intergroup_id) references directory.meetings (id, intergroup_id),
    foreign key (location_id, intergroup_id) references directory.locations (id, intergroup_id),
    foreign key (group_id, intergroup_id) references directory.groups (id, intergroup_id)
);
comment on table directory.notices is 'Dated exceptions of a meeting, a location, a group, or (none of the three) the whole office';
create index notices_meeting_idx on directory.notices (meeting_id); -- a meeting's notices
call directory.protect('directory.notices');
grant select, insert, update on directory.notices to directory;
