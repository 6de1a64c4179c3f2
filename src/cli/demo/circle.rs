//! The circle of the demo: three people, and what they said today. It is made
//! as apps make theirs, over HTTP, with keys drawn anew each time.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Datelike;
use serde_json::{Value, json};

use super::caller::{Caller, text};
use crate::kernel::{CivilDay, Clock, Entropy, IsoWeek, SystemClock, SystemEntropy};

/// A circle to look at.
pub(super) struct Circle {
    /// The steward first.
    pub peers: Vec<Peer>,
    /// What the steward's phone has for its account.
    pub auth_key: String,
    /// And is called there.
    pub handle: String,
    /// The day on which all this was.
    pub today: CivilDay,
}

/// Somebody in it.
pub(super) struct Peer {
    pub alias: String,
    /// What signs in to the pass.
    pub pass_key: String,
    id: String,
    caller: Caller,
}

impl Peer {
    /// An access token, good for a quarter of an hour.
    pub(super) fn token(&self) -> &str {
        self.caller.token()
    }
}

/// Makes the circle, and a story that waits for a moderator.
///
/// # Errors
/// When the service refuses something.
pub(super) async fn make(anybody: &Caller) -> anyhow::Result<Circle> {
    let auth_key = fresh_key();
    let member = anybody.post("/v1/members", Some(&json!({ "auth_key": auth_key }))).await?;
    let steward = come_in(anybody, "/v1/circles", "voucher", text(&member, "/vouchers/0")?).await?;
    let mut peers = vec![steward];
    while peers.len() < 3 {
        let invitation = peers[0].caller.post("/v1/circles/self/invitations", None).await?;
        peers.push(come_in(anybody, "/v1/passes", "invitation", text(&invitation, "/code")?).await?);
    }
    let today = CivilDay::of_utc(SystemClock.now());
    keep_company(&peers, today).await?;
    write_story(anybody, text(&member, "/vouchers/1")?).await?;
    Ok(Circle { peers, auth_key, handle: text(&member, "/handle")?, today })
}

async fn come_in(anybody: &Caller, path: &str, with: &str, ticket: String) -> anyhow::Result<Peer> {
    let pass_key = fresh_key();
    let mut body = json!({ "pass_key": pass_key, "agreement_version": 1, "adult": true });
    body[with] = ticket.into();
    let joined = anybody.post(path, Some(&body)).await?;
    let (alias, id) = (text(&joined, "/pass/alias")?, text(&joined, "/pass/id")?);
    Ok(Peer { alias, pass_key, id, caller: anybody.with(&joined)? })
}

/// What they said: a goal, "ask me today", a nudge, a check-in with its answer,
/// a milestone.
async fn keep_company(peers: &[Peer], today: CivilDay) -> anyhow::Result<()> {
    let [one, two, three] = peers else { anyhow::bail!("the demo's circle is not one of three") };
    let goal = drawn_id();
    let words = "Three meetings, and call my sponsor";
    let week = IsoWeek::of(today).to_string();
    let body = json!({ "week": week, "words": words, "target": 3, "progress": 1 });
    one.caller.put(&format!("/v1/goals/{goal}"), &body).await?;
    let day_of_week = today.date().weekday().num_days_from_sunday();
    one.caller.patch("/v1/passes/self", &json!({ "ask_me_on": day_of_week, "about": "goal" })).await?;
    let nudge = json!({ "goal_id": goal, "words": "How is it going?" });
    two.caller.put(&format!("/v1/nudges/{}/{today}", one.id), &nudge).await?;
    let check_in = json!({
        "kinds": ["craving", "victory"],
        "words": "It was hard at five, and I called somebody.",
        "helped": ["called_someone"],
    });
    let check_in = one.caller.put(&format!("/v1/check-ins/{today}"), &check_in).await?;
    let answer = json!({ "words": "I know that hour. Glad you called.", "reaction": "been_there" });
    two.caller.put(&format!("/v1/check-ins/{}/answers/1", text(&check_in, "/id")?), &answer).await?;
    let milestone = drawn_id();
    let body = json!({ "kind": "time", "label": "30 days" });
    three.caller.put(&format!("/v1/milestones/{milestone}"), &body).await?;
    let answer = json!({ "reaction": "proud_of_you" });
    one.caller.put(&format!("/v1/milestones/{milestone}/answers/1"), &answer).await?;
    Ok(())
}

/// So that a moderator has something to read.
async fn write_story(anybody: &Caller, voucher: String) -> anyhow::Result<()> {
    let mut story: Value = json!({
        "topic": "social_pressure",
        "language": "en",
        "title": "Weddings",
        "words": "I hold a glass of water, stay near a door, and leave before the speeches.",
    });
    story["voucher"] = voucher.into();
    story["pass_key"] = fresh_key().into();
    anybody.post("/v1/stories", Some(&story)).await.map(drop)
}

/// What a device derives from its recovery code; here it is drawn.
fn fresh_key() -> String {
    let mut bytes = [0; 32];
    SystemEntropy.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn drawn_id() -> String {
    SystemEntropy.uuid_v4().to_string()
}
