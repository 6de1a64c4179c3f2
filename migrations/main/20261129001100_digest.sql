-- A letter a week to those who want one, of what their sources did and of what
-- waits. The row of the account is the queue: whoever moves its time sends it.

alter table office.accounts add column digest_due_at timestamptz;
comment on column office.accounts.digest_due_at is 'When the account is next told of its week; null: it does not want to be';
create index accounts_digest_idx on office.accounts (digest_due_at)
    where digest_due_at is not null; -- whose week is to be told
