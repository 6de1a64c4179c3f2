//! The command line. Results go to stdout, everything else to stderr; exit
//! code 0 done, 1 failed, 2 wrong usage, 3 held for a person.
//!
//! A new command is a file here with its arguments and a `run`, a variant of
//! `Command`, and a line in `dispatch`.

mod demo;
mod disclose;
mod doctor;
mod export;
mod import;
mod intergroup;
mod keys;
mod migrate;
mod moderator;
mod office;
mod openapi;
mod output;
mod progress;
mod serve;
mod source;
mod worker;

use std::{ffi::OsString, path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand};

use crate::{
    app::{self, Database, postgres},
    auth::Auth,
    config::{Config, Settings, Surroundings},
    db::Pools,
    http::PublicUrl,
    kernel::{Clock, Entropy, SystemClock, SystemEntropy},
    mail::Mailer,
};

/// A flag, variable or key that cannot be.
const WRONG_USAGE: u8 = 2;
/// Held for a person.
const HELD: u8 = 3;

/// Meetings and groups for A.A. intergroups and the apps that serve their
/// members.
#[derive(Debug, Parser)]
#[command(
    name = "openchair",
    version,
    max_term_width = 100,
    after_help = "\
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 held for a person.
Without DATABASE_URL the program runs its own Postgres in the data directory; programs on the same data directory \
share it."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer requests (the default command).
    Serve(serve::Arguments),
    /// Serve a made-up directory from a throw-away database.
    Demo(demo::Arguments),
    /// Make roles and apply missing migrations.
    Migrate(migrate::Arguments),
    /// Make and list intergroups.
    Intergroup(intergroup::Arguments),
    /// Bring an intergroup's directory in step with a source.
    #[command(override_usage = "openchair import [OPTIONS] --intergroup <SLUG> <SOURCE>")]
    Import(import::Arguments),
    /// Write an intergroup's directory as a feed.
    #[command(override_usage = "openchair export [OPTIONS] --intergroup <SLUG> --format <FORMAT>")]
    Export(export::Arguments),
    /// Invite people to act for an office, and take that back.
    Office(office::Arguments),
    /// Appoint moderators, and take that back.
    Moderator(moderator::Arguments),
    /// List and rotate the keys that tokens are signed with.
    Keys(keys::Arguments),
    /// Print everything that can be said of a member's account.
    Disclose(disclose::Arguments),
    /// Do the work behind the API, and answer no requests.
    Worker(worker::Arguments),
    /// Print the OpenAPI document, or compare it with the committed one.
    Openapi(openapi::Arguments),
    /// Check configuration, database, migrations and clock.
    Doctor(doctor::Arguments),
}

/// Runs the program with its arguments.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.collect();
    // Before anything else: the guard has neither settings nor a runtime.
    if let [_, first, data_dir, bin_dir] = arguments.as_slice()
        && first == postgres::GUARD_SUBCOMMAND
    {
        return finish(postgres::run_guard(&PathBuf::from(data_dir), &PathBuf::from(bin_dir)).map(|()| 0));
    }
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(message) => {
            let code = if message.use_stderr() { WRONG_USAGE } else { 0 };
            _ = message.print();
            return ExitCode::from(code);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return finish(Err(error)),
    };
    finish(runtime.block_on(dispatch(cli)))
}

async fn dispatch(cli: Cli) -> anyhow::Result<u8> {
    let command = cli.command.unwrap_or_else(|| Command::Serve(serve::Arguments::default()));
    let settled = cli.settings.resolve().and_then(|config| app::init_logging(&config.log).map(|()| config));
    let config = match settled {
        Ok(config) => config,
        Err(error) => {
            output::complain(&error);
            return Ok(WRONG_USAGE);
        }
    };
    let context = Context { config, surroundings: Surroundings::read() };
    match command {
        Command::Serve(arguments) => serve::run(context, arguments).await,
        Command::Demo(arguments) => demo::run(context, arguments).await,
        Command::Migrate(arguments) => migrate::run(context, arguments).await,
        Command::Intergroup(arguments) => intergroup::run(context, arguments).await,
        Command::Import(arguments) => import::run(context, arguments).await,
        Command::Export(arguments) => export::run(context, arguments).await,
        Command::Office(arguments) => office::run(context, arguments).await,
        Command::Moderator(arguments) => moderator::run(context, arguments).await,
        Command::Keys(arguments) => keys::run(context, arguments).await,
        Command::Disclose(arguments) => disclose::run(context, arguments).await,
        Command::Worker(arguments) => worker::run(context, arguments).await,
        Command::Openapi(arguments) => openapi::run(&arguments),
        Command::Doctor(arguments) => doctor::run(context, arguments).await,
    }
}

/// One line on stderr for a failure, with its causes.
fn finish<E: Into<anyhow::Error>>(outcome: Result<u8, E>) -> ExitCode {
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            output::complain(&error.into());
            ExitCode::from(1)
        }
    }
}

/// What every command has.
struct Context {
    config: Config,
    surroundings: Surroundings,
}

impl Context {
    /// Where letters go.
    fn mailer(&self) -> anyhow::Result<Mailer> {
        let Some(url) = &self.config.mail.smtp_url else { return Ok(Mailer::Off) };
        let host = self.config.server.public_url.as_ref().and_then(|url| url.host_str()).unwrap_or("localhost");
        let from = self.config.mail.from.clone().unwrap_or_else(|| format!("OpenChair <openchair@{host}>"));
        Mailer::smtp(url, &from)
    }

    /// Where the public reaches the service, for links.
    fn public_url(&self) -> PublicUrl {
        PublicUrl::new(self.config.server.public_url.as_ref(), self.config.server.listen)
    }

    /// The authority over tokens and accounts, for a command.
    fn authority(&self, pools: &Pools) -> anyhow::Result<Arc<Auth>> {
        let secret = Arc::new(app::load_secret(&self.config, &self.surroundings)?);
        let sources: (Arc<dyn Clock>, Arc<dyn Entropy>) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
        Ok(Arc::new(Auth::new(pools.directory.clone(), sources, secret, self.public_url())))
    }

    /// Opens the database with all migrations applied.
    async fn database(&self) -> anyhow::Result<(Database, Pools)> {
        let database = Database::open(&self.config.database, &self.surroundings).await?;
        database.migrate().await?;
        let pools = database.pools();
        Ok((database, pools))
    }
}

/// Gives the pools and the database back.
async fn close(database: Database, pools: Pools) {
    pools.close().await;
    database.close().await;
}
