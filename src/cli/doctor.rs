//! `openchair doctor`

use chrono::{DateTime, Utc};
use clap::Args;

use super::{Context, output};
use crate::{
    app::{self, Database, postgres},
    auth,
    db::{self, Scope},
    directory,
    kernel::{Clock, SystemClock},
    moderation::{self, Chain},
};

/// A clock that differs more than this from the database's is wrong.
const CLOCKS_WITHIN_S: i64 = 5;
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
