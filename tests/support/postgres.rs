//! One Postgres for all tests of a machine's user, the program's own embedded
//! one; a database a test, copied from a migrated template.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use openchair::{
    app::postgres::{self, EmbeddedPostgres, EmbeddedSettings},
    db::{self, Databases},
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, postgres::PgConnectOptions};

/// Held as long as the process lives; the guard stops the server afterwards.
static SERVER: LazyLock<EmbeddedPostgres> = LazyLock::new(|| {
    let data_dir = data_dir();
    std::fs::create_dir_all(&data_dir).unwrap();
    std::fs::set_permissions(&data_dir, std::fs::Permissions::from_mode(0o755)).unwrap();
    let settings = EmbeddedSettings {
        data_dir,
        bin_dir: None,
        search_path: openchair::config::Surroundings::read().path,
        guard_program: Some(PathBuf::from(env!("CARGO_BIN_EXE_openchair"))),
    };
    postgres::start(&settings).unwrap_or_else(|error| panic!("tests need Postgres: {error}"))
});

/// In memory where there is plenty of it: every test makes a database and drops
/// it, and on a disk most of their time goes by waiting for that. Never below the
/// home directory: root's cannot be entered by the account that Postgres runs as.
fn data_dir() -> PathBuf {
    let temp_dir = std::env::temp_dir();
    let mut of = DefaultHasher::new();
    temp_dir.hash(&mut of);
    let name = format!("openchair-tests-{}-{:016x}", rustix::process::geteuid().as_raw(), of.finish());
    let memory = Path::new("/dev/shm");
    let free = rustix::fs::statvfs(memory).map_or(0, |fs| fs.f_bavail * fs.f_frsize);
    if free >= PLENTY { memory } else { &temp_dir }.join(name)
}

/// In bytes; a run takes half of it at most.
const PLENTY: u64 = 4 << 30;

/// A database of one test's own; dropped with it.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    options: PgConnectOptions,
}

impl TestDatabase {
    /// A copy of the migrated template.
    pub async fn new() -> Self {
        Self::copy_of(template().await).await
    }

    /// One without any migration.
    pub async fn empty() -> Self {
        Self::copy_of("template0").await
    }

    async fn copy_of(template: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("t_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut admin = connect("openchair").await;
        run(&mut admin, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        Self { options: options(&name).await, name }
    }

    /// A copy of it as it is: what a backup brings back. Everybody is cut off
    /// meanwhile.
    pub async fn copy(&self) -> Self {
        self.cut().await;
        let copy = Self::copy_of(&self.name).await;
        self.mend().await;
        copy
    }

    /// How to connect to it as its owner.
    pub fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// Its address for a command's `--database-url`.
    pub fn url(&self) -> String {
        let socket = SERVER.socket_dir().to_str().unwrap().replace('/', "%2F");
        format!("postgres://openchair@{socket}/{}", self.name)
    }

    /// A connection as its owner, for breaking things.
    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect_with(&self.options).await.unwrap()
    }

    /// Takes the database away from everybody: no one may connect, and those
    /// who are connected are cut off.
    pub async fn cut(&self) {
        let mut admin = connect("openchair").await;
        run(&mut admin, &format!("ALTER DATABASE {} ALLOW_CONNECTIONS false", self.name)).await;
        let cut = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'", self.name);
        run(&mut admin, &cut).await;
    }

    /// Gives it back.
    pub async fn mend(&self) {
        let mut admin = connect("openchair").await;
        run(&mut admin, &format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", self.name)).await;
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let name = self.name.clone();
        // A runtime of its own: the test's may be the one that is unwinding.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut admin = connect("openchair").await;
                run(&mut admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
            });
        });
        _ = dropped.join();
    }
}

/// The template of this version's migrations; made once, whoever comes first.
async fn template() -> &'static str {
    static NAME: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
    NAME.get_or_init(|| async {
        let name = format!("template_{:016x}", db::migrations_fingerprint());
        let mut admin = connect("openchair").await;
        run(&mut admin, "SELECT pg_advisory_lock(8127)").await;
        sweep(&mut admin).await;
        if !databases(&mut admin).await.contains(&name) {
            run(&mut admin, "DROP DATABASE IF EXISTS template_new WITH (FORCE)").await;
            run(&mut admin, "CREATE DATABASE template_new").await;
            let options = options("template_new").await;
            db::migrate(&Databases::one(&options)).await.unwrap();
            run(&mut admin, &format!("ALTER DATABASE template_new RENAME TO {name}")).await;
        }
        run(&mut admin, "SELECT pg_advisory_unlock(8127)").await;
        name
    })
    .await
}

/// Drops what processes left behind that are no more.
async fn sweep(admin: &mut PgConnection) {
    for name in databases(admin).await {
        let pid = name.strip_prefix("t_").and_then(|rest| rest.split('_').next()).and_then(|pid| pid.parse().ok());
        let alive =
            |pid| rustix::process::Pid::from_raw(pid).is_some_and(|p| rustix::process::test_kill_process(p).is_ok());
        if pid.is_some_and(|pid: i32| !alive(pid)) {
            run(admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }
}

async fn databases(admin: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar("SELECT datname::text FROM pg_database").fetch_all(admin).await.unwrap()
}

async fn options(database: &str) -> PgConnectOptions {
    let server = tokio::task::spawn_blocking(|| &*SERVER).await.unwrap();
    let url = format!("postgres://{}@localhost/{database}", server.user());
    db::connect_options(&url).unwrap().socket(server.socket_dir())
}

async fn connect(database: &str) -> PgConnection {
    PgConnection::connect_with(&options(database).await).await.unwrap()
}

async fn run(connection: &mut PgConnection, sql: &str) {
    connection.execute(AssertSqlSafe(sql.to_owned())).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}
