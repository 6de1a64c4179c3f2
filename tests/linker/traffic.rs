//! What people do in these weeks, all of it through HTTP, several at once; and
//! who is who, which the attacker does not know.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{Days, NaiveDate, TimeDelta};
use futures_util::{StreamExt, stream};
use openchair::kernel::{Entropy, SystemEntropy};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::world::{FIRST_DAY, World};
use crate::support::{Anonymous, Response, circle_body, join_body};

/// How much of it.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub people: usize,
    pub circles: usize,
    pub days: usize,
    /// How many act at once.
    pub at_once: usize,
}

/// Who holds what.
#[derive(Debug, Clone)]
pub struct Truth {
    pub account: Uuid,
    pub passes: Vec<Uuid>,
}

/// Of a circle.
const SEATS: usize = 12;

/// Times of a day at which some open their app.
const TICKS: usize = 4;

/// Somebody with a device.
struct Person {
    caller: Anonymous,
    account: Option<Held>,
    vouchers: Vec<String>,
    passes: Vec<Held>,
    /// The version of the vault that the device knows.
    vault: Option<String>,
}

/// An account or a pass as its device holds it.
struct Held {
    id: Uuid,
    refresh_token: String,
    access_token: String,
    /// Of the week, counted from the first, in which it last said what it meant to do.
    goal_week: Option<usize>,
}

/// Whoever joins when: a person, a circle, and whether they start it.
#[derive(Clone, Copy)]
struct Arrival {
    person: usize,
    circle: usize,
}

/// Numbers that look drawn and are the same every time.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// One below `below` (Steele, Lea and Flood's SplitMix64).
    pub fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(below).unwrap()).unwrap()
    }
}

/// Lets `size` of it happen.
pub async fn run(world: &World, size: Size) -> Vec<Truth> {
    let people: Vec<Mutex<Person>> = (0..size.people)
        .map(|_| Person {
            caller: world.anonymous(),
            account: None,
            vouchers: Vec::new(),
            passes: Vec::new(),
            vault: None,
        })
        .map(Mutex::new)
        .collect();
    let mut dice = Dice::new(7);
    let plan = plan(size, &mut dice);
    // In the last week everybody has a look: whoever stayed away would be known by that.
    let last_week = (size.days - 7) * TICKS;
    let last_look: Vec<usize> = (0..size.people).map(|_| last_week + dice.below(7 * TICKS)).collect();
    for day in 0..size.days {
        for tick in 0..TICKS {
            let arriving = &plan[day * TICKS + tick];
            let now = day * TICKS + tick;
            let opening: Vec<usize> =
                (0..size.people).filter(|person| dice.below(TICKS * 3) == 0 || last_look[*person] == now).collect();
            let arrivals = stream::iter(arriving).map(|arrival| arrive(&people, *arrival));
            arrivals.buffer_unordered(size.at_once).collect::<()>().await;
            let opens = stream::iter(opening).map(|person| open(&people[person], now));
            opens.buffer_unordered(size.at_once).collect::<()>().await;
            world.advance(TimeDelta::hours(5));
        }
        world.advance(TimeDelta::hours(4));
        world.nightly().without_writing_afresh().work().await.unwrap();
    }
    let ids = |held: &Held| held.id;
    let truth = people.into_iter().map(|person| {
        let person = person.into_inner();
        Truth { account: ids(person.account.as_ref().unwrap()), passes: person.passes.iter().map(ids).collect() }
    });
    truth.collect()
}

/// Who comes at which tick. Whoever starts a circle comes in the first days;
/// three of four join a second circle later.
fn plan(size: Size, dice: &mut Dice) -> Vec<Vec<Arrival>> {
    let ticks = size.days * TICKS;
    let mut plan = vec![Vec::new(); ticks];
    let early = ticks / 8;
    // Of its first circle every person is a member from the start.
    let mut taken: Vec<usize> =
        (0..size.circles).map(|circle| (circle..size.people).step_by(size.circles).len()).collect();
    for person in 0..size.people {
        let starts = person < size.circles;
        let at = if starts { dice.below(early) } else { early + dice.below(ticks / 2) };
        plan[at].push(Arrival { person, circle: person % size.circles });
        if person % 4 != 0 {
            let later = at + 1 + dice.below(ticks - at - 1).max(early);
            let from = dice.below(size.circles - 1);
            let others = (0..size.circles - 1).map(|n| (person + 1 + (from + n) % (size.circles - 1)) % size.circles);
            let circle = others.into_iter().find(|circle| taken[*circle] < SEATS).unwrap();
            taken[circle] += 1;
            plan[later.min(ticks - 1)].push(Arrival { person, circle });
        }
    }
    plan
}

/// Somebody comes into a circle, with an account made for that where they have
/// none.
async fn arrive(people: &[Mutex<Person>], Arrival { person, circle }: Arrival) {
    let starts = person == circle;
    // Asked for first: nobody is waited for who waits themselves.
    let invitation = if starts { None } else { Some(invite(&people[circle]).await) };
    let mut person = people[person].lock().await;
    let caller = person.caller.clone();
    if let Some(account) = &mut person.account {
        account.refresh(&caller, "member").await;
    } else {
        let made = person.caller.post("/v1/members", &json!({ "auth_key": device_key() })).await;
        let made = expect(&made, 201);
        person.vouchers = made["vouchers"].as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect();
        person.account = Some(Held::of(&made));
    }
    let joined = match invitation {
        Some(code) => person.caller.post("/v1/passes", &join_body(&code, &device_key())).await,
        None => person.caller.post("/v1/circles", &circle_body(&person.vouchers[0], &device_key())).await,
    };
    let held = Held::of(&expect(&joined, 201));
    person.passes.push(held);
    person.keep_vault().await;
}

