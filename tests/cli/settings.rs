//! Where settings come from: flag, environment, file, default.

use std::process::Command;

use super::{Outcome, Serving, command};
use crate::support::{Folder, TestDatabase, openchair};

/// The host that `serve` listens on with this command.
fn host_of(command: &mut Command) -> String {
    let mut serving = Serving::start(command);
    let address = serving.wait_for("listening address=");
    serving.kill();
    address.rsplit_once(':').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let (database, folder) = (TestDatabase::new().await, Folder::new());
    let file = folder.join("openchair.toml");
    std::fs::write(&file, "[server]\nlisten = \"127.0.0.4:0\"\n").unwrap();
    let serve = || {
        let mut serve = command(&database, &["serve", "--workers", "1"]);
        serve.arg("--config").arg(&file);
        serve
    };
    assert_eq!(host_of(&mut serve()), "127.0.0.4");
    assert_eq!(host_of(serve().env("OPENCHAIR_LISTEN", "127.0.0.3:0")), "127.0.0.3");
    assert_eq!(host_of(serve().env("OPENCHAIR_LISTEN", "127.0.0.3:0").args(["--listen", "127.0.0.2:0"])), "127.0.0.2");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_may_be_named_by_the_environment_and_gives_the_database_too() {
    let (database, folder) = (TestDatabase::new().await, Folder::new());
    let file = folder.join("openchair.toml");
    std::fs::write(&file, format!("[database]\ndatabase_url = \"{}\"\n", database.url())).unwrap();
    let doctor = || {
        let mut doctor = openchair();
        doctor.arg("doctor").env("OPENCHAIR_CONFIG", &file);
        doctor
    };
    let nowhere = "postgres://127.0.0.1:1/nothing";
    assert_eq!(Outcome::of(&mut doctor(), b"").code, Some(0));
    assert_eq!(Outcome::of(doctor().env("DATABASE_URL", nowhere), b"").code, Some(1));
    let flag = ["--database-url", &database.url()];
    assert_eq!(Outcome::of(doctor().env("DATABASE_URL", nowhere).args(flag), b"").code, Some(0));
}

#[test]
fn a_file_with_an_unknown_key_is_refused_by_name_and_no_value_is_printed() {
    let folder = Folder::new();
    let file = folder.join("openchair.toml");
    for (text, words) in [
        ("[database]\ndatabase_ur = \"postgres://u:hunter2@h/d\"\n", ["line 2", "database_ur"]),
        ("[databas]\ndatabase_url = \"postgres://u:hunter2@h/d\"\n", ["line 1", "databas"]),
        ("[server]\nworkers = \"hunter2\"\n", ["line 2", "expected u16"]),
        ("[server]\nlisten = \"hunter2\"\n", ["line 2", "socket address"]),
        ("[log]\nlog_format = \"hunter2\"\n", ["line 2", "`text` or `json`"]),
        ("[server\nlisten = 'hunter2'", ["line 1", "openchair.toml"]),
        ("[database]\ndatabase_url = \"hunter2\ndata_dir = 3", ["line 2", "openchair.toml"]),
    ] {
        std::fs::write(&file, text).unwrap();
        let refused = Outcome::of(openchair().arg("doctor").arg("--config").arg(&file), b"");
        refused.misused_saying(&[&["openchair.toml"], &words[..]].concat());
        assert!(!refused.stderr.contains("hunter2"), "{refused:?}");
    }
    std::fs::remove_file(&file).unwrap();
    Outcome::of(openchair().arg("doctor").arg("--config").arg(&file), b"")
        .misused_saying(&["cannot read the configuration file", "openchair.toml"]);
}

#[test]
fn settings_that_cannot_be_are_refused() {
    for (arguments, words) in [
        (["--workers", "0"], "at least one worker"),
        (["--public-url", "ftp://example.org"], "public URL"),
        (["--public-url", "https://example.org/?a=b"], "public URL"),
        (["--log", "no=such=filter"], "log filter"),
        (["--trusted-proxies", "my-proxy"], "must be addresses or networks"),
        (["--rate-limit", "of"], "off"),
    ] {
        let nowhere = ["doctor", "--database-url", "postgres://127.0.0.1:1/nothing"];
        Outcome::of(openchair().args(nowhere).args(arguments), b"").misused_saying(&[words]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_that_are_off_are_warned_of_and_else_they_are_on() {
    let database = TestDatabase::new().await;
    let serve = || command(&database, &["serve", "--listen", "127.0.0.1:0", "--workers", "1"]);
    let ask = async |serving: &mut Serving| serving.caller().get("/v1/nowhere").await.header("ratelimit").to_owned();
    let mut serving = Serving::start(&mut serve());
    assert_eq!(ask(&mut serving).await, "\"public\";r=599;t=60");
    serving.kill();
    let mut serving = Serving::start(serve().env("OPENCHAIR_RATE_LIMIT", "off"));
    serving.wait_for("request limits are off");
    assert_eq!(ask(&mut serving).await, "");
    serving.kill();
}
