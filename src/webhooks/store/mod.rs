//! All SQL of webhooks: what owners do in the scope of their office, sending in
//! the operator's.

mod deliveries;
mod due;
mod outcome;
mod webhooks;

pub(super) use deliveries::{DeliveryFilter, find_delivery, forget_deliveries, give_up, list_deliveries, redeliver};
pub(super) use due::{Due, claim, find_claimable};
pub(super) use outcome::{finish, hold, note_delivered, note_failing, rest, switch_off};
pub(super) use webhooks::{Keys, delete_webhook, find_webhook, insert_webhook, list_webhooks, rotate, update_webhook};
