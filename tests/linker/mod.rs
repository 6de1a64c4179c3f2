//! The attacker: somebody who holds the whole database, its files and the logs,
//! and wants to know whose account wrote what in which circle.
//!
//! People come and go for some weeks, through HTTP and several at once. Then the
//! attacker takes a dump, the hidden columns of every row, whatever versions of
//! rows the files still hold, and the logs of the service and of Postgres, and
//! guesses, by twenty methods, which account a pass is of, and by fourteen which
//! two passes are one person's. Guessing by the weeks and counts that we say that we
//! keep is chance ([`chance`]); better than that fails.
//!
//! Before the nightly writing afresh the same attacker has to win, or it would
//! prove nothing.
//!
//! `cargo test` runs the small form. The full one, 500 accounts and 100 circles
//! over a month:
//!
//! ```sh
//! OPENCHAIR_LINKER=full cargo test --test all linker:: -- --nocapture
//! ```

mod attack;
mod chance;
mod evidence;
mod traffic;
mod world;

use attack::attack;
use chance::Score;
use evidence::Evidence;
use traffic::{Size, Truth};
use world::World;

use crate::api::contract::captured;

const SMALL: Size = Size { people: 60, circles: 12, days: 14, at_once: 3 };
const FULL: Size = Size { people: 500, circles: 100, days: 28, at_once: 8 };

/// So improbable by chance that it is none.
const NO_CHANCE: f64 = 0.001;

#[expect(clippy::disallowed_methods, reason = "a command may ask for more; no setting of the program")]
fn size() -> Size {
    if std::env::var("OPENCHAIR_LINKER").is_ok_and(|form| form == "full") { FULL } else { SMALL }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_holds_the_database_links_account_and_pass() {
    captured();
    let (world, size) = (World::new().await, size());
    let truth = traffic::run(&world, size).await;
    let open = scores("without writing afresh", &Evidence::take(&world).await, &truth);
    world.advance(chrono::TimeDelta::days(1));
    world.nightly().work().await.unwrap();
    let evidence = Evidence::take(&world).await;
    let closed = scores("after a night", &evidence, &truth);

    assert_eq!(evidence.former, 0, "the files hold former rows");
    // Of many methods one may be lucky: the bound is for all of them together.
    let tests = 2.0 * closed.len() as f64;
    for score in &closed {
        assert!(score.least_p() * tests >= NO_CHANCE, "better than chance: {score:?}");
    }
    // Of a few, order and place of rows tell too little to be sure of it: the
    // database may clear away in between.
    let by_order = ["account: row order", "account: place"].into_iter().filter(|_| size.people >= FULL.people);
    let channels = ["account: nearest xmin", "account: former rows", "pass: nearest xmin"];
    for channel in channels.into_iter().chain(by_order) {
        let best = open.iter().filter(|score| score.method.starts_with(channel)).map(Score::least_p);
        let best = best.fold(1.0, f64::min);
        assert!(best * tests < NO_CHANCE, "{channel}: the attacker cannot attack, p = {best:.1e}");
    }
    let logged = evidence.telling.iter().find(|value| evidence.logs.contains(value.as_str()));
    assert_eq!(logged, None, "the logs tell who");
}

fn scores(when: &str, evidence: &Evidence, truth: &[Truth]) -> Vec<Score> {
    println!("\n{when}: {} former rows in the files", evidence.former);
    let scores = attack(evidence, truth);
    for Score { method, right, of, expected, p, stands, p_near } in &scores {
        println!(
            "  {method:<37} {right:>3} of {of:<3} by chance {expected:>5.2}, p = {p:.1e}; \
             stands at {stands:.2}, p = {p_near:.1e}"
        );
    }
    scores
}
