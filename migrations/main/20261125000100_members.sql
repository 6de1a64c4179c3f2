-- Accounts that know nobody. No name, no address, no moment: a handle that was
-- drawn, hashes of keys, and weeks. Nothing here knows of a circle.
create schema members;
grant usage on schema members to members;
comment on schema members is 'Anonymous accounts; nothing in common with circles';

create table members.accounts (
    id uuid primary key,
    handle text not null constraint accounts_handle_key unique check (length(handle) between 5 and 64),
    auth_hash bytea not null constraint accounts_auth_key unique check (length(auth_hash) = 32),
    made_week date not null constraint accounts_made_check check (extract(isodow from made_week) = 1),
    seen_week date not null constraint accounts_seen_check check (extract(isodow from seen_week) = 1),
    circle_vouchers date[] not null default '{}',
    story_vouchers date[] not null default '{}'
);
comment on table members.accounts is 'Anonymous accounts';
comment on column members.accounts.handle is 'Three words, drawn by us';
comment on column members.accounts.auth_hash is 'SHA-256 of the key that the device derives from its recovery code';
comment on column members.accounts.circle_vouchers is 'Monday of the week of each voucher for a circle, for 30 days; the voucher is not kept';
comment on column members.accounts.story_vouchers is 'The same of vouchers for a story';
grant select, insert, update, delete on members.accounts to members;

create table members.sessions (
    id uuid primary key,
    account_id uuid not null references members.accounts on delete cascade,
    generation integer not null,
    hash_used bytea not null check (length(hash_used) = 32),
    hash_next bytea not null check (length(hash_next) = 32),
    used_week date not null constraint sessions_week_check check (extract(isodow from used_week) = 1)
);
comment on table members.sessions is 'One device of an account: a family of refresh tokens. An ended one is deleted';
comment on column members.sessions.generation is
    'Of the refresh token used last; counted from a random number, so that it does not tell how often';
create index sessions_account_idx on members.sessions (account_id); -- ending all of an account
grant select, insert, update, delete on members.sessions to members;

create table members.vaults (
    account_id uuid not null references members.accounts on delete cascade,
    version bigint not null,
    sealed bytea not null,
    primary key (account_id, version)
);
comment on table members.vaults is 'What a member''s devices encrypted for themselves; the last three versions';
comment on column members.vaults.version is 'Counted from a random number, so that it does not tell how often';
comment on column members.vaults.sealed is 'Padded to 4 KiB, and encrypted once more with the operator''s secret, so that its length is not told';
alter table members.vaults alter column sealed set storage external;
grant select, insert, update, delete on members.vaults to members;
