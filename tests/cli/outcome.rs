//! A run of the program, and what came of it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::{Anonymous, TestDatabase, openchair};

/// A deadline for what takes a moment; reaching it fails the test.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// What a run printed and how it ended.
#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// The program with arguments, over a database.
pub fn command(database: &TestDatabase, arguments: &[&str]) -> Command {
    let mut command = openchair();
    command.args(arguments).arg("--database-url").arg(database.url());
    command
}

/// Runs the program over a database.
pub fn run(database: &TestDatabase, arguments: &[&str]) -> Outcome {
    Outcome::of(&mut command(database, arguments), b"")
}

impl Outcome {
    /// Runs a command with an input.
    pub fn of(command: &mut Command, input: &[u8]) -> Self {
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // A program that needs no input closes it.
        let writing = std::thread::spawn(move || _ = stdin.write_all(&input));
        let output = child.wait_with_output().unwrap();
        writing.join().unwrap();
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts that it is done, and gives what it printed.
    #[track_caller]
    pub fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    #[track_caller]
    pub fn json(self) -> Value {
        serde_json::from_str(&self.done()).unwrap()
    }

    /// Asserts that it failed with one line that has all of these words.
    #[track_caller]
    pub fn failed_saying(&self, words: &[&str]) {
        assert_eq!(self.code, Some(1), "{self:?}");
        assert_eq!(self.stdout, "");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        assert!(self.stderr.starts_with("openchair: "), "{self:?}");
        for word in words {
            assert!(self.stderr.contains(word), "{word}: {self:?}");
        }
    }

    /// Asserts that it was used wrongly, and that it says so with these words.
    #[track_caller]
    pub fn misused_saying(&self, words: &[&str]) {
        assert_eq!(self.code, Some(2), "{self:?}");
        assert_eq!(self.stdout, "");
        for word in words {
            assert!(self.stderr.contains(word), "{word}: {self:?}");
        }
    }
}

/// A program that goes on until it is told to end. Killed when dropped.
pub struct Serving {
    pub child: Child,
    lines: Receiver<String>,
    reading: Vec<JoinHandle<()>>,
    /// What it has said so far.
    pub said: String,
}

impl Serving {
    /// Starts it; whatever it says on stdout and stderr is read.
    pub fn start(command: &mut Command) -> Self {
        let piped = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        let (sender, lines) = channel();
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        let reading = streams.into_iter().map(|stream| {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    _ = sender.send(line);
                }
            })
        });
        let reading = reading.collect();
        Self { child, lines, reading, said: String::new() }
    }

    /// Reads until a line has the words, or had them before, and gives what
    /// follows them in it.
    #[track_caller]
    pub fn wait_for(&mut self, words: &str) -> String {
        let until = Instant::now() + PATIENCE;
        let rest =
            |said: &str| said.split_once(words).map(|(_, rest)| rest.lines().next().unwrap_or_default().to_owned());
        while rest(&self.said).is_none() {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("it never said {words:?}, only:\n{}", self.said);
            };
            self.said.push_str(&line);
            self.said.push('\n');
        }
        rest(&self.said).unwrap().trim().to_owned()
    }

    /// A caller of the address that it listens on.
    #[track_caller]
    pub fn caller(&mut self) -> Anonymous {
        let address = self.wait_for("listening address=");
        Anonymous::of(format!("http://{address}"))
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Tells it to end, and asserts that it does so in order and in time.
    #[track_caller]
    pub fn stop_within(mut self, limit: Duration) -> String {
        let began = Instant::now();
        self.signal(Signal::TERM);
        while self.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < limit, "it goes on after {:?}", began.elapsed());
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        self.rest()
    }

    /// Ends it without a word.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn rest(&mut self) -> String {
        self.reading.drain(..).for_each(|reading| reading.join().unwrap());
        let rest: Vec<String> = self.lines.try_iter().collect();
        std::mem::take(&mut self.said) + &rest.join("\n")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            _ = self.child.kill();
            _ = self.child.wait();
        }
    }
}

/// A database with the office `lantern`.
pub async fn office() -> TestDatabase {
    let database = TestDatabase::new().await;
    make_office(&database, "lantern");
    database
}

pub fn make_office(database: &TestDatabase, slug: &str) {
    let name = format!("{slug} office");
    run(database, &["intergroup", "create", slug, "--name", &name, "--timezone", "America/Los_Angeles"]).done();
}

/// The path of a fixture feed.
pub fn feed(name: &str) -> String {
    format!("{}/tests/fixtures/feeds/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Every row of every table but the list of runs, the clock and the feeds' day
/// of synchronisation: the directory itself.
pub async fn contents(database: &TestDatabase) -> String {
    let mut owner = database.owner().await;
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'directory'
                  AND tablename NOT LIKE 'import%' AND tablename NOT IN ('directory_clock', 'ticks', 'feeds') ORDER BY 1";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut owner).await.unwrap();
    let mut contents = String::new();
    for table in tables {
        let sql = format!("SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM directory.{table} t");
        let rows: String = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut owner).await.unwrap();
        contents.push_str(&rows);
    }
    contents
}
