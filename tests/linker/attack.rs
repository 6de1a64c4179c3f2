//! The ways in which it is tried. Each is a distance between what was found of
//! one and of another; whoever is nearest is guessed.

use uuid::Uuid;

use super::{
    chance::{Guess, Score, nearest},
    evidence::{Entity, Evidence, Row},
    traffic::Truth,
};

/// How far one is from another, by what was found.
type Distance = fn(&Entity, &Entity) -> f64;

/// Which account is a pass of?
const ACCOUNT_OF_PASS: [(&str, Distance); 20] = [
    ("account: nearest xmin, as made", |a, p| rows_apart(a, "members.accounts", p, "circles.passes", xmin)),
    ("account: nearest xmin, sessions", |a, p| rows_apart(a, "members.sessions", p, "circles.sessions", xmin)),
    ("account: xmin just before, as made", |a, p| rows_before(a, "members.accounts", p, "circles.passes", xmin)),
    ("account: xmin just before, sessions", |a, p| rows_before(a, "members.sessions", p, "circles.sessions", xmin)),
    ("account: nearest xmin, vault and keys", |a, p| rows_apart(a, "members.vaults", p, "pass_keys.keys", xmin)),
    ("account: nearest xmax", |a, p| rows_apart(a, "members.accounts", p, "circles.passes", xmax)),
    ("account: former rows in the files", versions_apart),
    ("account: row order, as made", |a, p| rows_apart(a, "members.accounts", p, "circles.passes", place)),
    ("account: row order, sessions", |a, p| rows_apart(a, "members.sessions", p, "circles.sessions", place)),
    ("account: row order, vault and keys", |a, p| rows_apart(a, "members.vaults", p, "pass_keys.keys", place)),
    ("account: place in the page, as made", |a, p| places_apart(a, "members.accounts", p, "circles.passes")),
    ("account: place in the page, sessions", |a, p| places_apart(a, "members.sessions", p, "circles.sessions")),
    ("account: numbers of long values", |a, p| apart(&a.long, &p.long)),
    ("account: equal values", equal_values),
    ("account: equal sizes", sizes_apart),
    ("account: arithmetic of ids", ids_apart),
    ("account: vouchers and invitations, xmin", |a, p| chain_apart(a, p, xmin)),
    ("account: vouchers and invitations, order", |a, p| chain_apart(a, p, place)),
    ("account: vaults and check-ins, xmin", |a, p| rows_apart(a, "members.vaults", p, "circles.check_ins", xmin)),
    ("account: generations of sessions", |a, p| generations_apart(a, "members.sessions", p, "circles.sessions")),
];

/// Which other pass does whoever has this one have?
const PASS_OF_PASS: [(&str, Distance); 14] = [
    ("pass: nearest xmin, as made", |a, b| rows_apart(a, "circles.passes", b, "circles.passes", xmin)),
    ("pass: nearest xmin, sessions", |a, b| rows_apart(a, "circles.sessions", b, "circles.sessions", xmin)),
    ("pass: nearest xmin, keys", |a, b| rows_apart(a, "pass_keys.keys", b, "pass_keys.keys", xmin)),
    ("pass: nearest xmax", |a, b| rows_apart(a, "circles.passes", b, "circles.passes", xmax)),
    ("pass: former rows in the files", versions_apart),
    ("pass: row order, as made", |a, b| rows_apart(a, "circles.passes", b, "circles.passes", place)),
    ("pass: row order, sessions", |a, b| rows_apart(a, "circles.sessions", b, "circles.sessions", place)),
    ("pass: place in the page, sessions", |a, b| places_apart(a, "circles.sessions", b, "circles.sessions")),
    ("pass: equal values", equal_values),
    ("pass: arithmetic of ids", ids_apart),
    ("pass: check-ins, xmin", |a, b| rows_apart(a, "circles.check_ins", b, "circles.check_ins", xmin)),
    ("pass: check-ins, row order", |a, b| rows_apart(a, "circles.check_ins", b, "circles.check_ins", place)),
    ("pass: goals, xmin", |a, b| rows_apart(a, "circles.goals", b, "circles.goals", xmin)),
    ("pass: generations of sessions", |a, b| generations_apart(a, "circles.sessions", b, "circles.sessions")),
];

/// Tries all of them.
pub fn attack(evidence: &Evidence, truth: &[Truth]) -> Vec<Score> {
    let find = |all: &'static str, id: Uuid, among: &[Entity]| {
        among.iter().position(|entity| entity.id == id).unwrap_or_else(|| panic!("no {all} {id}"))
    };
    let (accounts, passes) = (&evidence.accounts, &evidence.passes);
    let mut scores = Vec::new();
    for (method, distance) in ACCOUNT_OF_PASS {
        let guesses = truth.iter().map(|person| {
            // One for each person: whoever has two must not count twice.
            let pass = &passes[find("pass", person.passes[0], passes)];
            let right = &accounts[find("account", person.account, accounts)];
            guess(accounts.iter(), right, |account| distance(account, pass))
        });
        scores.push(Score::of(method, &guesses.collect::<Vec<_>>()));
    }
    for (method, distance) in PASS_OF_PASS {
        let guesses = truth.iter().filter(|person| person.passes.len() == 2).map(|person| {
            let pass = &passes[find("pass", person.passes[1], passes)];
            let right = &passes[find("pass", person.passes[0], passes)];
            let others = passes.iter().filter(|other| other.circle != pass.circle);
            guess(others, right, |other| distance(other, pass))
        });
        scores.push(Score::of(method, &guesses.collect::<Vec<_>>()));
    }
    scores
}

