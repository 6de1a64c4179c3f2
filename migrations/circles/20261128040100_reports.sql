-- What moderators look at: reports by peers and members, and stories before
-- they show. A report holds a copy of what it is about, sealed with a key of
-- its own, so that it can be judged after its author has left; both end
-- together. Who reported is kept for the reporter's own list and for nothing
-- else, and goes when they leave.
create table circles.reports (
    id uuid primary key,
    review_of uuid references circles.stories on delete cascade,
    reporter_id uuid references circles.passes on delete set null,
    author_id uuid references circles.passes on delete set null,
    item_kind text not null
        check (item_kind in ('check_in', 'goal', 'milestone', 'answer', 'nudge', 'pass', 'story')),
    item_id uuid not null,
    item_from uuid,
    n smallint check (n between 1 and 5),
    day date,
    week date not null constraint reports_week_check check (extract(isodow from week) = 1),
    state text not null check (state in ('open', 'appealed', 'closed')),
    closed_on date,
    decision_id uuid,
    marks bytea,
    words bytea,
    constraint reports_review_check check ((review_of is null) = (marks is not null and words is not null)),
    constraint reports_item_check check (
        (item_kind in ('answer', 'nudge')) = (item_from is not null)
        and (item_kind = 'answer') = (n is not null)
        and (item_kind = 'nudge') = (day is not null)
    ),
    constraint reports_closed_check check ((state = 'closed') = (closed_on is not null)),
    constraint reports_decision_check check (state = 'open' or decision_id is not null)
);
comment on table circles.reports is 'What moderators look at; ends 90 days after it was closed';
comment on column circles.reports.id is 'Of a report, chosen by the device, a random UUID; its key in pass_keys has the same id';
comment on column circles.reports.review_of is 'The story that waits to be read before it shows; null for a report';
comment on column circles.reports.reporter_id is 'For the reporter''s own list; no moderator sees it. Null for a member''s report of a story';
comment on column circles.reports.item_from is 'Who wrote the answer or nudge, which have no id of their own';
comment on column circles.reports.decision_id is 'The decision that holds now';
comment on column circles.reports.marks is 'The category';
comment on column circles.reports.words is 'What the reporter wrote, and copies of what was reported and of what they picked beside it';
-- One report of a pass for one item, until somebody has decided: what is written
-- there afterwards can be reported again, also while the first is appealed.
create unique index reports_once_key on circles.reports (reporter_id, item_kind, item_id, item_from, n, day)
    nulls not distinct where reporter_id is not null and state = 'open';
create unique index reports_review_key on circles.reports (review_of) where review_of is not null and state <> 'closed';
create index reports_queue_idx on circles.reports (week, id) where state <> 'closed'; -- the queue
create index reports_author_idx on circles.reports (author_id); -- decisions about a pass; leaving
create index reports_item_idx on circles.reports (item_id); -- other reports of the same
grant select, insert, update, delete on circles.reports to circles;

create table circles.appeals (
    id uuid primary key,
    report_id uuid not null constraint appeals_report_key unique references circles.reports on delete cascade,
    words bytea not null
);
comment on table circles.appeals is 'What an author says to a decision; one for each report, sealed with its key';
grant select, insert, delete on circles.appeals to circles;

-- What moderators did. A row names no pass, no account of a member and no
-- word that can be read once its report has ended; it stays for good.
create table circles.decisions (
    seq bigint primary key check (seq > 0),
    id uuid not null constraint decisions_id_key unique,
    report_id uuid not null,
    on_appeal boolean not null,
    decision text not null check (decision in ('keep', 'remove', 'remove_and_suspend')),
    reason text not null,
    moderator_id uuid not null,
    decided_on date not null,
    changed_since boolean not null,
    words bytea,
    previous bytea not null check (length(previous) = 32),
    constraint decisions_once_key unique (report_id, on_appeal)
);
comment on table circles.decisions is 'Acts of moderators: only added to, each row with the hash of the one before';
comment on column circles.decisions.seq is 'One after another, without gaps';
comment on column circles.decisions.moderator_id is 'Account of the moderator, who is no member';
comment on column circles.decisions.changed_since is
    'What it is about was another by then, or gone; what stands there now was left as it is';
comment on column circles.decisions.words is 'To the author, sealed with the report''s key';
comment on column circles.decisions.previous is 'SHA-256 of the row before; 32 zero bytes in the first';
grant select, insert on circles.decisions to circles;

-- Writing a row anew as it is, as the nightly job does, changes nothing.
create function circles.keep_decision() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if new is not distinct from old then return new; end if;
    end if;
    raise exception 'a decision is not changed' using errcode = 'integrity_constraint_violation';
end
$$;
create trigger decisions_stay before update or delete on circles.decisions
    for each row execute function circles.keep_decision();
