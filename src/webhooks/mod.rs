//! Telling other programs of an office what happened, by the Standard Webhooks
//! specification (<https://www.standardwebhooks.com>).
//!
//! ```text
//! a writing transaction -> trigger -> delivery (waits) -> courier -> receiver
//! ```
//! `model` is what there is; `input` what an owner sends; `key` what deliveries
//! are signed with; `message` what is sent; `schedule` what follows from an
//! answer; `post` sends one; [`Courier`] sends what is due; `routes` has the
//! owners' side; `store` all SQL. What makes a delivery is in the migration:
//! triggers on the log of changes, on runs and on corrections, so that no writer
//! can forget it and what is rolled back is never told.
//!
//! Invariants: a message has ids, versions and names of listings, never a
//! person's name or number, nor what anybody wrote, nor anything of members or
//! circles; it is sent at least once, and its `webhook-id` stays the same; two
//! nodes never send one at the same time; a key is shown when it is made, and
//! lies wrapped; nothing is connected to that the operator does not allow.
//!
//! To tell of another event: see `docs/adding-a-feature.md`.

mod asks;
mod courier;
mod input;
mod key;
mod message;
mod model;
mod post;
mod routes;
mod schedule;
mod service;
mod store;
mod target;
mod views;

pub use courier::Courier;
pub use routes::{
    create_webhook, delete_webhook, list_webhook_deliveries, list_webhooks, redeliver_webhook, rotate_webhook_secret,
    update_webhook,
};
pub use service::{Webhooks, tidy};