fn guess<'a>(
    candidates: impl Iterator<Item = &'a Entity> + Clone,
    right: &Entity,
    distance: impl Fn(&Entity) -> f64,
) -> Guess {
    let guessed = nearest(candidates.clone(), |candidate| candidate.id, |candidate| distance(candidate)).unwrap();
    let alike: Vec<f64> = candidates.filter(|one| one.declared == right.declared).map(&distance).collect();
    let by_chance = if guessed.declared == right.declared { 1.0 / alike.len() as f64 } else { 0.0 };
    let own = distance(right);
    // Of those at the same distance, the middle.
    let nearer = alike.iter().filter(|other| **other < own).count() as f64;
    let as_near = alike.iter().filter(|other| **other == own).count() as f64;
    let stands = (nearer + as_near / 2.0) / alike.len() as f64;
    Guess { right: guessed.id == right.id, by_chance, stands, alike: alike.len() }
}

#[expect(clippy::unnecessary_wraps, reason = "one of several ways to look at a row, some of which find nothing")]
fn xmin(row: &Row) -> Option<f64> {
    Some(row.xmin as f64)
}

fn xmax(row: &Row) -> Option<f64> {
    (row.xmax > 0).then_some(row.xmax as f64)
}

#[expect(clippy::unnecessary_wraps, reason = "as above")]
fn place(row: &Row) -> Option<f64> {
    Some(row.place)
}

/// The least distance between rows of two tables.
fn rows_apart(a: &Entity, table_a: &str, b: &Entity, table_b: &str, of: fn(&Row) -> Option<f64>) -> f64 {
    let values = |entity: &Entity, table: &str| -> Vec<f64> {
        entity.rows.iter().filter(|row| row.table == table).filter_map(of).collect()
    };
    let (a, b) = (values(a, table_a), values(b, table_b));
    let pairs = a.iter().flat_map(|one| b.iter().map(move |other| (one - other).abs()));
    pairs.fold(f64::INFINITY, f64::min)
}

/// From an account to the voucher or the invitation that a pass was made with.
fn chain_apart(a: &Entity, b: &Entity, of: fn(&Row) -> Option<f64>) -> f64 {
    let made = a.rows.iter().filter(|row| row.table == "members.accounts").filter_map(of);
    let pairs = made.flat_map(|one| b.chained.iter().filter_map(of).map(move |other| (one - other).abs()));
    pairs.fold(f64::INFINITY, f64::min)
}

/// The same where the first must come before: a device asks for its account's
/// tokens first, then for those of its passes.
fn rows_before(a: &Entity, table_a: &str, b: &Entity, table_b: &str, of: fn(&Row) -> Option<f64>) -> f64 {
    let values = |entity: &Entity, table: &str| -> Vec<f64> {
        entity.rows.iter().filter(|row| row.table == table).filter_map(of).collect()
    };
    let (a, b) = (values(a, table_a), values(b, table_b));
    let pairs = a.iter().flat_map(|one| b.iter().map(move |other| other - one));
    pairs.filter(|apart| *apart >= 0.0).fold(f64::INFINITY, f64::min)
}

fn apart(a: &[i64], b: &[i64]) -> f64 {
    let pairs = a.iter().flat_map(|one| b.iter().map(move |other| one.abs_diff(*other) as f64));
    pairs.fold(f64::INFINITY, f64::min)
}

/// How seldom versions of both were written one shortly after the other.
fn versions_apart(a: &Entity, b: &Entity) -> f64 {
    let near = |xid: &i64| 1.0 / (1.0 + apart(&a.written, &[*xid]));
    -b.written.iter().map(near).sum::<f64>()
}

/// How far apart they lie in the pages of two tables.
fn places_apart(a: &Entity, table_a: &str, b: &Entity, table_b: &str) -> f64 {
    let of = |entity: &Entity, table: &str| -> Vec<f64> {
        entity.places.iter().filter(|(name, _)| name == table).map(|(_, place)| *place).collect()
    };
    let (a, b) = (of(a, table_a), of(b, table_b));
    let pairs = a.iter().flat_map(|one| b.iter().map(move |other| (one - other).abs()));
    pairs.fold(f64::INFINITY, f64::min)
}

/// How few values both have that could tell something.
fn equal_values(a: &Entity, b: &Entity) -> f64 {
    let telling = |entity: &Entity| -> Vec<String> {
        let values = entity.rows.iter().flat_map(|row| row.values.clone());
        // A circle is no secret of a pass; everything else of some length is.
        let values = values.filter(|(column, value)| column != "circle_id" && value.len() > 10);
        values.map(|(_, value)| value).collect()
    };
    let of_b = telling(b);
    -(telling(a).iter().filter(|value| of_b.contains(value)).count() as f64)
}

/// How much is written of both, in all.
fn sizes_apart(a: &Entity, b: &Entity) -> f64 {
    let size = |entity: &Entity| -> i64 {
        let values = entity.rows.iter().flat_map(|row| &row.values);
        values.filter(|(_, value)| value.starts_with("\\\\x")).map(|(_, value)| value.len() as i64).sum()
    };
    apart(&[size(a)], &[size(b)])
}

fn ids_apart(a: &Entity, b: &Entity) -> f64 {
    a.id.as_u128().abs_diff(b.id.as_u128()) as f64
}

fn generations_apart(a: &Entity, table_a: &str, b: &Entity, table_b: &str) -> f64 {
    let of = |entity: &Entity, table: &str| -> Vec<i64> {
        entity.values(table, "generation").iter().map(|value| value.parse().unwrap()).collect()
    };
    apart(&of(a, table_a), &of(b, table_b))
}
