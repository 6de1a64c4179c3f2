-- Corrections from anyone, and what became of them. Nothing tells who sent one.
create table directory.feedback (
    id uuid primary key,
    intergroup_id uuid not null references directory.intergroups,
    meeting_id uuid not null,
    receipt_hash bytea not null constraint feedback_receipt_key unique check (length(receipt_hash) = 32),
    kind text not null check (kind in ('correction', 'gone', 'still_right', 'other')),
    changes jsonb,
    words text,
    meeting_version bigint not null,
    status text not null default 'open' check (status in ('open', 'accepted', 'declined')),
    reason text,
    created_at timestamptz not null,
    decided_at timestamptz,
    constraint feedback_meeting_fkey foreign key (meeting_id, intergroup_id)
        references directory.meetings (id, intergroup_id) on update cascade,
    constraint feedback_decided_check check ((status = 'open') = (decided_at is null))
);
comment on table directory.feedback is 'Corrections from the public: the office''s inbox';
comment on column directory.feedback.receipt_hash is 'SHA-256 of the receipt that its sender follows it by';
comment on column directory.feedback.meeting_version is 'The version that its sender had before them';
create index feedback_inbox_idx on directory.feedback (intergroup_id, status, created_at); -- the inbox
call directory.protect('directory.feedback');
grant select, insert, update on directory.feedback to directory;

-- Anyone adds, and reads what has its receipt; no more.
create policy feedback_add on directory.feedback for insert to directory
    with check ((select directory.scope_kind()) = 'feedback');
create policy feedback_receipt on directory.feedback for select to directory
    using ((select directory.scope_kind()) = 'feedback');
create policy feedback_meetings on directory.meetings for select to directory
    using ((select directory.scope_kind()) = 'feedback' and published and deleted_at is null);
