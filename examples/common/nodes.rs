//! Nodes of a service on one embedded Postgres, for programs that hold it to
//! what it promises.

use std::{
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, bail};
use openchair::{
    app::postgres::{self, EmbeddedPostgres, EmbeddedSettings},
    config::Surroundings,
    db,
};
use sqlx::{Connection, PgConnection};

/// Where nodes and their Postgres live; all of it ends with it.
pub struct Place {
    folder: tempfile::TempDir,
    /// Each with its address.
    pub nodes: Vec<(Child, String)>,
    /// Last, so that it is let go of when the nodes are.
    _postgres: EmbeddedPostgres,
}

impl Place {
    /// A Postgres without nodes.
    pub fn new() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("openchair-nodes-").tempdir()?;
        // The account of the postmaster has to pass through.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
        let settings = EmbeddedSettings {
            data_dir: folder.path().join("data"),
            bin_dir: None,
            search_path: Surroundings::read().path,
            guard_program: Some(program()?),
        };
        let postgres = postgres::start(&settings)?;
        Ok(Self { folder, nodes: Vec::new(), _postgres: postgres })
    }

    /// The service's program with its settings; nothing of ours is inherited.
    fn command(&self, arguments: &[&str]) -> anyhow::Result<Command> {
        let mut command = Command::new(program()?);
        command.env_clear().env("PATH", Surroundings::read().path.unwrap_or_default());
        command.env("OPENCHAIR_RATE_LIMIT", "off").env("OPENCHAIR_DATA_DIR", self.folder.path().join("data"));
        // The same for all: a token of one is good on the others.
        command.env("OPENCHAIR_PUBLIC_URL", "http://openchair.test");
        command.args(arguments).stdin(Stdio::null());
        Ok(command)
    }

    /// What a command prints.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.command(arguments)?.output()?;
        if !output.status.success() {
            bail!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Starts a node with one worker for requests; returns once it listens.
    pub fn serve(&mut self, arguments: &[&str]) -> anyhow::Result<()> {
        let all = [&["serve", "--listen", "127.0.0.1:0", "--workers", "1"], arguments].concat();
        let mut child = self.command(&all)?.stderr(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stderr.take().context("no stderr")?).lines().map_while(Result::ok);
        let address = lines.by_ref().find_map(|line| Some(line.split_once("listening address=")?.1.trim().to_owned()));
        let address = address.context("it does not listen")?;
        std::thread::spawn(move || lines.for_each(drop));
        self.nodes.push((child, format!("http://{address}")));
        Ok(())
    }

    /// The database, as its owner.
    pub async fn owner(&self) -> anyhow::Result<PgConnection> {
        let socket = self.folder.path().join("data").join("run");
        let options = db::connect_options("postgres://openchair@localhost/openchair")?.socket(&socket);
        Ok(PgConnection::connect_with(&options).await?)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        for (node, _) in &mut self.nodes {
            _ = node.kill();
            _ = node.wait();
        }
    }
}

/// The program beside this one.
fn program() -> anyhow::Result<PathBuf> {
    let me = std::env::current_exe()?;
    let program = me.parent().and_then(Path::parent).context("a path without parents")?.join("openchair");
    if program.exists() { Ok(program) } else { bail!("build it first: cargo build") }
}
