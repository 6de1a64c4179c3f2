//! The letter of the week, for those who act for an office and want one: how
//! its sources are, what they did, what waits, what the list lacks.
//!
//! `week` is what is told, `words` tells it, [`Digests`] sends what is due:
//! `auth` knows who wants it and when, and has the outbox.
//!
//! Invariants: each account is told once a week, whatever number of nodes there
//! is; nothing is sent where nothing happened and nothing waits; a letter tells
//! of offices that its reader may look at, in counts and names of sources, and
//! nothing of what anybody wrote.
//!
//! To tell of something else: a field in `week`, how it is found in
//! `service`, a line in `words`.

mod service;
mod week;
mod words;

pub use service::Digests;
