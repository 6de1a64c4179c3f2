-- Webhooks: where an office is told of what happens, and what it is told. The
-- outbox and the log are one table: a delivery waits, and then is what became
-- of it.

create table directory.webhooks (
    id uuid primary key,
    intergroup_id uuid not null references directory.intergroups,
    url text not null check (length(url) between 1 and 2000),
    events text[] not null check (cardinality(events) between 1 and 7),
    secret bytea not null check (length(secret) between 1 and 200),
    former_secret bytea check (length(former_secret) between 1 and 200),
    former_until timestamptz,
    state text not null default 'ok' check (state in ('ok', 'failing', 'disabled')),
    state_since timestamptz not null,
    state_reason text check (length(state_reason) between 1 and 500),
    resting_until timestamptz,
    version bigint not null default 1,
    created_at timestamptz not null,
    constraint webhooks_office_key unique (id, intergroup_id),
    constraint webhooks_former_check check ((former_secret is null) = (former_until is null))
);
comment on table directory.webhooks is 'Where an office is told of what happens (Standard Webhooks)';
comment on column directory.webhooks.secret is 'What deliveries are signed with, wrapped by the operator''s secret';
comment on column directory.webhooks.former_secret is 'The one before, which signs, too, until former_until';
comment on column directory.webhooks.resting_until is 'The receiver asked to be left alone until then';
create index webhooks_intergroup_idx on directory.webhooks (intergroup_id, created_at); -- an office's list, and who is told
call directory.protect('directory.webhooks');
grant select, insert, update, delete on directory.webhooks to directory;

create table directory.webhook_deliveries (
    id uuid primary key,
    position bigint generated always as identity,
    webhook_id uuid not null,
    intergroup_id uuid not null,
    event_id uuid not null,
    type text not null check (type in ('meeting.created', 'meeting.updated', 'meeting.deleted',
        'import.held', 'import.applied', 'import.failed', 'feedback.created')),
    data jsonb not null,
    occurred_at timestamptz not null,
    state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
    due_at timestamptz not null,
    attempts smallint not null default 0,
    lease bigint not null default 0,
    leased_until timestamptz,
    tried_at timestamptz,
    took_ms integer,
    status smallint,
    error text check (length(error) between 1 and 500),
    answer text check (length(answer) between 1 and 500),
    constraint webhook_deliveries_webhook_fkey foreign key (webhook_id, intergroup_id)
        references directory.webhooks (id, intergroup_id) on delete cascade
);
comment on table directory.webhook_deliveries is 'What is to be told to whom, and what became of it';
comment on column directory.webhook_deliveries.position is 'The order in which they came';
comment on column directory.webhook_deliveries.event_id is 'The webhook-id: the same for every webhook that is told of it, and each time';
comment on column directory.webhook_deliveries.data is 'What is said: ids, versions, names of listings; no person, nothing that anybody wrote';
comment on column directory.webhook_deliveries.due_at is 'When it is sent; while somebody is at it, when others may take it over';
comment on column directory.webhook_deliveries.attempts is 'Since it came, or since it was sent again by hand; the present one included';
comment on column directory.webhook_deliveries.lease is 'Counts who took it: whoever finishes it must hold the last';
comment on column directory.webhook_deliveries.answer is 'The start of what the receiver answered, cleaned';
create index webhook_deliveries_due_idx on directory.webhook_deliveries (webhook_id, due_at, position)
    where state = 'waiting'; -- what is to be sent
create index webhook_deliveries_log_idx on directory.webhook_deliveries (webhook_id, position); -- a webhook's log
create index webhook_deliveries_age_idx on directory.webhook_deliveries (occurred_at); -- clean-up
call directory.protect('directory.webhook_deliveries');
grant select, insert, update, delete on directory.webhook_deliveries to directory;

-- Triggers, so that no writer can forget it, in the writer's transaction. They
-- run as the owner of the tables: who corrects a listing does not see webhooks.
-- Where nobody listens, nothing is made.
create function directory.tell(office uuid, kind text, data jsonb, at timestamptz) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
        event constant uuid := gen_random_uuid();
    begin
        insert into directory.webhook_deliveries
            (id, webhook_id, intergroup_id, event_id, type, data, occurred_at, due_at)
        select gen_random_uuid(), w.id, office, event, kind, data, at, at
        from directory.webhooks w
        where w.intergroup_id = office and w.state <> 'disabled' and kind = any (w.events);
    end
    $$;
