-- On which day the work of the night was last done here, so that of several
-- nodes one does it, and once. The owner alone reads and writes it.
create table circles.upkeep (
    here boolean primary key default true check (here),
    done_on date not null
);
comment on table circles.upkeep is 'The work of the night: one row at most';
comment on column circles.upkeep.done_on is 'Day in UTC on which it was last done';
