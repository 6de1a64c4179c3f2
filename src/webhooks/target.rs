//! Webhooks and deliveries as what an operation acts on. Nobody else knows of
//! them.

use actix_web::HttpRequest;
use sqlx::PgConnection;

use super::{
    model::{StoredDelivery, StoredWebhook},
    store,
};
use crate::{kernel::IntergroupId, offices::Target, search::Snapshot};

impl Target for StoredWebhook {
    async fn find(connection: &mut PgConnection, request: &HttpRequest) -> Result<Option<Self>, sqlx::Error> {
        match request.match_info().get("id").and_then(|id| id.parse().ok()) {
            Some(id) => store::find_webhook(connection, id).await,
            None => Ok(None),
        }
    }

    fn office(&self) -> IntergroupId {
        self.intergroup_id
    }

    fn is_public(_snapshot: &Snapshot, _request: &HttpRequest) -> bool {
        false
    }
}

impl Target for StoredDelivery {
    async fn find(connection: &mut PgConnection, request: &HttpRequest) -> Result<Option<Self>, sqlx::Error> {
        match request.match_info().get("id").and_then(|id| id.parse().ok()) {
            Some(id) => store::find_delivery(connection, id).await,
            None => Ok(None),
        }
    }

    fn office(&self) -> IntergroupId {
        self.intergroup_id
    }

    fn is_public(_snapshot: &Snapshot, _request: &HttpRequest) -> bool {
        false
    }
}
