-- A source that begins to lead is applied when it is read next, whatever its row
-- said before; what the row said is kept, for when the source follows again.
alter table directory.meeting_sources add column unread boolean not null default false;
comment on column directory.meeting_sources.unread is 'Its source leads since it was applied last: what the row says counts even where it did not change';
comment on column directory.feeds.body_version is 'The version of the settings that it was planned with; negative: with its opposite, and to be planned anew';
