//! `openchair doctor`

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use sqlx::{Connection, PgConnection};

use super::{Context, output};
use crate::{
    app::{self, Database, postgres},
    auth,
    db::{self, Databases, Scope},
    directory, helplines,
    kernel::{Clock, SystemClock},
    moderation::{self, Chain},
    upkeep::{self, Part},
};

/// A clock that differs more than this from the database's is wrong.
const CLOCKS_WITHIN_S: i64 = 5;
/// After so many nights without it something is wrong.
const NIGHTS_MISSED: i64 = 2;
/// The oldest Postgres that has what the schema needs.
const OLDEST_POSTGRES: i32 = 150_000;

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub(super) struct Arguments {}

/// What was looked at, and whether anything was wrong.
#[derive(Default)]
struct Findings {
    wrong: bool,
}

impl Findings {
    fn ok(what: &str, state: &str) {
        output::line(&format!("ok     {what}: {state}"));
    }

    fn warn(what: &str, state: &str) {
        output::line(&format!("warn   {what}: {state}"));
    }

    fn wrong(&mut self, what: &str, state: &str) {
        self.wrong = true;
        output::line(&format!("WRONG  {what}: {state}"));
    }
}

pub(super) async fn run(context: Context, _arguments: Arguments) -> anyhow::Result<u8> {
    let mut findings = Findings::default();
    // Configuration that does not hold together never gets this far.
    Findings::ok("configuration", "read");
    let settings = &context.config.database;
    if settings.url.is_none() {
        let folder = app::data_dir(settings, &context.surroundings);
        let state = if postgres::is_running(&folder) { "runs" } else { "does not run; started for this check" };
        Findings::ok("data directory", &format!("{}, where the embedded Postgres {state}", folder.display()));
    }
    look_at_mail(&context, &mut findings).await;
    look_at_help_lines(&mut findings);
    match Database::open(settings, &context.surroundings).await {
        Ok(database) => {
            look_at(&context, &database, &mut findings).await;
            database.close().await;
        }
        Err(error) => findings.wrong("database", &format!("{error:#}")),
    }
    Ok(u8::from(findings.wrong))
}

async fn look_at_mail(context: &Context, findings: &mut Findings) {
    match context.mailer() {
        Err(error) => findings.wrong("mail", &format!("{error:#}")),
        Ok(mailer) if !mailer.is_on() => Findings::ok("mail", "no server is set; links are printed by commands"),
        Ok(mailer) => match mailer.check().await {
            Ok(()) => Findings::ok("mail", "the server answers"),
            Err(error) => findings.wrong("mail", &error.to_string()),
        },
    }
}

/// Whether somebody has looked at the help lines lately.
fn look_at_help_lines(findings: &mut Findings) {
    match helplines::state(SystemClock.now().date_naive()) {
        Err(error) => findings.wrong("help lines", &error.to_string()),
        Ok(helplines::State { entries, old, .. }) if !old.is_empty() => {
            let shown = old.iter().take(5).copied().collect::<Vec<_>>().join(", ");
            let many = format!("{} of {entries} were looked at more than 180 days ago: {shown} …", old.len());
            Findings::warn("help lines", &format!("{many} compare them with their sources"));
        }
        Ok(helplines::State { entries, from_memory, .. }) if from_memory > 0 => Findings::warn(
            "help lines",
            &format!("{from_memory} of {entries} were written from memory; compare them with their sources"),
        ),
        Ok(state) => Findings::ok("help lines", &format!("{}, all compared with their sources", state.entries)),
    }
}

/// What a Postgres must not log or keep: the setting, and what it must be.
const QUIET: [(&str, &str); 7] = [
    ("log_statement", "none"),
    ("log_min_duration_statement", "-1"),
    ("log_min_error_statement", "panic"),
    ("log_error_verbosity", "terse"),
    ("log_parameter_max_length", "0"),
    ("log_parameter_max_length_on_error", "0"),
    ("track_commit_timestamp", "off"),
];

