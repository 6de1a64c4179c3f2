-- A source that goes on changing while it waits: a newer run takes the place of
-- an older one, and owners get a letter a day at most.

alter table directory.feeds
    add column held_told_at timestamptz,
    add column held_told_for text[],
    add constraint feeds_held_told_check check ((held_told_at is null) = (held_told_for is null));
comment on column directory.feeds.held_told_at is 'When its owners were told of what waits now; null: nothing waits, or they were not';
comment on column directory.feeds.held_told_for is 'For which reasons it waited then: another one is told at once';
