//! How many statements a database is asked: a proxy between the service and
//! its Postgres that reads what the service sends, message by message.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use sqlx::postgres::PgConnectOptions;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream, unix},
};

/// Counts what goes through it.
pub struct StatementCounter {
    options: PgConnectOptions,
    count: Arc<AtomicUsize>,
    _folder: tempfile::TempDir,
}

impl StatementCounter {
    /// Stands before the server of these options.
    pub fn before(options: &PgConnectOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let name = format!(".s.PGSQL.{}", options.get_port());
        let server = options.get_socket().unwrap().join(&name);
        let listener = UnixListener::bind(folder.path().join(&name)).unwrap();
        let count = Arc::<AtomicUsize>::default();
        tokio::spawn(serve(listener, server, Arc::clone(&count)));
        let options = options.clone().socket(PathBuf::from(folder.path()));
        Self { options, count, _folder: folder }
    }

    /// How to connect through it.
    pub fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// How many statements were run since the last time that this was asked.
    pub fn taken(&self) -> usize {
        self.count.swap(0, Ordering::SeqCst)
    }
}

async fn serve(listener: UnixListener, server: PathBuf, count: Arc<AtomicUsize>) {
    while let Ok((client, _)) = listener.accept().await {
        tokio::spawn(pass_on(client, server.clone(), Arc::clone(&count)));
    }
}

async fn pass_on(client: UnixStream, server: impl AsRef<Path>, count: Arc<AtomicUsize>) {
    let Ok(server) = UnixStream::connect(server).await else { return };
    let ((mut from_client, mut to_client), (mut from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    _ = read(&mut from_client, to_server, &count).await;
}

/// The frontend's messages (PostgreSQL 55.7): the first has no type; `Execute`
/// and `Query` run a statement, one each.
async fn read(
    from: &mut unix::OwnedReadHalf,
    mut to: unix::OwnedWriteHalf,
    count: &AtomicUsize,
) -> std::io::Result<()> {
    let mut typed = false;
    loop {
        let kind = if typed { Some(from.read_u8().await?) } else { None };
        let length = from.read_u32().await?;
        let mut body = vec![0; usize::try_from(length).unwrap().saturating_sub(4)];
        from.read_exact(&mut body).await?;
        if matches!(kind, Some(b'E' | b'Q')) {
            count.fetch_add(1, Ordering::SeqCst);
        }
        if let Some(kind) = kind {
            to.write_u8(kind).await?;
        }
        to.write_u32(length).await?;
        to.write_all(&body).await?;
        // A request for encryption, which is no startup yet.
        typed = typed || !matches!(body.get(..4), Some([4, 210, 22, 47..=48]));
    }
}
