//! The work of the night.

mod afresh;
mod retention;

use std::sync::Arc;

use openchair::{
    db::Databases,
    kernel::{Clock, Entropy},
    upkeep::{Nightly, Part, list_tables},
};
use sqlx::AssertSqlSafe;

use crate::support::TestApp;

/// The work of the night over an application's database.
pub fn nightly(app: &TestApp) -> Nightly {
    let (clock, entropy) = (Arc::clone(&app.clock) as Arc<dyn Clock>, Arc::clone(&app.entropy) as Arc<dyn Entropy>);
    Nightly::new(app.pools.clone(), Databases::one(app.database.options()), clock, entropy)
}

/// How many rows each table that is about persons has.
pub async fn rows(app: &TestApp) -> Vec<(String, i64)> {
    let mut owner = app.database.owner().await;
    let mut counts = Vec::new();
    for part in Part::ALL {
        for table in list_tables(&mut owner, part.schema()).await.unwrap() {
            let sql = AssertSqlSafe(format!("SELECT count(*) FROM {}", table.name));
            counts.push((table.name, sqlx::query_scalar(sql).fetch_one(&mut owner).await.unwrap()));
        }
    }
    counts
}