comment on function directory.tell(uuid, text, jsonb, timestamptz) is 'Tells an office''s webhooks of an event of that kind';
revoke execute on function directory.tell(uuid, text, jsonb, timestamptz) from public;

-- A run may log thousands of meetings: one look at who listens for all of them.
-- A notice of a meeting changes what it shows. A meeting that moves to another
-- office is gone from the one, and new to the other.
create function directory.tell_of_meetings() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    begin
        if not exists (select from directory.webhooks w where w.state <> 'disabled') then
            return null;
        end if;
        perform directory.tell(happened.office, happened.kind, happened.data, happened.at)
        from (
            select told.office, told.kind, added.at,
                jsonb_build_object('intergroup_id', told.office, 'id', m.id, 'slug', told.slug, 'name', told.name,
                    'published', m.published,
                    'version', case when added.entity = 'meeting' then added.version else m.version end,
                    'revision', added.revision) as data
            from added
            join directory.meetings m
                on m.id = case added.entity when 'meeting' then added.entity_id when 'notice' then added.meeting_id end
            cross join lateral (
                select added.before ->> 'intergroup_id' as former
            ) moved
            cross join lateral (
                select added.intergroup_id as office, m.slug, m.name,
                    case when added.entity = 'notice' then 'meeting.updated'
                         when added.op in ('create', 'restore') then 'meeting.created'
                         when added.op = 'delete' then 'meeting.deleted'
                         when moved.former <> added.intergroup_id::text then 'meeting.created'
                         else 'meeting.updated' end as kind
                union all
                select moved.former::uuid, added.before ->> 'slug', added.before ->> 'name', 'meeting.deleted'
                where added.entity = 'meeting' and moved.former <> added.intergroup_id::text
            ) told
            where exists (select from directory.webhooks w
                          where w.intergroup_id in (added.intergroup_id, moved.former::uuid) and w.state <> 'disabled')
            order by added.id
        ) happened;
        return null;
    end
    $$;
comment on function directory.tell_of_meetings() is 'Tells webhooks of meetings in the log of changes';
create trigger tell_of_meetings after insert on directory.changes
    referencing new table as added
    for each statement execute function directory.tell_of_meetings();

create function directory.tell_of_run() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    begin
        -- A run that found nothing to change is no news.
        if new.status <> 'applied' or new.created + new.updated + new.removed > 0 then
            perform directory.tell(new.intergroup_id, 'import.' || new.status,
                jsonb_build_object('intergroup_id', new.intergroup_id, 'id', new.id, 'feed_id', new.feed_id,
                    'rows', new.rows, 'created', new.created, 'updated', new.updated, 'removed', new.removed,
                    'unchanged', new.unchanged, 'problem_count', new.problem_count,
                    'held_because', new.held_because),
                coalesce((to_jsonb(new) ->> 'decided_at')::timestamptz, new.finished_at, new.started_at));
        end if;
        return null;
    end
    $$;
comment on function directory.tell_of_run() is 'Tells webhooks what became of a run';
create trigger tell_of_new_run after insert on directory.imports
    for each row when (new.status in ('held', 'applied', 'failed'))
    execute function directory.tell_of_run();
create trigger tell_of_run after update of status on directory.imports
    for each row when (new.status in ('held', 'applied', 'failed') and new.status <> old.status)
    execute function directory.tell_of_run();

create function directory.tell_of_feedback() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    begin
        perform directory.tell(new.intergroup_id, 'feedback.created',
            jsonb_build_object('intergroup_id', new.intergroup_id, 'id', new.id, 'kind', new.kind,
                'meeting_id', new.meeting_id, 'meeting_version', new.meeting_version),
            new.created_at);
        return null;
    end
    $$;
comment on function directory.tell_of_feedback() is 'Tells webhooks that a correction came, and nothing that it says';
create trigger tell_of_feedback after insert on directory.feedback
    for each row execute function directory.tell_of_feedback();
