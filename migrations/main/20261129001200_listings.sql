-- How a source listed what its run left as it was: who led, who followed.

alter table directory.import_rows drop constraint import_rows_entity_check;
alter table directory.import_rows add constraint import_rows_entity_check
    check (entity in ('region', 'group', 'location', 'meeting', 'listing'));
comment on column directory.import_rows.hidden is
    'Of a meeting: source_fields, and the row it stood for; of a listing: how the source listed a meeting that it left as it was';
