//! A correction as what an operation acts on.

use actix_web::HttpRequest;
use sqlx::PgConnection;

use super::{model::StoredFeedback, store};
use crate::{kernel::IntergroupId, offices::Target, search::Snapshot};

impl Target for StoredFeedback {
    async fn find(connection: &mut PgConnection, request: &HttpRequest) -> Result<Option<Self>, sqlx::Error> {
        match request.match_info().get("id").and_then(|id| id.parse().ok()) {
            Some(id) => store::find_feedback(connection, id).await,
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
