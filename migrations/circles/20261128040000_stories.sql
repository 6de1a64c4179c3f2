-- Shared experience, read by all members. Each story has a pass of its own,
-- its author's, which is in no circle; readers see the story's id and never
-- that of the pass. What waits for a moderator is sealed whole, topic and
-- language with it; of what is shown these two stand in clear, since lists are
-- asked for by them and every member may read them.
create table circles.stories (
    id uuid primary key,
    pass_id uuid not null constraint stories_pass_key unique references circles.passes on delete cascade,
    state text not null check (state in ('in_review', 'shown', 'returned', 'removed')),
    draft bytea,
    returned_by uuid,
    topic text,
    language text,
    shown bytea,
    removed_by uuid,
    shown_week date constraint stories_week_check check (extract(isodow from shown_week) = 1),
    constraint stories_returned_check check ((state = 'returned') = (returned_by is not null)),
    constraint stories_removed_check check (removed_by is null or shown is null),
    constraint stories_draft_check check (draft is not null or state in ('shown', 'removed')),
    constraint stories_shown_check check ((shown is null) = (topic is null) and (shown is null) = (language is null)),
    constraint stories_kept_check check (state <> 'shown' or shown is not null),
    constraint stories_shown_week_check check (shown is null or shown_week is not null)
);
comment on table circles.stories is 'What somebody wrote for all members';
comment on column circles.stories.state is 'Of what was written last; an earlier version may be shown meanwhile';
comment on column circles.stories.draft is 'What is not shown, or not yet: topic, language, title and words';
comment on column circles.stories.returned_by is 'The review by which it was returned; only an appeal against that one lets it through';
comment on column circles.stories.topic is 'Of what is shown';
comment on column circles.stories.shown is 'Title and words as they were let through';
comment on column circles.stories.removed_by is
    'The report by which what was shown was taken down, until its author writes anew; only an appeal against that one shows it again';
comment on column circles.stories.shown_week is 'Monday of the week in which it was first let through';
create index stories_shown_idx on circles.stories (shown_week, id) where shown is not null; -- pages, newest first
grant select, insert, update, delete on circles.stories to circles;

-- Who thanked is not kept. The key is derived on the device, another for each
-- story, so that one person's phones count once and nobody can tell whose it is.
create table circles.thanks (
    story_id uuid not null references circles.stories on delete cascade,
    key_hash bytea not null check (length(key_hash) = 32),
    primary key (story_id, key_hash)
);
comment on table circles.thanks is 'Thanks for stories; how many there are is shown to the author alone';
grant select, insert, delete on circles.thanks to circles;
