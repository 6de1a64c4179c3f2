-- Who acts for an office: accounts, their sessions, what they were granted,
-- and keys for machines. Nothing here is ever public.
create schema office;
grant usage on schema office to directory;
comment on schema office is 'Office accounts, sessions, grants, invitations, keys';

create table office.accounts (
    id uuid primary key,
    email text not null check (length(email) between 3 and 254),
    email_folded text not null constraint accounts_email_key unique,
    password text not null,
    totp_secret bytea,
    totp_confirmed boolean not null default false,
    totp_last_step bigint,
    created_at timestamptz not null,
    constraint accounts_totp_check check (totp_secret is not null or (not totp_confirmed and totp_last_step is null))
);
comment on table office.accounts is 'People who act for an office';
comment on column office.accounts.password is 'Argon2id, PHC string';
comment on column office.accounts.totp_secret is 'Encrypted with the operator''s secret';
comment on column office.accounts.totp_last_step is 'The last time step whose code was taken: each is good once';

create table office.recovery_codes (
    account_id uuid not null references office.accounts on delete cascade,
    code_hash bytea not null check (length(code_hash) = 32),
    primary key (account_id, code_hash)
);
comment on table office.recovery_codes is 'SHA-256 of codes that stand for a lost second factor; deleted when used';

create table office.sessions (
    id uuid primary key,
    account_id uuid not null references office.accounts on delete cascade,
    generation_used integer,
    hash_used bytea,
    hash_next bytea not null check (length(hash_next) = 32),
    stepped_up_until timestamptz not null,
    created_at timestamptz not null,
    used_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    constraint sessions_used_check check ((generation_used is null) = (hash_used is null))
);
comment on table office.sessions is 'One sign-in on one device: a family of refresh tokens';
comment on column office.sessions.hash_used is 'SHA-256 of the refresh token last used: a retry gives the same successor';
comment on column office.sessions.hash_next is 'SHA-256 of its successor, which nobody may have received yet';
comment on column office.sessions.stepped_up_until is 'Until when the password counts as given just now';
create index sessions_account_idx on office.sessions (account_id) where ended_at is null; -- ending all of an account

create table office.grants (
    account_id uuid not null references office.accounts on delete cascade,
    intergroup_id uuid not null references directory.intergroups,
    role text not null check (role in ('owner', 'editor', 'observer')),
    granted_at timestamptz not null,
    primary key (account_id, intergroup_id)
);
comment on table office.grants is 'What an account may do in an intergroup and all that belong to it';
create index grants_intergroup_idx on office.grants (intergroup_id); -- its admins

create table office.invitations (
    id uuid primary key,
    code_hash bytea not null constraint invitations_code_key unique check (length(code_hash) = 32),
    intergroup_id uuid not null references directory.intergroups,
    email text not null,
    email_folded text not null,
    role text not null check (role in ('owner', 'editor', 'observer')),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    revoked_at timestamptz
);
comment on table office.invitations is 'Single-use links that make an account or add a grant';
create index invitations_intergroup_idx on office.invitations (intergroup_id); -- the open ones of an office

create table office.one_time_codes (
    code_hash bytea primary key check (length(code_hash) = 32),
    account_id uuid not null references office.accounts on delete cascade,
    purpose text not null check (purpose in ('password_reset', 'email_change')),
    email text,
    expires_at timestamptz not null,
    constraint one_time_codes_email_check check ((purpose = 'email_change') = (email is not null))
);
comment on table office.one_time_codes is 'Links sent by mail; deleted when used';

create table office.keys (
    id uuid primary key,
    intergroup_id uuid not null references directory.intergroups,
    name text not null check (length(name) between 1 and 255),
    secret_hash bytea not null constraint keys_secret_key unique check (length(secret_hash) = 32),
    scopes text[] not null
        check (scopes <@ array['directory:read', 'directory:write', 'imports:write', 'feedback:read'] and scopes <> '{}'),
    created_by uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    last_used_on date,
    warned_at timestamptz,
    revoked_at timestamptz
);
comment on table office.keys is 'Keys for machines; shown once, kept hashed';
create index keys_intergroup_idx on office.keys (intergroup_id); -- an office's keys

create table office.failures (
    subject bytea primary key check (length(subject) = 32),
    failures integer not null,
    last_at timestamptz not null
);
comment on table office.failures is 'Failed sign-ins of the last day, by a keyed hash of the e-mail address or account';

create table office.mails (
    id bigint generated always as identity primary key,
    kind text not null,
    subject jsonb not null,
    once text constraint mails_once_key unique,
    due_at timestamptz not null,
    attempts smallint not null default 0
);
comment on table office.mails is 'Mails to be written and sent; deleted when sent';
comment on column office.mails.once is 'What is sent once only: an hour of an office''s feedback, a key''s warning';
create index mails_due_idx on office.mails (due_at); -- what is to be sent next

create table office.idempotency (
    caller uuid not null,
    operation text not null,
    key_hash bytea not null check (length(key_hash) = 32),
    request_hash bytea not null check (length(request_hash) = 32),
    claim uuid not null,
    claimed_at timestamptz not null,
    status smallint,
    headers jsonb,
    body bytea,
    primary key (caller, operation, key_hash)
);
comment on table office.idempotency is 'Answers of the last day to writes that carried an Idempotency-Key';
comment on column office.idempotency.claim is 'Who is at it: the answer is kept in the transaction that writes, by the holder only';
create index idempotency_age_idx on office.idempotency (claimed_at); -- clean-up

