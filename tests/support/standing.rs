//! What becomes of a pass, done behind the service's back.

use sqlx::{AssertSqlSafe, Executor};

use super::{Peer, TestApp};

impl Peer {
    /// Has seen enough of somebody.
    pub async fn mute(&self, other: &Peer, app: &TestApp) {
        let (one, two) = (&self.pass_id, &other.pass_id);
        as_owner(app, &format!("INSERT INTO circles.mutes (pass_id, muted_id) VALUES ('{one}', '{two}')")).await;
    }

    /// Is suspended for two weeks.
    pub async fn suspend(&self, app: &TestApp) {
        let id = &self.pass_id;
        as_owner(app, &format!("UPDATE circles.passes SET suspended_until = '2026-05-18' WHERE id = '{id}'")).await;
    }

    /// Is removed today.
    pub async fn remove(&self, app: &TestApp) {
        let id = &self.pass_id;
        as_owner(app, &format!("UPDATE circles.passes SET removed_on = '2026-05-04' WHERE id = '{id}'")).await;
    }

    /// Is erased.
    pub async fn erase(&self, app: &TestApp) {
        as_owner(app, &format!("DELETE FROM circles.passes WHERE id = '{}'", self.pass_id)).await;
    }
}

async fn as_owner(app: &TestApp, sql: &str) {
    app.database.owner().await.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
}
