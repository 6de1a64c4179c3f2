-- What changed when, of all that the directory in memory shows: so that it is
-- kept as new as the database without being loaded whole.

create table directory.touched (
    entity text not null check (entity in ('meeting', 'region', 'group', 'location', 'office', 'tree')),
    id uuid not null,
    revision bigint not null,
    primary key (entity, id)
);
comment on table directory.touched is
    'When anything of a thing was last written: of a meeting also its contacts, notices and sources';
comment on column directory.touched.entity is
    'office: what an intergroup lists or listed, by id and slug; tree: any intergroup, all under one id of zeros';
create index touched_revision_idx on directory.touched (revision); -- what changed since
grant select on directory.touched to directory;

-- Triggers, so that no writer can forget it: one a statement, for an import
-- writes thousands of rows. A region, group or location stands for the
-- meetings that show it.
create function directory.touch(entity text, ids uuid[]) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    begin
        if ids is null then
            return;
        end if;
        insert into directory.touched as t (entity, id, revision)
        select touch.entity, one.id, clock.revision
        from (select distinct id from unnest(touch.ids) id where id is not null) one,
             (select directory.present() as revision) clock
        order by one.id
        on conflict on constraint touched_pkey do update set revision = excluded.revision
        where t.revision <> excluded.revision;
    end
    $$;
comment on function directory.touch(text, uuid[]) is 'Remembers that these were written with the clock''s present number';
revoke execute on function directory.touch(text, uuid[]) from public;

create function directory.note_written() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
        rows constant text := case tg_op when 'INSERT' then 'table now_rows' when 'DELETE' then 'table was_rows'
                                         else 'table now_rows union all table was_rows' end;
        ids uuid[];
    begin
        -- Arguments are pairs: what is touched, and the column with its id.
        for n in 0 .. tg_nargs / 2 - 1 loop
            execute format('select array_agg(distinct r.%I) from (%s) r', tg_argv[2 * n + 1], rows) into ids;
            perform directory.touch(tg_argv[2 * n], ids);
        end loop;
        return null;
    end
    $$;
comment on function directory.note_written() is 'Remembers what a statement wrote';

create function directory.note_office_notices() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
        rows constant text := case tg_op when 'INSERT' then 'table now_rows' when 'DELETE' then 'table was_rows'
                                         else 'table now_rows union all table was_rows' end;
        ids uuid[];
    begin
        execute format('select array_agg(m.id) from directory.meetings m
                        where m.deleted_at is null and m.intergroup_id in
                            (select r.intergroup_id from (%s) r
                             where num_nonnulls(r.meeting_id, r.location_id, r.group_id) = 0)', rows) into ids;
        perform directory.touch('meeting', ids);
        return null;
    end
    $$;
comment on function directory.note_office_notices() is 'A notice of a whole office is shown by all of its meetings';

create function directory.note_synced() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    begin
        perform directory.touch('meeting', (
            select array_agg(s.meeting_id)
            from now_rows n join was_rows w on w.id = n.id join directory.meeting_sources s on s.feed_id = n.id
            where n.synced_on is distinct from w.synced_on
        ));
        return null;
    end
    $$;
comment on function directory.note_synced() is 'Meetings show the day that their source last carried them';
create trigger note_synced after update on directory.feeds
    referencing old table as was_rows new table as now_rows
    for each statement execute function directory.note_synced();

create function directory.note_tree() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
        nobody constant uuid := '00000000-0000-0000-0000-000000000000';
    begin
        perform directory.touch('tree', array[nobody]);
        return null;
    end
    $$;
comment on function directory.note_tree() is 'Everything hangs on intergroups';
create trigger note_tree_insert after insert or delete on directory.intergroups
    for each row execute function directory.note_tree();
create trigger note_tree_update after update on directory.intergroups
    for each row when (
        (old.slug, old.name, old.parent_id, old.timezone, old.website, old.email, old.phone, old.location, old.logo,
         old.version, old.updated_at)
        is distinct from
        (new.slug, new.name, new.parent_id, new.timezone, new.website, new.email, new.phone, new.location, new.logo,
         new.version, new.updated_at)
    ) execute function directory.note_tree();
do $$
    declare
        noted record;
    begin
        for noted in
            select * from (values
                ('meetings', 'note_written', $a$'meeting', 'id', 'office', 'intergroup_id'$a$),
                ('meeting_aliases', 'note_written', $a$'office', 'intergroup_id'$a$),
                ('meeting_contacts', 'note_written', $a$'meeting', 'meeting_id'$a$),
                ('meeting_sources', 'note_written', $a$'meeting', 'meeting_id'$a$),
                ('regions', 'note_written', $a$'region', 'id'$a$),
                ('groups', 'note_written', $a$'group', 'id'$a$),
                ('locations', 'note_written', $a$'location', 'id'$a$),
                ('notices', 'note_written',
                 $a$'meeting', 'meeting_id', 'location', 'location_id', 'group', 'group_id'$a$),
                ('notices', 'note_office_notices', '')
            ) as noted (relation, does, arguments)
        loop
            execute format('create trigger %I after insert on directory.%I referencing new table as now_rows
                            for each statement execute function directory.%I(%s)',
                           noted.does || '_insert', noted.relation, noted.does, noted.arguments);
            execute format('create trigger %I after update on directory.%I
                            referencing old table as was_rows new table as now_rows
                            for each statement execute function directory.%I(%s)',
                           noted.does || '_update', noted.relation, noted.does, noted.arguments);
            execute format('create trigger %I after delete on directory.%I referencing old table as was_rows
                            for each statement execute function directory.%I(%s)',
                           noted.does || '_delete', noted.relation, noted.does, noted.arguments);
        end loop;
    end
    $$;
