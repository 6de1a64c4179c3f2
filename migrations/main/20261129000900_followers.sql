-- One meeting may be listed by several of its office's sources. One of them
-- leads: what it says is what is shown. The others follow.
create table directory.meeting_followers (
    feed_id uuid not null,
    source_key text not null,
    intergroup_id uuid not null,
    meeting_id uuid not null,
    row_hash bytea not null check (length(row_hash) = 32),
    apart boolean not null default false,
    primary key (feed_id, source_key),
    foreign key (feed_id, intergroup_id) references directory.feeds (id, intergroup_id),
    foreign key (meeting_id, intergroup_id) references directory.meetings (id, intergroup_id)
);
comment on table directory.meeting_followers is
    'Rows of sources that list a meeting which another source brings; when that one drops it, one of these leads';
comment on column directory.meeting_followers.row_hash is 'SHA-256 of the row''s meaningful fields when it was last read';
comment on column directory.meeting_followers.apart is 'The office says that this row is another meeting: it never follows again';
create unique index meeting_followers_meeting_key on directory.meeting_followers (meeting_id, feed_id) where not apart;
call directory.protect('directory.meeting_followers');
grant select, insert, update, delete on directory.meeting_followers to directory;

alter table directory.imports add column followed integer not null default 0;
comment on column directory.imports.followed is 'Rows that list a meeting which another source brings';

alter table directory.import_changes
    add column feed_id uuid,
    drop constraint import_changes_op_check,
    add constraint import_changes_op_check check (op in ('create', 'update', 'restore', 'remove', 'follow', 'hand_on'));
comment on column directory.import_changes.feed_id is 'Of follow and hand_on: the source that leads';
