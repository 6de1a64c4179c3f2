//! The owners' operations.

mod deliveries;
mod webhooks;

pub use deliveries::{list_webhook_deliveries, redeliver_webhook};
pub use webhooks::{create_webhook, delete_webhook, list_webhooks, rotate_webhook_secret, update_webhook};
