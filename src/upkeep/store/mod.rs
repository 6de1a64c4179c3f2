//! All SQL of the night, as the owner of the tables. Names of tables come from
//! the catalogue, quoted there; no value is put into a statement.

mod afresh;
mod state;
mod tables;

pub(super) use afresh::{cluster, vacuum, wait_for_readers, write_afresh};
pub use state::done_on;
pub(super) use state::{set_done_on, try_lock};
pub use tables::{NightTable, list_tables};