/// Whether Postgres keeps to itself what people write, and when; and whether
/// the work of the night can be done.
async fn look_at_upkeep(databases: &Databases, findings: &mut Findings) {
    for part in Part::ALL {
        if let Err(error) = look_at_part(databases, part).await {
            findings.wrong(part.schema(), &db::describe(&error));
        }
    }
}

async fn look_at_part(databases: &Databases, part: Part) -> Result<(), sqlx::Error> {
    let mut owner = PgConnection::connect_with(part.database(databases)).await?;
    let mut loud = Vec::new();
    for (setting, quiet) in QUIET {
        let value: String = sqlx::query_scalar("SELECT setting FROM pg_settings WHERE name = $1")
            .bind(setting)
            .fetch_one(&mut owner)
            .await?;
        if value != quiet {
            loud.push(format!("{setting} is {value}, should be {quiet}"));
        }
    }
    if loud.is_empty() {
        Findings::ok(part.schema(), "Postgres logs nothing that somebody wrote");
    } else {
        Findings::warn(part.schema(), &format!("Postgres may log what somebody wrote, or when: {}", loud.join("; ")));
    }
    let owns = "SELECT bool_and(pg_has_role(c.relowner, 'USAGE')) FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r'";
    let owns: Option<bool> = sqlx::query_scalar(owns).bind(part.schema()).fetch_one(&mut owner).await?;
    if owns != Some(true) {
        Findings::warn(
            part.schema(),
            "this user does not own the tables, so that the work of the night cannot be done",
        );
    }
    look_at_night(part, upkeep::done_on(&mut owner, part).await?, SystemClock.now().date_naive());
    owner.close().await
}

/// Whether what is to be forgotten was, lately. Before a first night there is
/// nothing yet.
fn look_at_night(part: Part, done_on: Option<NaiveDate>, today: NaiveDate) {
    let what = format!("{} at night", part.schema());
    match done_on {
        None => Findings::ok(&what, "not done yet"),
        Some(day) if today.signed_duration_since(day).num_days() > NIGHTS_MISSED => Findings::warn(
            &what,
            &format!("last done on {day}: nothing has been forgotten or written afresh since; does a worker run?"),
        ),
        Some(day) => Findings::ok(&what, &format!("last done on {day}")),
    }
}

/// Whether the operator's secret is there, kept to its owner, and opens the
/// keys that are kept.
async fn look_at_keys(context: &Context, pools: &db::Pools, findings: &mut Findings) {
    let path = app::secret_path(&context.config, &context.surroundings);
    if let Ok(true) = app::is_exposed(&path) {
        Findings::warn("secret", &format!("others may read {}; chmod 600 it", path.display()));
    }
    let keys = match context.authority(pools) {
        Ok(auth) => auth.keys().list().await,
        Err(error) => Err(error),
    };
    match keys {
        Err(error) => findings.wrong("keys", &format!("{error:#}")),
        Ok(keys) => {
            let live: Vec<_> = keys.iter().filter(|key| key.times.verifies(SystemClock.now())).collect();
            let sealed = live.iter().filter(|key| !key.opens).count();
            match (live.len(), sealed) {
                (0, _) => Findings::ok("keys", "none yet; they are made when the service first runs"),
                (all, 0) => Findings::ok("keys", &format!("{all}, and the secret opens them")),
                (all, sealed) => {
                    findings
                        .wrong("keys", &format!("the secret opens all but {sealed} of {all}: is it another one's?"));
                }
            }
        }
    }
}

async fn look_at(context: &Context, database: &Database, findings: &mut Findings) {
    let status = match database.migration_status().await {
        Ok(status) => status,
        Err(error) => return findings.wrong("database", &format!("{error:#}")),
    };
    let pending = status.iter().filter(|migration| !migration.applied).count();
    let pools = database.pools();
    if pending > 0 {
        // The next command applies them, unless it is told not to.
        let what = format!("{pending} of {} pending; `openchair migrate` applies them", status.len());
        Findings::warn("migrations", &what);
    } else {
        Findings::ok("migrations", &format!("all {} applied", status.len()));
        if let Err(error) = look_inside(&pools, findings).await {
            findings.wrong("database", &db::describe(&error));
        }
        look_at_keys(context, &pools, findings).await;
        look_at_upkeep(database.databases(), findings).await;
        look_at_decisions(&pools, findings).await;
    }
    pools.close().await;
}