/// Somebody who was there before opens the app: it refreshes what it holds, and
/// some of them write.
async fn open(person: &Mutex<Person>, tick: usize) {
    let mut person = person.lock().await;
    let caller = person.caller.clone();
    let Some(account) = &mut person.account else { return };
    account.refresh(&caller, "member").await;
    for pass in &mut person.passes {
        pass.refresh(&caller, "circle").await;
    }
    for pass in &mut person.passes {
        pass.write(&caller, tick).await;
    }
    if tick.is_multiple_of(3) {
        person.keep_vault().await;
    }
}

/// A code for the circle of a steward.
async fn invite(steward: &Mutex<Person>) -> String {
    let mut steward = steward.lock().await;
    let caller = steward.caller.clone();
    let pass = &mut steward.passes[0];
    pass.refresh(&caller, "circle").await;
    let made = caller.send(Method::POST, "/v1/circles/self/invitations", &[pass.bearer().as_header()]).await;
    expect(&made, 201)["code"].as_str().unwrap().to_owned()
}

impl Person {
    /// Keeps what the device knows in the account's vault.
    async fn keep_vault(&mut self) {
        let Some(account) = &self.account else { return };
        let condition = match &self.vault {
            Some(tag) => ("if-match", tag.as_str()),
            None => ("if-none-match", "*"),
        };
        let authorization = account.bearer();
        let headers = [authorization.as_header(), ("content-type", "application/octet-stream"), condition];
        let kept = self.caller.send_text(Method::PUT, "/v1/me/vault", &headers, vault()).await;
        assert!([200, 201].contains(&kept.status), "{}", kept.text());
        self.vault = Some(kept.header("etag").to_owned());
    }
}

/// `Authorization` with a token.
struct Authorization(String);

impl Authorization {
    fn as_header(&self) -> (&'static str, &str) {
        ("authorization", &self.0)
    }
}

impl Held {
    fn of(issued: &Value) -> Self {
        let mut held =
            Self { id: Uuid::nil(), refresh_token: String::new(), access_token: String::new(), goal_week: None };
        held.take(issued);
        held.id = subject(&held.access_token);
        held
    }

    fn take(&mut self, issued: &Value) {
        issued["refresh_token"].as_str().unwrap().clone_into(&mut self.refresh_token);
        issued["access_token"].as_str().unwrap().clone_into(&mut self.access_token);
    }

    fn bearer(&self) -> Authorization {
        Authorization(format!("Bearer {}", self.access_token))
    }

    async fn refresh(&mut self, caller: &Anonymous, audience: &str) {
        let body = json!({ "refresh_token": self.refresh_token });
        let issued = caller.post(&format!("/v1/auth/{audience}/refresh"), &body).await;
        self.take(&expect(&issued, 200));
    }

    /// Looks at the circle; once a week sets a goal and checks in, and every third
    /// time celebrates something and answers, now and then at length.
    async fn write(&mut self, caller: &Anonymous, tick: usize) {
        let authorization = self.bearer();
        let headers = [authorization.as_header()];
        expect(&caller.send(Method::GET, "/v1/circles/self", &headers).await, 200);
        let (day, week) = (tick / TICKS, tick / TICKS / 7);
        if self.goal_week.replace(week) != Some(week) {
            self.begin_week(caller, FIRST_DAY + Days::new(day.try_into().unwrap())).await;
        }
        if !tick.is_multiple_of(3) {
            return;
        }
        let path = format!("/v1/milestones/{}", SystemEntropy.uuid_v4());
        let body = json!({ "kind": "win", "label": "Called somebody instead" });
        let shared = caller.send_body(Method::PUT, &path, &headers, Some(&body)).await;
        assert!([200, 201].contains(&shared.status), "{}", shared.text());
        let words = "One day at a time. ".repeat(if tick.is_multiple_of(2) { 20 } else { 1 });
        let path = format!("{path}/answers/1");
        let answered = caller.send_body(Method::PUT, &path, &headers, Some(&json!({ "words": words.trim() }))).await;
        assert!([200, 201].contains(&answered.status), "{}", answered.text());
    }

    async fn begin_week(&self, caller: &Anonymous, day: NaiveDate) {
        let authorization = self.bearer();
        let headers = [authorization.as_header(), ("if-none-match", "*")];
        let path = format!("/v1/goals/{}", SystemEntropy.uuid_v4());
        let body = json!({ "week": day.format("%G-W%V").to_string(), "words": "Three meetings", "target": 3 });
        expect(&caller.send_body(Method::PUT, &path, &headers, Some(&body)).await, 201);
        let body = json!({ "kinds": ["craving"], "words": "Hard at five.", "helped": ["called_someone"] });
        let path = format!("/v1/check-ins/{day}");
        expect(&caller.send_body(Method::PUT, &path, &headers, Some(&body)).await, 201);
    }
}

/// Whom a token is of, which is written in it.
fn subject(token: &str) -> Uuid {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    claims["sub"].as_str().unwrap().parse().unwrap()
}

/// What a device encrypted: 4,096 bytes that look drawn.
fn vault() -> String {
    let mut bytes = [0; 3072];
    SystemEntropy.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn device_key() -> String {
    let mut bytes = [0; 32];
    SystemEntropy.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn expect(response: &Response, status: u16) -> Value {
    assert_eq!(response.status, status, "{}", response.text());
    response.json()
}
