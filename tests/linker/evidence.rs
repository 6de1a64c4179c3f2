//! What an attacker finds who holds the disk: a dump, the columns that Postgres
//! hides, every version of a row that its files still hold, and the logs.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use openchair::upkeep::Part;
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::world::World;
use crate::{api::contract::captured, support::TestDatabase};

/// Everything that was found.
pub struct Evidence {
    pub accounts: Vec<Entity>,
    pub passes: Vec<Entity>,
    /// Every value that is in the database and says who somebody is.
    pub telling: Vec<String>,
    pub logs: String,
    /// Versions of rows in the files that no query shows.
    pub former: usize,
}

/// An account or a pass, and what was found of it.
#[derive(Debug, Clone)]
pub struct Entity {
    pub id: Uuid,
    /// Of a pass.
    pub circle: String,
    /// The weeks and counts that we say that we keep.
    pub declared: String,
    pub rows: Vec<Row>,
    /// Rows of nobody that lie nearest to it by who wrote them: the voucher or
    /// the invitation that it may have been made with.
    pub chained: Vec<Row>,
    /// Of every version in the files: which transactions wrote and ended it.
    pub written: Vec<i64>,
    /// The numbers of long values.
    pub long: Vec<i64>,
    /// Where in its page each version lies, by table: a page is filled from its
    /// end, and what is cleaned up leaves the order.
    pub places: Vec<(String, f64)>,
}

/// A row of a dump, and its hidden columns.
#[derive(Debug, Clone)]
pub struct Row {
    pub table: String,
    /// Where in its table it lies, 0 to 1.
    pub place: f64,
    pub xmin: i64,
    pub xmax: i64,
    pub values: Vec<(String, String)>,
}

impl Entity {
    fn new(id: Uuid) -> Self {
        let (circle, declared) = (String::new(), String::new());
        let (rows, chained, written) = (Vec::new(), Vec::new(), Vec::new());
        let (long, places) = (Vec::new(), Vec::new());
        Self { id, circle, declared, rows, chained, written, long, places }
    }

    /// What is in a column of a table, in order.
    pub fn values(&self, table: &str, column: &str) -> Vec<&str> {
        let rows = self.rows.iter().filter(|row| row.table == table);
        let values = rows.flat_map(|row| row.values.iter().filter(|(name, _)| name == column));
        let mut values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
        values.sort_unstable();
        values
    }
}

