-- Corrections from anyone, and what became of them. Nothing tells who sent one.
create table directory.feedback (
    id uuid primary key,
    intergroup_id uuid not null references directory.intergroups,
    meeting_id uuid not null,
    receipt_hash bytea not null constraint feedback_receipt_key unique check (length(receipt_hash) = 32),
    kind text not null check (kind in ('correction', 'gone', 'still_right', 'other')),
    changes jsonb,
    seen jsonb,
    words text,
    meeting_version bigint not null,
    status text not null default 'open' check (status in ('open', 'accepted', 'declined')),
    reason text,
    created_at timestamptz not null,
    decided_at timestamptz,
    constraint feedback_meeting_fkey foreign key (meeting_id, intergroup_id)
        references directory.meetings (id, intergroup_id) on update cascade,
    constraint feedback_decided_check check ((status = 'open') = (decided_at is null)),
    constraint feedback_seen_check check ((changes is null) = (seen is null))
);
comment on table directory.feedback is 'Corrections from the public: the office''s inbox';
comment on column directory.feedback.receipt_hash is 'SHA-256 of the receipt that its sender follows it by';
comment on column directory.feedback.changes is 'A merge patch of the meeting, as it may be proposed';
comment on column directory.feedback.seen is 'What the meeting said in those fields when it came';
comment on column directory.feedback.words is 'For the office alone';
comment on column directory.feedback.meeting_version is 'The version that its sender had before them';
comment on column directory.feedback.reason is 'Why it was declined, for its sender';
create index feedback_inbox_idx on directory.feedback (intergroup_id, status, id); -- the inbox, and how full it is
create index feedback_meeting_idx on directory.feedback (meeting_id); -- how much is open of a meeting
create index feedback_age_idx on directory.feedback (decided_at, created_at); -- clean-up
call directory.protect('directory.feedback');
grant select, insert, update, delete on directory.feedback to directory;

-- Anyone adds, and reads what has its receipt; no more.
create policy feedback_add on directory.feedback for insert to directory
    with check ((select directory.scope_kind()) = 'feedback');
create policy feedback_receipt on directory.feedback for select to directory
    using ((select directory.scope_kind()) = 'feedback');
create policy feedback_meetings on directory.meetings for select to directory
    using ((select directory.scope_kind()) = 'feedback' and published and deleted_at is null);
-- Whether one could still attend after a change depends on the place.
create policy feedback_locations on directory.locations for select to directory
    using ((select directory.scope_kind()) = 'feedback'
           and exists (select from directory.meetings m where m.location_id = locations.id));
