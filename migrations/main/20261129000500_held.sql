-- What waits for a person is told to its owners, with a link that decides.

alter table directory.feeds add column told_at timestamptz;
comment on column directory.feeds.told_at is 'When its owners were told that it is failing';

alter table office.one_time_codes
    add column import_id uuid,
    drop constraint one_time_codes_purpose_check,
    add constraint one_time_codes_purpose_check
        check (purpose in ('password_reset', 'email_change', 'import_decision')),
    add constraint one_time_codes_import_check check ((purpose = 'import_decision') = (import_id is not null));
comment on column office.one_time_codes.import_id is 'The run that the link decides about';
