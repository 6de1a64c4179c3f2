-- What passes write to one another. Everything that somebody typed or ticked
-- is encrypted with the key of the pass that wrote it: `marks` is what was
-- ticked, of one size whatever it is; `words`, what was typed, padded, and
-- erased when it is old while the row stays, so that totals never fall.
create table circles.check_ins (
    id uuid primary key,
    pass_id uuid not null references circles.passes on delete cascade,
    day date not null,
    version bigint not null,
    marks bytea not null,
    words bytea,
    constraint check_ins_day_key unique (pass_id, day)
);
comment on table circles.check_ins is 'A pass''s word for one civil day';
grant select, insert, update, delete on circles.check_ins to circles;

create table circles.goals (
    id uuid primary key,
    pass_id uuid not null references circles.passes on delete cascade,
    week date not null constraint goals_week_check check (extract(isodow from week) = 1),
    version bigint not null,
    marks bytea not null,
    words bytea
);
comment on table circles.goals is 'Something to do in a week';
comment on column circles.goals.id is 'Chosen by the device, a random UUID';
create index goals_pass_idx on circles.goals (pass_id, week); -- the week of a circle
grant select, insert, update, delete on circles.goals to circles;

create table circles.milestones (
    id uuid primary key,
    pass_id uuid not null references circles.passes on delete cascade,
    week date not null constraint milestones_week_check check (extract(isodow from week) = 1),
    version bigint not null,
    marks bytea not null,
    words bytea not null
);
comment on table circles.milestones is 'A label that a pass chose to share, in the week it was shared';
create index milestones_pass_idx on circles.milestones (pass_id, week); -- the week of a circle
grant select, insert, update, delete on circles.milestones to circles;

-- No foreign key to what is answered: when that is erased, the answer is not
-- shown any more, and its author's totals stay as they are.
create table circles.answers (
    pass_id uuid not null references circles.passes on delete cascade,
    item_kind text not null check (item_kind in ('check_in', 'goal', 'milestone')),
    item_id uuid not null,
    n smallint not null check (n between 1 and 5),
    week date not null constraint answers_week_check check (extract(isodow from week) = 1),
    version bigint not null,
    marks bytea not null,
    words bytea,
    primary key (pass_id, item_id, n)
);
comment on table circles.answers is 'What peers, and the author, say to a check-in, goal or milestone';
create index answers_item_idx on circles.answers (item_id); -- what was said to an item
grant select, insert, update, delete on circles.answers to circles;

create table circles.nudges (
    pass_id uuid not null references circles.passes on delete cascade,
    to_id uuid not null references circles.passes on delete cascade,
    day date not null,
    goal_id uuid,
    words bytea,
    primary key (pass_id, to_id, day)
);
comment on table circles.nudges is 'A peer asking how it goes';
create index nudges_to_idx on circles.nudges (to_id, day); -- what somebody was asked
create index nudges_goal_idx on circles.nudges (goal_id) where goal_id is not null; -- whether an id is free
grant select, insert, update, delete on circles.nudges to circles;
