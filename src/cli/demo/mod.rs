//! `openchair demo`: a made-up directory with an owner, a circle of three with
//! what they said today, and a moderator; all of it is gone when it ends.

mod caller;
mod circle;
mod directory;
mod moderator;

use std::{os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use anyhow::Context as _;
use clap::Args;

use super::{
    Context, close, output,
    serve::{self, Stop},
};
use crate::{
    app::{Database, Server},
    auth::Role,
    db::{self, Pools, Scope},
    directory::find_intergroup,
    http::EmailAddress,
    kernel::{Entropy, SystemEntropy},
};
use caller::Caller;
use circle::Circle;

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub(super) struct Arguments {}

/// The office that has an owner, and how they sign in.
const OFFICE: &str = "lantern-rivers";
const EMAIL: &str = "owner@example.org";
const PASSWORD: &str = "lanterns on the river";

pub(super) async fn run(mut context: Context, _arguments: Arguments) -> anyhow::Result<u8> {
    // From the start: told to end at any moment, it still removes its folder.
    let mut stop = Stop::listen()?;
    let folder = Folder::new()?;
    context.config.database.url = None;
    context.config.database.circles_url = None;
    context.config.database.pass_keys_url = None;
    context.config.database.data_dir = Some(folder.0.clone());
    context.config.secret_file = None;
    output::remark("Starting a throw-away database with a made-up directory …");
    let database = Database::open(&context.config.database, &context.surroundings).await?;
    let pools = database.pools();
    let started = tokio::select! {
        started = start(&context, &database, &pools) => Some(started),
        () = stop.asked() => None,
    };
    let served = match started {
        None => Ok(()),
        Some(Err(error)) => Err(error),
        Some(Ok((server, people))) => {
            introduce(&format!("http://{}", server.address()), &people);
            serve::until_stopped(server, Duration::ZERO, &mut stop).await
        }
    };
    close(database, pools).await;
    served.map(|()| 0)
}

/// Whom there is to be.
struct People {
    circle: Circle,
    /// What their authenticator has.
    moderators_secret: String,
}

async fn start(context: &Context, database: &Database, pools: &Pools) -> anyhow::Result<(Server, People)> {
    database.migrate().await?;
    directory::fill(pools).await?;
    let server = serve::start(context, database, pools, (true, false))?;
    server.snapshots().wait_for(1).await;
    make_owner(pools, &server).await?;
    let anybody = Caller::of(server.address())?;
    let circle = circle::make(&anybody).await.context("the demo's circle cannot be made")?;
    let moderator = moderator::make(server.auth(), &anybody).await.context("the demo's moderator cannot be made")?;
    Ok((server, People { circle, moderators_secret: moderator }))
}

/// Somebody who owns the first office, with a password that is printed.
async fn make_owner(pools: &Pools, server: &Server) -> anyhow::Result<()> {
    let mut transaction = db::begin_read(&pools.directory, Scope::Read).await?;
    let office = find_intergroup(&mut transaction, OFFICE).await?;
    transaction.commit().await?;
    let office = office.with_context(|| format!("the bundled directory has no {OFFICE}"))?;
    while !server.auth().keys().are_loaded() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let email = EmailAddress::parse(EMAIL).context("the demo's address")?;
    let invited = server.auth().invite(office.id, &email, Role::Owner).await?;
    let taken_up = server.auth().take_up(&invited.code, PASSWORD.into()).await;
    taken_up.map_err(|error| anyhow::anyhow!("the demo's owner cannot be made: {error}"))
}

fn introduce(base: &str, people: &People) {
    let week = format!("{base}/v1/circles/self/week?date={}", people.circle.today);
    for line in [
        format!("OpenChair serves a made-up directory at {base}"),
        String::new(),
        "Three things to try:".to_owned(),
        format!("  curl '{base}/v1/meetings?lat=41.88&lng=-87.63&day=1&limit=3'"),
        format!("  curl '{base}/v1/intergroups/{OFFICE}/feed.json'"),
        format!("  curl '{week}' -H 'Authorization: Bearer {}'", people.circle.peers[0].token()),
        String::new(),
        format!("Owner of {OFFICE}: {EMAIL}, password \"{PASSWORD}\". To sign in:"),
        format!("  curl {base}/v1/auth/office/token --json '{{\"email\":\"{EMAIL}\",\"password\":\"{PASSWORD}\"}}'"),
        String::new(),
    ] {
        output::line(&line);
    }
    introduce_people(base, people);
    output::line(&format!("Documentation: {base}/docs    Stop with Ctrl-C; nothing is kept."));
}

fn introduce_people(base: &str, People { circle, moderators_secret }: &People) {
    output::line("A circle of three, by their aliases in it, with the keys of their passes:");
    for peer in &circle.peers {
        output::line(&format!("  {:<24} {}", peer.alias, peer.pass_key));
    }
    output::line("A pass is signed in for a quarter of an hour (the steward's, above, is already) by its key:");
    let key = &circle.peers[1].pass_key;
    output::line(&format!("  curl {base}/v1/auth/circle/token --json '{{\"pass_key\":\"{key}\"}}'"));
    output::line(&format!("The first has an account, {}, which knows of no circle. To sign in to it:", circle.handle));
    let key = &circle.auth_key;
    output::line(&format!("  curl {base}/v1/auth/member/token --json '{{\"auth_key\":\"{key}\"}}'"));
    output::line("");
    let (email, password) = (moderator::EMAIL, moderator::PASSWORD);
    output::line(&format!("Moderator, for whom a story waits: {email}, password \"{password}\", and a code that"));
    output::line(&format!("  oathtool --totp -b {moderators_secret}"));
    output::line("or any authenticator with that secret shows. To sign in, with the code in its place:");
    let login = format!("{{\"email\":\"{email}\",\"password\":\"{password}\",\"code\":\"123456\"}}");
    output::line(&format!("  curl {base}/v1/auth/moderator/token --json '{login}'"));
    output::line("");
}

/// A throw-away directory, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("openchair-demo-{}", SystemEntropy.uuid_v4().simple()));
        // Whatever the umask: as root, Postgres passes through as another account.
        let made = std::fs::create_dir(&path)
            .and_then(|()| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o711)));
        made.with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            output::remark(&format!("cannot remove {}: {error}", self.0.display()));
        }
    }
}
