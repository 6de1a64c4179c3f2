-- The schema of the directory and who may see what in it.
--
-- Every transaction of the role "directory" names its scope with
--   set_config('openchair.scope', <scope>, true)
-- where <scope> is 'read' (the snapshot: read everything), 'operator' (the
-- command line: everything) or 'office:<intergroup id>' (that intergroup and
-- its descendants). Without a scope no row is visible and none can be written.
create schema directory;
grant usage on schema directory to directory;
comment on schema directory is 'Intergroups, groups, locations, regions, meetings, and where they come from';

create table directory.directory_clock (
    only_row boolean primary key default true check (only_row),
    revision bigint not null default 0
);
comment on table directory.directory_clock is
    'One row. Every transaction that changes the directory begins by advancing it, so commit order is revision order';
insert into directory.directory_clock default values;
grant select, update on directory.directory_clock to directory;

create function directory.scope_kind() returns text
    language sql stable parallel safe
    return split_part(coalesce(current_setting('openchair.scope', true), ''), ':', 1);
comment on function directory.scope_kind() is 'read, operator, office, or empty';

create table directory.intergroups (
    id uuid primary key,
    slug text not null constraint intergroups_slug_key unique
        constraint intergroups_slug_check check (slug ~ '^[A-Za-z0-9_-]{1,64}$'),
    name text not null check (length(name) between 1 and 255),
    parent_id uuid references directory.intergroups,
    timezone text not null,
    website text,
    email text,
    phone text,
    location text,
    logo text,
    version bigint not null default 1,
    revision bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint intergroups_own_parent_check check (parent_id <> id)
);
comment on table directory.intergroups is 'Service entities that publish a directory';
comment on column directory.intergroups.timezone is 'IANA zone of meetings that have none of their own';
create index intergroups_parent_idx on directory.intergroups (parent_id); -- descendants

-- Runs as the owner of the table: a policy on intergroups could not ask
-- intergroups for the descendants without asking itself again.
create function directory.scope_ids() returns uuid[]
    language sql stable security definer set search_path = pg_catalog, pg_temp
    begin atomic
        with recursive tree as (
            select i.id from directory.intergroups i
            where directory.scope_kind() = 'office'
              and i.id::text = split_part(current_setting('openchair.scope', true), ':', 2)
            union
            select child.id from directory.intergroups child join tree on child.parent_id = tree.id
        )
        select coalesce(array_agg(tree.id), '{}') from tree;
    end;
comment on function directory.scope_ids() is 'The intergroups that an office scope covers; empty in any other scope';

alter table directory.intergroups enable row level security;
create policy intergroups_read on directory.intergroups for select to directory
    using ((select directory.scope_kind()) in ('read', 'operator') or id = any ((select directory.scope_ids())::uuid[]));
create policy intergroups_insert on directory.intergroups for insert to directory
    with check ((select directory.scope_kind()) = 'operator' or parent_id = any ((select directory.scope_ids())::uuid[]));
create policy intergroups_update on directory.intergroups for update to directory
    using ((select directory.scope_kind()) = 'operator' or id = any ((select directory.scope_ids())::uuid[]));
grant select, insert, update on directory.intergroups to directory;

-- The same three policies for every table that has an intergroup_id.
create procedure directory.protect(target regclass)
    language plpgsql as $$
    declare
        mine constant text := 'intergroup_id = any ((select directory.scope_ids())::uuid[])';
    begin
        execute format('alter table %s enable row level security', target);
        execute format('create policy scope_read on %s for select to directory
            using ((select directory.scope_kind()) in (''read'', ''operator'') or %s)', target, mine);
        execute format('create policy scope_insert on %s for insert to directory
            with check ((select directory.scope_kind()) = ''operator'' or %s)', target, mine);
        execute format('create policy scope_update on %s for update to directory
            using ((select directory.scope_kind()) = ''operator'' or %s)', target, mine);
        execute format('create policy scope_delete on %s for delete to directory
            using ((select directory.scope_kind()) = ''operator'' or %s)', target, mine);
    end
    $$;
comment on procedure directory.protect(regclass) is 'Row-level security by openchair.scope for a table with an intergroup_id';
