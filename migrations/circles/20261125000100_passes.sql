-- Circles and the passes in them. Nothing here names an account: a pass is
-- made by whoever brings a voucher or an invitation. Ids are random, and no
-- column holds a moment: days and weeks are the only times.
create table circles.circles (
    id uuid primary key,
    seats smallint not null check (seats between 2 and 12)
);
comment on table circles.circles is 'Small groups of peers';
grant select, insert, update, delete on circles.circles to circles;

create table circles.passes (
    id uuid primary key,
    kind text not null check (kind in ('circle', 'author')),
    circle_id uuid references circles.circles on delete cascade,
    alias text not null check (length(alias) between 1 and 64),
    key_hash bytea not null constraint passes_key_key unique check (length(key_hash) = 32),
    agreement_version text not null,
    steward boolean not null default false,
    ask_me_on smallint check (ask_me_on between 0 and 6),
    ask_about text check (ask_about in ('goal', 'day')),
    seen_week date not null constraint passes_week_check check (extract(isodow from seen_week) = 1),
    suspended_until date,
    removed_on date,
    constraint passes_circle_check check ((kind = 'circle') = (circle_id is not null)),
    constraint passes_ask_check check (ask_me_on is not null or ask_about is null)
);
comment on table circles.passes is 'What somebody holds in one circle, or as the author of one story';
comment on column circles.passes.key_hash is 'SHA-256 of the pass key, which signs in on further devices';
comment on column circles.passes.ask_me_on is 'Day of the week, 0 Sunday, on which this person wants to be asked how it goes';
comment on column circles.passes.seen_week is 'Monday of the week in which its tokens were last refreshed';
comment on column circles.passes.removed_on is 'A steward removed it; what it wrote can be exported for 30 days and is seen by nobody';
create unique index passes_alias_key on circles.passes (circle_id, alias) where removed_on is null;
grant select, insert, update, delete on circles.passes to circles;

create table circles.sessions (
    id uuid primary key,
    pass_id uuid not null references circles.passes on delete cascade,
    generation integer not null,
    hash_used bytea not null check (length(hash_used) = 32),
    hash_next bytea not null check (length(hash_next) = 32),
    used_week date not null constraint sessions_week_check check (extract(isodow from used_week) = 1)
);
comment on table circles.sessions is 'One device of a pass: a family of refresh tokens. An ended one is deleted';
comment on column circles.sessions.generation is
    'Of the refresh token used last; counted from a random number, so that it does not tell how often';
create index sessions_pass_idx on circles.sessions (pass_id); -- ending all of a pass
grant select, insert, update, delete on circles.sessions to circles;

create table circles.spent_vouchers (
    hash bytea primary key check (length(hash) = 32),
    again_hash bytea not null check (length(again_hash) = 32),
    month date not null constraint spent_vouchers_month_check check (extract(day from month) = 1)
);
comment on table circles.spent_vouchers is 'Vouchers that were used; forgotten when they would have run out';
comment on column circles.spent_vouchers.again_hash is
    'SHA-256 of the voucher, the key and the day that it was spent with, for who sends the same again';
comment on column circles.spent_vouchers.month is 'First day of the month that the voucher names';
grant select, insert, delete on circles.spent_vouchers to circles;

create table circles.invitations (
    id uuid primary key,
    circle_id uuid not null references circles.circles on delete cascade,
    code_hash bytea not null constraint invitations_code_key unique check (length(code_hash) = 32),
    expires_on date not null,
    used boolean not null default false
);
comment on table circles.invitations is 'Single-use codes to join a circle; neither who made one nor who used it is kept';
create index invitations_circle_idx on circles.invitations (circle_id); -- the open ones of a circle
grant select, insert, update, delete on circles.invitations to circles;

create table circles.mutes (
    pass_id uuid not null references circles.passes on delete cascade,
    muted_id uuid not null references circles.passes on delete cascade,
    primary key (pass_id, muted_id)
);
comment on table circles.mutes is 'Whose words a pass does not want to see';
create index mutes_muted_idx on circles.mutes (muted_id); -- leaving
grant select, insert, delete on circles.mutes to circles;
