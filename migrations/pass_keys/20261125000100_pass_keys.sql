-- The keys that what a pass writes is encrypted with. They stand apart from
-- what they open, in a database of their own where one is set, so that its
-- backups can be few and short: a key that is gone here is gone, and with it
-- every text that it opened.
grant usage on schema pass_keys to pass_keys;
comment on schema pass_keys is 'Keys of texts in circles; keep no backup of it for more than 7 days';

create table pass_keys.keys (
    id uuid primary key,
    wrapped bytea not null,
    made_week date not null constraint keys_week_check check (extract(isodow from made_week) = 1)
);
comment on table pass_keys.keys is 'One key for each pass and each report; deleted with it';
comment on column pass_keys.keys.id is 'Id of the pass or report';
comment on column pass_keys.keys.wrapped is 'AES-256 key, encrypted with the operator''s secret';
comment on column pass_keys.keys.made_week is 'Monday; a key whose pass never came to be is deleted after that week';
grant select, insert, update, delete on pass_keys.keys to pass_keys;
