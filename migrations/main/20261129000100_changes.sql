-- What a copy of the directory on somebody's device is kept true by, besides
-- the meetings themselves (GET /v1/meetings/changes): which numbers the clock
-- had, and which meetings left which scope.

-- After a restore the clock counts over numbers that it had before. Each gets
-- a mark drawn at random, so that one of now is told from one of then: a
-- restored database forgets the marks along with the rest, whichever way it was
-- brought back, and nobody has to tell it.
create table directory.ticks (
    revision bigint primary key,
    mark bigint not null,
    at timestamptz not null
);
comment on table directory.ticks is 'Each number that the clock had: its mark, which no other history has, and when';
create index ticks_at_idx on directory.ticks (at); -- what is old enough to be forgotten
grant select on directory.ticks to directory;

create function directory.new_mark() returns bigint
    language sql volatile
    return hashtextextended(gen_random_uuid()::text, 0);
comment on function directory.new_mark() is '64 random bits';

-- The numbers that are there already, and 0: what nothing has happened to yet.
insert into directory.ticks (revision, mark, at)
select revision, directory.new_mark(), now()
from (select 0::bigint as revision
      union select revision from directory.directory_clock
      union select revision from directory.meetings) as there;

create function directory.mark_tick() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    begin
        insert into directory.ticks (revision, mark, at)
        values (new.revision, directory.new_mark(), clock_timestamp())
        on conflict (revision) do update set mark = excluded.mark, at = excluded.at;
        return null;
    end
    $$;
comment on function directory.mark_tick() is 'Gives each number of the clock its mark';
create trigger mark_tick after update on directory.directory_clock
    for each row execute function directory.mark_tick();

create table directory.departures (
    scope_id uuid not null,
    meeting_id uuid not null,
    revision bigint not null,
    primary key (scope_id, meeting_id)
);
comment on table directory.departures is 'When a meeting last left a scope, maybe to come back: who holds a copy of the scope is told';
comment on column directory.departures.scope_id is
    'An intergroup with all that belong to it; only zeros: everything that is public';
create index departures_revision_idx on directory.departures (revision); -- what is old enough to be forgotten
grant select on directory.departures to directory;

create table directory.forgotten_departures (
    scope_id uuid primary key,
    revision bigint not null
);
comment on table directory.forgotten_departures is
    'The last departure of each scope that is no longer kept: a copy from before it has to be made anew';
grant select on directory.forgotten_departures to directory;

create function directory.lineage(intergroup uuid) returns setof uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp
    begin atomic
        with recursive up as (
            select i.id, i.parent_id from directory.intergroups i where i.id = intergroup
            union
            select i.id, i.parent_id from directory.intergroups i join up on i.id = up.parent_id
        )
        select up.id from up;
    end;
comment on function directory.lineage(uuid) is 'An intergroup and all that it belongs to';
revoke execute on function directory.lineage(uuid) from public;

-- Writers advance the clock before anything else; by hand it may be forgotten.
create function directory.present() returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
    declare
        clock record;
    begin
        select c.revision, c.xmin = pg_current_xact_id()::xid as ours into clock from directory.directory_clock c;
        if not clock.ours then
            update directory.directory_clock set revision = revision + 1 returning revision into clock.revision;
        end if;
        return clock.revision;
    end
    $$;
comment on function directory.present() is 'The clock''s number of this transaction, which advances it where it has not';
revoke execute on function directory.present() from public;

-- Triggers, so that no writer can forget it. Which scopes a meeting really
-- left, and has not come back to, is for the reader to see: those that the
-- place it moved to belongs to as well still have it.
create function directory.note_departure() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
        present constant bigint := directory.present();
    begin
        insert into directory.departures (scope_id, meeting_id, revision)
        select scope.id, old.id, present
        from (
            select up as id from directory.lineage(old.intergroup_id) up
            union
            select '00000000-0000-0000-0000-000000000000'::uuid
            where tg_op = 'DELETE' or not new.published or new.deleted_at is not null
        ) scope
        on conflict (scope_id, meeting_id) do update set revision = excluded.revision;
        return null;
    end
    $$;
comment on function directory.note_departure() is 'Remembers which scopes a meeting left';
create trigger note_departure after update on directory.meetings
    for each row
    when (old.published and old.deleted_at is null
          and (not new.published or new.deleted_at is not null or new.intergroup_id <> old.intergroup_id))
    execute function directory.note_departure();
create trigger note_erasure after delete on directory.meetings
    for each row
    when (old.published and old.deleted_at is null)
    execute function directory.note_departure();

-- An intergroup that comes to belong to another takes its meetings along: they
-- leave the scopes above it, and are new to those that it comes under.
create function directory.note_move() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
        present constant bigint := directory.present();
    begin
        with recursive tree as (
            select new.id
            union
            select child.id from directory.intergroups child join tree on child.parent_id = tree.id
        ), moved as (
            update directory.meetings m set revision = present
            where m.intergroup_id in (select tree.id from tree) and m.published and m.deleted_at is null
            returning m.id
        )
        insert into directory.departures (scope_id, meeting_id, revision)
        select up, moved.id, present from moved, directory.lineage(old.parent_id) up
        on conflict (scope_id, meeting_id) do update set revision = excluded.revision;
        return null;
    end
    $$;
comment on function directory.note_move() is 'Lets meetings leave and enter scopes with their intergroup';
create trigger note_move after update on directory.intergroups
    for each row
    when (old.parent_id is distinct from new.parent_id)
    execute function directory.note_move();

-- The numbers that something still bears are kept however old they are: an app
-- that has missed nothing holds one of them, and has to be known again.
create function directory.forget_departures(before timestamptz) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
        last bigint;
    begin
        if directory.scope_kind() <> 'operator' then
            raise insufficient_privilege using message = 'only the operator forgets departures';
        end if;
        select max(t.revision) into last from directory.ticks t where t.at < before;
        insert into directory.forgotten_departures (scope_id, revision)
        select d.scope_id, max(d.revision) from directory.departures d where d.revision <= last group by d.scope_id
        on conflict (scope_id) do update set revision = excluded.revision;
        delete from directory.departures d where d.revision <= last;
        delete from directory.ticks t
        where t.revision <= last and t.revision > 0
          and t.revision <> (select clock.revision from directory.directory_clock clock)
          and not exists (select from directory.meetings m where m.revision = t.revision)
          and not exists (select from directory.forgotten_departures f where f.revision = t.revision);
    end
    $$;
comment on function directory.forget_departures(timestamptz) is
    'Clears away departures from before then, and the marks of numbers that nothing bears any more';
