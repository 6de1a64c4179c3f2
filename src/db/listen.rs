//! Being woken when the directory changes. A notification is only a hint: the
//! listener may be cut off, so its user also looks by itself on a timer.

use std::time::Duration;

use sqlx::{PgPool, postgres::PgListener};

/// The channel that every commit of the directory notifies.
pub const CHANNEL: &str = "openchair_directory";

/// How long to wait before trying to listen again.
const RECONNECT: Duration = Duration::from_secs(1);

/// Waits for the next change, or for a timer where nothing is heard.
#[derive(Debug)]
pub struct Wakeups {
    pool: PgPool,
    listener: Option<PgListener>,
    fallback: Duration,
}

impl Wakeups {
    /// Listens over `pool`; wakes at the latest after `fallback`.
    pub fn new(pool: PgPool, fallback: Duration) -> Self {
        Self { pool, listener: None, fallback }
    }

    /// Returns when the directory may have changed. Never fails: without a
    /// connection it returns after a second, at the latest after the fallback.
    pub async fn next(&mut self) {
        let Some(listener) = self.listener.as_mut() else {
            self.connect().await;
            return;
        };
        match tokio::time::timeout(self.fallback, listener.try_recv()).await {
            Ok(Ok(Some(_))) => while listener.next_buffered().is_some() {},
            // Cut off: what was said since is lost, so look now and listen anew.
            Ok(Ok(None) | Err(_)) => self.listener = None,
            Err(_) => {}
        }
    }

    async fn connect(&mut self) {
        let wait = RECONNECT.min(self.fallback);
        let listening = async {
            let mut listener = PgListener::connect_with(&self.pool).await?;
            listener.eager_reconnect(false);
            listener.listen(CHANNEL).await?;
            Ok::<_, sqlx::Error>(listener)
        };
        match listening.await {
            // Return at once: what changed before listening began was not heard.
            Ok(listener) => self.listener = Some(listener),
            Err(_) => tokio::time::sleep(wait).await,
        }
    }
}
