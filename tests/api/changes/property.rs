//! The guarantee: whoever applies pages in order and asks again with its last
//! cursor holds exactly its scope, whatever was written meanwhile and by
//! however many, whichever node answers, and also when that starts anew.

mod dice;
mod writers;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use openchair::{
    auth::Role,
    db::{Databases, Pools},
    kernel::IntergroupId,
};
use sqlx::PgPool;
use tokio::sync::{Mutex, RwLock};

use super::reader::{Held, Reader, searched};
use crate::support::{Anonymous, Bearer, Node, TestApp};
use dice::Dice;

/// How many write at once, and how much each.
const WRITERS: usize = 6;
const WRITES: usize = 30;
const RESTARTS: usize = 3;
/// Pages are as small as one item, so that writes fall between any two.
const LIMITS: [usize; 3] = [1, 4, 2000];
/// Readers rest for as long at most, so that writers get their turn.
const PACE: Duration = Duration::from_millis(150);
const SCOPES: [Option<&str>; 6] = [None, Some("area"), Some("north"), Some("south"), Some("other"), Some("nobody")];

/// What everybody works on.
struct World {
    app: TestApp,
    /// One for all: making one takes long.
    caller: Anonymous,
    /// An area, two districts that may or may not belong to it, and another.
    offices: [IntergroupId; 4],
    /// Somebody who may write in each.
    editors: [Bearer; 4],
    /// Meetings that were made, by whose they are at first.
    meetings: Mutex<Vec<String>>,
    /// For transactions of our own.
    pool: PgPool,
    written: AtomicUsize,
    over: AtomicBool,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let zone = chrono_tz::America::Chicago;
        let area = app.office("area", zone).await;
        let north = app.office_below(Some(area), "north", zone).await;
        let south = app.office_below(Some(area), "south", zone).await;
        let other = app.office("other", zone).await;
        let in_area = app.admin(area, Role::Owner).await;
        let editors = [
            in_area.clone(),
            // Of its own, so that it may write also while it belongs to nobody.
            app.admin(north, Role::Owner).await,
            in_area,
            app.admin(other, Role::Owner).await,
        ];
        let offices = [area, north, south, other];
        let pool = Pools::new(&Databases::one(app.database.options()), 10).directory;
        Self {
            caller: app.anonymous(),
            app,
            pool,
            offices,
            editors,
            meetings: Mutex::default(),
            written: AtomicUsize::new(0),
            over: AtomicBool::new(false),
        }
    }
}

/// A node that may be away for a moment: who asks waits until it is back.
type Restarting = Arc<RwLock<Option<(Node, Anonymous)>>>;

async fn start(world: &World) -> (Node, Anonymous) {
    let node = world.app.second_node();
    node.until(|node| node.server.snapshots().current().is_some()).await;
    let caller = node.anonymous();
    (node, caller)
}

/// Stops and starts it in the middle of the writing, some times.
async fn restart(world: Arc<World>, node: Restarting) {
    for n in 1..=RESTARTS {
        while world.written.load(Ordering::SeqCst) < n * WRITES * WRITERS / (RESTARTS + 1) {
            tokio::time::sleep(PACE).await;
        }
        let mut node = node.write().await;
        if let Some((node, _)) = node.take() {
            node.server.stop().await.unwrap();
        }
        *node = Some(start(&world).await);
    }
}

/// Reads on for as long as anybody writes, now from this node and now from
/// that, then once more to the end.
async fn read(world: Arc<World>, node: Restarting, mut reader: Reader, seed: u64) -> Reader {
    let dice = Dice::new(seed);
    loop {
        // Some come late, and all look now and then.
        tokio::time::sleep(PACE.mul_f64(dice.below(100) as f64 / 100.0)).await;
        let over = world.over.load(Ordering::SeqCst);
        let more = if dice.below(2) == 0 {
            reader.read(&world.caller).await
        } else {
            let node = node.read().await;
            let (_, caller) = node.as_ref().unwrap();
            reader.read(caller).await
        };
        if over && !more {
            return reader;
        }
    }
}

async fn holds_exactly_its_scope(seed: u64) {
    let world = Arc::new(World::new().await);
    let node = Restarting::default();
    *node.write().await = Some(start(&world).await);
    let readers: Vec<_> = SCOPES
        .iter()
        .zip(0..)
        .flat_map(|(scope, at)| {
            LIMITS.iter().zip(0..).map(move |(limit, n)| (*scope, *limit, seed + 100 + at * 10 + n))
        })
        .map(|(scope, limit, seed)| {
            (scope, tokio::spawn(read(Arc::clone(&world), Arc::clone(&node), Reader::of(scope, limit), seed)))
        })
        .collect();
    let restarting = tokio::spawn(restart(Arc::clone(&world), Arc::clone(&node)));
    let writers: Vec<_> = (0..WRITERS as u64)
        .map(|n| tokio::spawn(writers::write(Arc::clone(&world), seed * 1_000 + n, WRITES)))
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    restarting.await.unwrap();
    world.app.server.snapshots().wait_for(world.app.revision().await).await;
    world.over.store(true, Ordering::SeqCst);
    let mut expected: Vec<(Option<&str>, Held)> = Vec::new();
    for scope in SCOPES {
        expected.push((scope, searched(&world.caller, scope).await));
    }
    assert!(expected[0].1.len() > 10, "{} meetings say little", expected[0].1.len());
    for (scope, reader) in readers {
        let mut reader = reader.await.unwrap();
        // What it read last may have come from a node that had not heard yet.
        reader.catch_up(&world.caller).await;
        assert_eq!(reader.restarts, 0);
        let (_, expected) = expected.iter().find(|(of, _)| *of == scope).unwrap();
        for (id, meeting) in expected {
            assert_eq!(reader.held.get(id), Some(meeting), "{scope:?} by {reader:?}");
        }
        assert_eq!(reader.held.len(), expected.len(), "{scope:?} has left-overs");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_reader_ends_with_exactly_its_scope() {
    for seed in 1..=2 {
        holds_exactly_its_scope(seed).await;
    }
}
