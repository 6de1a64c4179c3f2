//! The SQL of offices' operations that is not the directory's: repeated writes,
//! the audit.

mod audit;
mod idempotency;

pub(super) use audit::{AuditFilter, AuditRow, list_audit};
pub(super) use idempotency::{Claimed, Kept, claim, keep, release};
