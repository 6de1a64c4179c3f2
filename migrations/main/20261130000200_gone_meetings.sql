-- Whoever loads the directory asks which meetings were public and are deleted:
-- few of all, which are not looked through for them.
create index meetings_gone_idx on directory.meetings (intergroup_id) where deleted_at is not null and published;
