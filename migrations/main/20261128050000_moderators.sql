-- Moderators sign in as offices do, with accounts of their own: the same
-- tables, told apart by their audience. One person may have an account of each
-- under one address, with two passwords.
alter table office.accounts
    add column audience text not null default 'office'
        constraint accounts_audience_check check (audience in ('office', 'moderator')),
    drop constraint accounts_email_key,
    add constraint accounts_email_key unique (audience, email_folded),
    add constraint accounts_audience_key unique (id, audience); -- what a grant refers to
comment on table office.accounts is 'People who sign in with a password: who act for an office, and moderators';
comment on column office.accounts.audience is 'Whom its tokens are for; it never changes';

-- A moderator holds no grant, whatever the program does: a grant names the
-- audience of its account, which can be but one. Without "on update cascade"
-- no account with a grant becomes a moderator's either.
alter table office.grants
    add column audience text not null default 'office'
        constraint grants_audience_check check (audience = 'office'),
    drop constraint grants_account_id_fkey,
    add constraint grants_account_fkey foreign key (account_id, audience)
        references office.accounts (id, audience) on delete cascade;
comment on column office.grants.audience is 'Always office: what keeps grants from moderators';

-- Nobody decides about their own decision, in another account either: whoever
-- is appointed again by the same address is the same moderator.
create table office.former_moderators (
    email_hash bytea primary key check (length(email_hash) = 32),
    account_id uuid not null constraint former_moderators_account_key unique
);
comment on table office.former_moderators is 'Whose account was deleted: it has the same id when they are appointed again';
comment on column office.former_moderators.email_hash is 'SHA-256 of the folded address';
call office.reserve('office.former_moderators');

-- Who invites a moderator invites to no office.
alter table office.invitations
    alter column intergroup_id drop not null,
    alter column role drop not null,
    add constraint invitations_of_check check ((intergroup_id is null) = (role is null));
comment on table office.invitations is 'Single-use links that make an account or add a grant';
comment on column office.invitations.intergroup_id is 'Of which office; null where it is to be a moderator';
create index invitations_moderator_idx on office.invitations (email_folded)
    where intergroup_id is null and used_at is null and revoked_at is null; -- taking a moderator's back

-- An office knows the addresses of who acted for it, never a moderator's.
create or replace function office.email_of(account uuid, office uuid) returns text
    language sql stable security definer set search_path = pg_catalog, pg_temp
    begin atomic
        select a.email from office.accounts a
        where a.id = account and a.audience = 'office'
          and (office = any (directory.scope_ids()) or directory.scope_kind() = 'operator');
    end;

-- Joins a session and what its account may do, as before, for accounts of the
-- audience that the token is for. A moderator has no grant, and so no right and
-- a scope that sees nothing of any office.
drop function office.enter_session(uuid, uuid, timestamptz, interval);
create function office.enter_session(
    session uuid, account uuid, at timestamptz, idle interval, whose text default 'office'
) returns jsonb
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
        known record;
        rights jsonb;
        roots text;
    begin
        select s.stepped_up_until, a.totp_confirmed into known
        from office.sessions s join office.accounts a on a.id = s.account_id
        where s.id = session and s.account_id = account and a.audience = whose and s.ended_at is null
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
comment on function office.enter_session(uuid, uuid, timestamptz, interval, text) is
    'Rights of a live session of an audience, and sets the transaction''s scope to them; null where it has ended';