/// Whether the moderators' decisions stand as they were made.
async fn look_at_decisions(pools: &db::Pools, findings: &mut Findings) {
    let chain = match pools.circles.acquire().await {
        Ok(mut connection) => moderation::check_chain(&mut connection).await,
        Err(error) => Err(error),
    };
    match chain {
        Err(error) => findings.wrong("decisions", &db::describe(&error)),
        Ok(Chain { length: 0, .. }) => Findings::ok("decisions", "none yet"),
        Ok(chain) => match chain.broken_at {
            None => Findings::ok("decisions", &format!("{}, the last {}", chain.length, chain.head_text())),
            Some(place) => findings.wrong(
                "decisions",
                &format!("the chain breaks at number {place} of {}: something was changed or is gone", chain.length),
            ),
        },
    }
}

async fn look_inside(pools: &db::Pools, findings: &mut Findings) -> Result<(), sqlx::Error> {
    let mut transaction = db::begin_read(&pools.directory, Scope::Read).await?;
    let (version, role, now): (i32, String, DateTime<Utc>) =
        sqlx::query_as("SELECT current_setting('server_version_num')::int, current_user::text, clock_timestamp()")
            .fetch_one(&mut *transaction)
            .await?;
    if version < OLDEST_POSTGRES {
        findings.wrong("Postgres", &format!("version {version} is older than 15"));
    } else {
        Findings::ok("Postgres", &format!("version {}.{}, as role {role}", version / 10_000, version % 10_000));
    }
    let apart = (SystemClock.now() - now).num_seconds().abs();
    if apart > CLOCKS_WITHIN_S {
        findings.wrong("clock", &format!("{apart} s apart from the database's"));
    } else {
        Findings::ok("clock", "agrees with the database's");
    }
    let intergroups = directory::list_intergroups(&mut transaction).await?;
    if intergroups.is_empty() {
        Findings::warn("directory", "no intergroup yet; see `openchair intergroup create --help`");
    } else {
        Findings::ok("directory", &format!("{} intergroups", intergroups.len()));
    }
    transaction.commit().await?;
    look_at_owners(pools, &intergroups).await?;
    look_at_moderators(pools).await
}

/// An appeal goes to another moderator, and none sees anything without a
/// second factor.
async fn look_at_moderators(pools: &db::Pools) -> Result<(), sqlx::Error> {
    let mut transaction = db::begin(&pools.directory, Scope::Operator).await?;
    let moderators = auth::list_moderators(&mut transaction).await?;
    transaction.commit().await?;
    let able = moderators.iter().filter(|one| one.has_totp).count();
    match (able, moderators.len() - able) {
        (2.., _) => Findings::ok("moderators", &format!("{able} with a second factor")),
        (able, without) => Findings::warn(
            "moderators",
            &format!(
                "fewer than two: {able} with a second factor, {without} without; see `openchair moderator invite --help`"
            ),
        ),
    }
    Ok(())
}

/// With one owner or none, an office is locked out when that one is away.
async fn look_at_owners(pools: &db::Pools, intergroups: &[directory::Intergroup]) -> Result<(), sqlx::Error> {
    let mut transaction = db::begin(&pools.directory, Scope::Operator).await?;
    let mut few = Vec::new();
    for intergroup in intergroups {
        // Whoever owns one above owns it, too.
        if auth::owners_of(&mut transaction, intergroup.id).await?.len() < 2 {
            few.push(intergroup.slug.as_str());
        }
    }
    transaction.commit().await?;
    if few.is_empty() {
        Findings::ok("owners", "every intergroup has two or more");
    } else {
        let shown = few.iter().take(5).copied().collect::<Vec<_>>().join(", ");
        let more = if few.len() > 5 { format!(" and {} more", few.len() - 5) } else { String::new() };
        Findings::warn("owners", &format!("fewer than two: {shown}{more}; see `openchair office invite --help`"));
    }
    Ok(())
}
