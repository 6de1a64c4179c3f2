//! Sending what is due. One runs on every node that works.
//!
//! What is due is taken for a while, sent when no transaction is open, and what
//! became of it is kept by whoever took it last. A node that dies over it leaves
//! it to another when that while is over: a message may come twice, with the
//! same `webhook-id`. Of a webhook a few are under way at most, on all nodes
//! together, so that one that is slow keeps nobody else waiting. That a webhook
//! is switched off is told to its owners, in the transaction that does it.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::PgPool;
use tokio::task::JoinSet;
use url::Url;

use super::{
    key::SigningKey,
    message,
    model::DeliveryState,
    post,
    schedule::{Attempt, Next, is_lost},
    service::PURPOSE,
    store::{self, Due},
};
use crate::{
    auth::{self, Secret},
    config::Networks,
    db::{self, Scope},
    feeds::{FetchError, GuardedClient, PublicOnly},
    kernel::{Clock, Entropy},
};

/// How often it looks for what is due.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The most messages that a node sends at once.
const MOST_AT_ONCE: usize = 32;
/// The most that are under way to one webhook.
const MOST_OF_ONE: i64 = 3;
/// How long whoever took a message has for it: longer than an answer may take.
const LEASE: TimeDelta = TimeDelta::minutes(1);

/// The task that sends messages.
pub struct Courier {
    pool: PgPool,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    secret: Arc<Secret>,
    resolver: PublicOnly,
    client: OnceLock<GuardedClient>,
}

impl Courier {
    /// Sends to public addresses, and to the networks that are `allowed`.
    pub fn new(
        pool: PgPool,
        (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>),
        secret: Arc<Secret>,
        allowed: Networks,
    ) -> Self {
        let resolver = PublicOnly::system().allowing(allowed);
        Self { pool, clock, entropy, secret, resolver, client: OnceLock::new() }
    }

