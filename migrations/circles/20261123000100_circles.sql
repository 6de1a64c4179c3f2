-- The schema of circles. Its tables come with the feature; the schema, its
-- role and its own list of migrations stand apart from everything else so that
-- it can live in a database of its own.
grant usage on schema circles to circles;
comment on schema circles is 'Circles and passes; nothing in common with accounts';