/// A table of the dump.
struct Dumped {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Evidence {
    /// Takes all there is.
    pub async fn take(world: &World) -> Self {
        let mut owner = world.database.owner().await;
        // So that the files are what the database is.
        owner.execute("CHECKPOINT").await.unwrap();
        let dump = dump(&mut owner, &world.database).await;
        let mut accounts = entities(&dump["members.accounts"]);
        let mut passes = entities(&dump["circles.passes"]);
        let (mut former, mut loose) = (0, Vec::new());
        for (table, dumped) in &dump {
            if CHAINS.contains(&table.as_str()) {
                loose.extend(rows(&mut owner, table, dumped).await);
            }
            let found = if table.starts_with("members.") { &mut accounts } else { &mut passes };
            let Some(column) = owner_column(table, dumped) else { continue };
            for row in rows(&mut owner, table, dumped).await {
                let id: Uuid = row.values[column].1.parse().unwrap();
                let Some(entity) = found.get_mut(&id) else { continue };
                entity.rows.push(row);
            }
            let versions = carve(&mut owner, table, dumped.columns.len(), found).await;
            former += versions.saturating_sub(dumped.rows.len());
        }
        let mut accounts: Vec<Entity> = accounts.into_values().collect();
        let mut passes: Vec<Entity> = passes.into_values().collect();
        accounts.iter_mut().for_each(declare_account);
        passes.iter_mut().for_each(declare_pass);
        chain(&mut passes, loose);
        let telling = telling(&dump);
        Self { accounts, passes, telling, logs: logs(&mut owner).await, former }
    }
}

/// Tables whose rows are nobody's, and are written as somebody comes in.
const CHAINS: [&str; 2] = ["circles.spent_vouchers", "circles.invitations"];

/// Gives each of the rows to the pass that was written nearest to it.
fn chain(passes: &mut [Entity], loose: Vec<Row>) {
    for row in loose {
        let apart = |pass: &Entity| pass.written.iter().map(|xid| xid.abs_diff(row.xmin)).min().unwrap_or(u64::MAX);
        let nearest = passes.iter_mut().min_by_key(|pass| (apart(pass), pass.id));
        nearest.unwrap().chained.push(row);
    }
}

/// What we say that we keep of an account.
fn declare_account(account: &mut Entity) {
    let sessions = account.values("members.sessions", "used_week").join(",");
    let vaults = account.values("members.vaults", "version").len();
    let of = |column| account.values("members.accounts", column).concat();
    account.declared = format!(
        "made {} seen {} sessions {sessions} vaults {vaults} vouchers {} {}",
        of("made_week"),
        of("seen_week"),
        of("circle_vouchers"),
        of("story_vouchers")
    );
}

/// And of a pass.
fn declare_pass(pass: &mut Entity) {
    pass.circle = pass.values("circles.passes", "circle_id").concat();
    let sessions = pass.values("circles.sessions", "used_week").join(",");
    let mut written = HashMap::<&str, usize>::new();
    for row in &pass.rows {
        *written.entry(&row.table).or_default() += 1;
    }
    let mut written: Vec<_> = written.into_iter().collect();
    written.sort_unstable();
    let of = |column| pass.values("circles.passes", column).concat();
    pass.declared = format!("steward {} seen {} sessions {sessions} wrote {written:?}", of("steward"), of("seen_week"));
}

fn entities(dumped: &Dumped) -> HashMap<Uuid, Entity> {
    let id = dumped.columns.iter().position(|column| column == "id").unwrap();
    dumped.rows.iter().map(|row| row[id].parse().unwrap()).map(|id| (id, Entity::new(id))).collect()
}

/// The column that says whose a row is, where one does.
fn owner_column(table: &str, dumped: &Dumped) -> Option<usize> {
    let column = match table {
        "members.accounts" | "circles.passes" | "pass_keys.keys" => "id",
        _ if table.starts_with("members.") => "account_id",
        _ => "pass_id",
    };
    dumped.columns.iter().position(|name| name == column)
}

/// A logical dump of all that is about persons, table by table.
async fn dump(owner: &mut PgConnection, database: &TestDatabase) -> HashMap<String, Dumped> {
    let programs: String =
        sqlx::query_scalar("SELECT setting FROM pg_config WHERE name = 'BINDIR'").fetch_one(&mut *owner).await.unwrap();
    let mut command = Command::new(Path::new(&programs).join("pg_dump"));
    command.arg("--data-only").arg(format!("--dbname={}", database.url()));
    command.args(Part::ALL.map(|part| format!("--schema={}", part.schema())));
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut tables = HashMap::new();
    for block in text.split("\nCOPY ").skip(1) {
        let (head, rows) = block.split_once(" FROM stdin;\n").unwrap();
        let (name, columns) = head.split_once(" (").unwrap();
        let columns = columns.trim_end_matches(')').split(", ").map(str::to_owned).collect();
        let rows = rows.lines().take_while(|line| *line != "\\.");
        let rows = rows.map(|line| line.split('\t').map(str::to_owned).collect()).collect();
        tables.insert(name.to_owned(), Dumped { columns, rows });
    }
    tables
}

/// The rows of a table, with `xmin` and `xmax` of each, in the order in which
/// they lie.
async fn rows(owner: &mut PgConnection, table: &str, dumped: &Dumped) -> Vec<Row> {
    let sql = format!("SELECT xmin::text::bigint, xmax::text::bigint FROM {table} ORDER BY ctid");
    let hidden: Vec<PgRow> = sqlx::query(AssertSqlSafe(sql)).fetch_all(owner).await.unwrap();
    assert_eq!(hidden.len(), dumped.rows.len(), "{table}: a dump is in the order of the rows");
    let rows = dumped.rows.iter().zip(hidden).enumerate().map(|(at, (row, hidden))| Row {
        table: table.to_owned(),
        place: (at as f64 + 0.5) / dumped.rows.len() as f64,
        xmin: hidden.get(0),
        xmax: hidden.get(1),
        values: dumped.columns.iter().cloned().zip(row.iter().cloned()).collect(),
    });
    rows.collect()
}

const PAGE: usize = 8192;
/// A long value kept apart: a tag, its length twice, its number, its table.
const POINTER: [u8; 2] = [0x01, 0x12];

/// Looks through a table's file for every version of a row of somebody in
/// `found`, whether it is still pointed to or not; how many there were.
async fn carve(owner: &mut PgConnection, table: &str, columns: usize, found: &mut HashMap<Uuid, Entity>) -> usize {
    let sql = "SELECT current_setting('data_directory') || '/' || pg_relation_filepath($1::regclass),
                      reltoastrelid::bigint FROM pg_class WHERE oid = $1::regclass";
    let (path, toast): (String, i64) = sqlx::query_as(sql).bind(table).fetch_one(owner).await.unwrap();
    let file = fs::read(&path).unwrap();
    let toast = u32::try_from(toast).unwrap().to_le_bytes();
    let mut versions = 0;
    for page in file.chunks_exact(PAGE) {
        // Rows begin at multiples of eight; a head is 23 bytes and a bitmap of nulls.
        for at in (24..PAGE - 48).step_by(8) {
            let row = &page[at..];
            let head = usize::from(row[22]);
            // A head says how many columns follow; other bytes only look like one.
            let said = usize::from(u16::from_le_bytes([row[18], row[19]]) & 0x07ff);
            if ![24, 32].contains(&head) || said != columns {
                continue;
            }
            let data = &row[head..];
            let id_at = |at: usize| data.get(at..at + 16).and_then(|bytes| Uuid::from_slice(bytes).ok());
            // Whose it is stands first, or behind the row's own id.
            let whose = [0, 16].into_iter().filter_map(id_at).find(|id| found.contains_key(id));
            let Some(entity) = whose.and_then(|id| found.get_mut(&id)) else { continue };
            versions += 1;
            entity.places.push((table.to_owned(), (PAGE - at) as f64 / PAGE as f64));
            let number = |at: usize| i64::from(u32::from_le_bytes([row[at], row[at + 1], row[at + 2], row[at + 3]]));
            entity.written.extend([number(0), number(4)].into_iter().filter(|xid| *xid > 2));
            for at in 0..data.len().min(512).saturating_sub(18) {
                if data[at..at + 2] == POINTER && data[at + 14..at + 18] == toast {
                    entity.long.push(i64::from(u32::from_le_bytes(data[at + 10..at + 14].try_into().unwrap())));
                }
            }
        }
    }
    versions
}

/// Values that are nobody else's: ids, hashes, names, codes.
fn telling(dump: &HashMap<String, Dumped>) -> Vec<String> {
    let values = dump.values().flat_map(|table| table.rows.iter().flatten());
    let values = values.filter(|value| value.len() >= 16 && !value.starts_with('{'));
    values.map(|value| value.trim_start_matches("\\\\x").to_lowercase()).collect()
}

/// What the service and Postgres logged.
async fn logs(owner: &mut PgConnection) -> String {
    let data: String = sqlx::query_scalar("SELECT current_setting('data_directory')").fetch_one(owner).await.unwrap();
    let postgres: PathBuf = Path::new(&data).parent().unwrap().join("postgres.log");
    let postgres = String::from_utf8_lossy(&fs::read(postgres).unwrap()).to_lowercase();
    captured().lines().join("\n") + &postgres
}