    /// Runs until it is aborted.
    pub async fn run(self: Arc<Self>) {
        let mut sending = JoinSet::new();
        let mut failing = false;
        loop {
            let outcome = self.take(&mut sending).await;
            if let (Err(error), false) = (&outcome, failing) {
                tracing::warn!(error = db::describe(error), "cannot look after webhooks");
            }
            failing = outcome.is_err();
            tokio::select! {
                // There is room for another, perhaps of the same webhook.
                Some(_) = sending.join_next() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    /// Sends everything that is due, and waits until it is done; how many
    /// messages were sent.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn deliver_due(self: &Arc<Self>) -> Result<usize, sqlx::Error> {
        let (mut sending, mut sent) = (JoinSet::new(), 0);
        loop {
            sent += self.take(&mut sending).await?;
            if sending.join_next().await.is_none() {
                return Ok(sent);
            }
        }
    }

    /// Takes what there is room for; how many messages.
    async fn take(self: &Arc<Self>, sending: &mut JoinSet<()>) -> Result<usize, sqlx::Error> {
        while sending.try_join_next().is_some() {}
        let room = MOST_AT_ONCE.saturating_sub(sending.len());
        let due = self.claim(i64::try_from(room).unwrap_or(0)).await?;
        let taken = due.len();
        for due in due {
            let courier = Arc::clone(self);
            sending.spawn(async move { courier.deliver(due).await });
        }
        Ok(taken)
    }

    async fn claim(&self, room: i64) -> Result<Vec<Due>, sqlx::Error> {
        if room == 0 {
            return Ok(Vec::new());
        }
        let now = self.clock.now();
        let mut transaction = db::begin(&self.pool, Scope::Operator).await?;
        let webhooks = store::find_claimable(&mut transaction, now, room).await?;
        if webhooks.is_empty() {
            return Ok(Vec::new());
        }
        // In a statement of its own, which sees what was taken before the webhooks were held.
        let due = store::claim(&mut transaction, &webhooks, (now, now + LEASE), (MOST_OF_ONE, room)).await?;
        transaction.commit().await?;
        Ok(due)
    }

    async fn deliver(&self, due: Due) {
        let attempt = self.attempt(&due).await;
        if let Err(error) = self.record(&due, &attempt).await {
            // Its lease runs out, and it is sent again.
            tracing::warn!(error = db::describe(&error), "what became of a webhook's message is not kept");
        }
    }

    async fn attempt(&self, due: &Due) -> Attempt {
        let keys = [Some(&due.secret), due.former_secret.as_ref()];
        let keys: Result<Vec<SigningKey>, _> = keys
            .into_iter()
            .flatten()
            .map(|wrapped| self.secret.unwrap(PURPOSE, wrapped).map(|bytes| SigningKey::of(bytes.to_vec())))
            .collect();
        let keys = match keys {
            Ok(keys) => keys,
            Err(error) => {
                tracing::error!(webhook = %due.webhook_id, %error, "a webhook's key cannot be read");
                return Attempt::failed("the service cannot read the key that it signs with; rotate it");
            }
        };
        let body = match message::body(&due.kind, due.occurred_at, &due.data) {
            Ok(body) => body,
            Err(error) => return Attempt::failed(error.to_string()),
        };
        let client = match self.client() {
            Ok(client) => client,
            Err(error) => {
                tracing::error!(%error, "webhooks cannot be sent");
                return Attempt::failed("the service cannot send anything at the moment");
            }
        };
        let now = self.clock.now();
        let headers = message::headers(due.event_id, now, &body, &keys);
        post::send(client, &due.url, headers, body, now).await
    }

    /// Made when there is something to send: that reads the machine's roots.
    fn client(&self) -> Result<&GuardedClient, FetchError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = GuardedClient::new(&self.resolver, 0)?;
        Ok(self.client.get_or_init(|| client))
    }

    async fn record(&self, due: &Due, attempt: &Attempt) -> Result<(), sqlx::Error> {
        let (now, webhook) = (self.clock.now(), due.webhook());
        let next = attempt.next(due.attempts, now, self.jitter());
        let mut transaction = db::begin(&self.pool, Scope::Operator).await?;
        let Some(failing_since) = store::hold(&mut transaction, webhook).await? else { return Ok(()) };
        let outcome = match next {
            Next::Delivered => (DeliveryState::Delivered, now),
            Next::Again(at) => (DeliveryState::Waiting, at),
            Next::GivenUp | Next::Gone => (DeliveryState::Failed, now),
        };
        if !store::finish(&mut transaction, due, attempt, outcome).await? {
            return Ok(());
        }
        if next == Next::Delivered {
            store::note_delivered(&mut transaction, webhook, now).await?;
        } else {
            store::note_failing(&mut transaction, webhook, &attempt.reason(), now).await?;
        }
        if let Some(rest) = attempt.rest() {
            store::rest(&mut transaction, webhook, now + rest).await?;
        }
        let reason = off_because(next, attempt, failing_since, now);
        if let Some(reason) = reason
            && let Some(office) = store::switch_off(&mut transaction, webhook, &reason, now).await?
        {
            store::give_up(&mut transaction, webhook).await?;
            // The address itself may hold a key.
            let host = Url::parse(&due.url).ok().and_then(|url| url.host_str().map(ToOwned::to_owned));
            let subject = json!({ "intergroup_id": office, "name": host, "reason": reason });
            auth::enqueue(&mut transaction, "webhook_off", subject, None, now).await?;
            tracing::info!(webhook = %due.webhook_id, "a webhook is switched off");
        }
        transaction.commit().await
    }

    /// From 0 to 1.
    fn jitter(&self) -> f64 {
        let mut bytes = [0; 4];
        self.entropy.fill(&mut bytes);
        f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
    }
}

/// Why a webhook is switched off, if it is.
fn off_because(
    next: Next,
    attempt: &Attempt,
    failing_since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<String> {
    match next {
        Next::Gone => Some("The receiver answered 410 Gone: it wants nothing any more.".to_owned()),
        Next::GivenUp if failing_since.is_some_and(|since| is_lost(since, now)) => {
            Some(format!("Nothing could be delivered for five days. {}", attempt.reason()))
        }
        _ => None,
    }
}

impl std::fmt::Debug for Courier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Courier")
    }
}