-- Apart from an office's own keys, grants and invitations, only signing in
-- and the operator see these.
create procedure office.reserve(target regclass)
    language plpgsql as $$
    begin
        execute format('alter table %s enable row level security', target);
        execute format('create policy sign_in on %s for all to directory
            using ((select directory.scope_kind()) in (''sign_in'', ''operator''))', target);
        execute format('grant select, insert, update, delete on %s to directory', target);
    end
    $$;
comment on procedure office.reserve(regclass) is 'Only for the scopes sign_in and operator';

call office.reserve('office.accounts');
call office.reserve('office.recovery_codes');
call office.reserve('office.sessions');
call office.reserve('office.grants');
call office.reserve('office.invitations');
call office.reserve('office.one_time_codes');
call office.reserve('office.keys');
call office.reserve('office.failures');
call office.reserve('office.mails');
grant usage on all sequences in schema office to directory;

-- A repeated write is looked for before anybody's scope is known, and kept in
-- the transaction that writes.
grant select, insert, update, delete on office.idempotency to directory;

-- An office sees and changes its own. Mails are added by whatever causes them.
create policy office_all on office.grants for all to directory
    using (intergroup_id = any ((select directory.scope_ids())::uuid[]));
create policy office_all on office.invitations for all to directory
    using (intergroup_id = any ((select directory.scope_ids())::uuid[]));
create policy office_all on office.keys for all to directory
    using (intergroup_id = any ((select directory.scope_ids())::uuid[]));
create policy office_add on office.mails for insert to directory
    with check ((select directory.scope_kind()) in ('office', 'feedback'));

-- An office knows its admins by their addresses, and nothing else of them.
create function office.admins(office uuid)
    returns table (account_id uuid, email text, role text, granted_at timestamptz, has_totp boolean)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    begin atomic
        select a.id, a.email, g.role, g.granted_at, a.totp_confirmed
        from office.grants g join office.accounts a on a.id = g.account_id
        where g.intergroup_id = office and (office = any (directory.scope_ids()) or directory.scope_kind() = 'operator');
    end;
comment on function office.admins(uuid) is 'Who acts for an intergroup of the present scope';

create function office.email_of(account uuid, office uuid) returns text
    language sql stable security definer set search_path = pg_catalog, pg_temp
    begin atomic
        select a.email from office.accounts a
        where a.id = account and (office = any (directory.scope_ids()) or directory.scope_kind() = 'operator');
    end;
comment on function office.email_of(uuid, uuid) is 'The address of somebody who acted for an intergroup of the present scope';

-- The intergroups that roots cover, each with whether it asks for a second
-- factor: its own wish or that of any it belongs to.
create function office.covered(roots uuid[]) returns table (root uuid, id uuid, require_totp boolean)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    begin atomic
        with recursive up as (
            select i.id as root, i.parent_id, i.require_totp from directory.intergroups i where i.id = any (roots)
            union
            select up.root, i.parent_id, i.require_totp or up.require_totp
            from up join directory.intergroups i on i.id = up.parent_id
        ), tree as (
            select up.root, up.root as id, bool_or(up.require_totp) as require_totp from up group by up.root
            union
            select tree.root, child.id, tree.require_totp or child.require_totp
            from tree join directory.intergroups child on child.parent_id = tree.id
        )
        select tree.root, tree.id, tree.require_totp from tree;
    end;

-- Joins a session and its grants, in the transaction that is to use them, and
-- sets its scope: what was revoked a moment ago is revoked here. Null where the
-- session is no more.
create function office.enter_session(session uuid, account uuid, at timestamptz, idle interval) returns jsonb
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
        known record;
        rights jsonb;
        roots text;
    begin
        select s.stepped_up_until, a.totp_confirmed into known
        from office.sessions s join office.accounts a on a.id = s.account_id
        where s.id = session and s.account_id = account and s.ended_at is null
          and s.expires_at > at and s.used_at > at - idle;
        if not found then
            return null;
        end if;
        select jsonb_agg(jsonb_build_object('root', g.intergroup_id, 'intergroup_id', c.id, 'role', g.role,
                                            'needs_totp', c.require_totp and not known.totp_confirmed)),
               string_agg(distinct g.intergroup_id::text, ',')
            into rights, roots
        from office.grants g
            join office.covered((select array_agg(mine.intergroup_id) from office.grants mine
                                 where mine.account_id = account)) c on c.root = g.intergroup_id
        where g.account_id = account;
        perform set_config('openchair.scope', 'office:' || coalesce(roots, ''), true);
        return jsonb_build_object('stepped_up_until', known.stepped_up_until, 'has_totp', known.totp_confirmed,
                                  'rights', coalesce(rights, '[]'));
    end
    $$;
comment on function office.enter_session(uuid, uuid, timestamptz, interval) is
    'Rights of a live session, and sets the transaction''s scope to them; null where it has ended';

-- The same for an office key.
create function office.enter_key(secret bytea, at timestamptz) returns jsonb
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
        key record;
        rights jsonb;
    begin
        select k.id, k.intergroup_id, k.scopes, k.last_used_on into key
        from office.keys k
        where k.secret_hash = secret and k.revoked_at is null and k.expires_at > at;
        if not found then
            return null;
        end if;
        select jsonb_agg(c.id) into rights from office.covered(array[key.intergroup_id]) c;
        perform set_config('openchair.scope', 'office:' || key.intergroup_id, true);
        return jsonb_build_object('key_id', key.id, 'root', key.intergroup_id, 'scopes', to_jsonb(key.scopes),
                                  'intergroups', coalesce(rights, '[]'),
                                  'used_today', key.last_used_on is not distinct from (at at time zone 'UTC')::date);
    end
    $$;
comment on function office.enter_key(bytea, timestamptz) is
    'Rights of an office key, and sets the transaction''s scope to them; null where there is no such key';
