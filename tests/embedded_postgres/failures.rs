//! What cannot work is said in one line that names the remedy; and what is nobody's business is not said.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use openchair::app::postgres::is_running;

use super::support::{Home, Outcome, Server, kill, program, until};

/// The message is one line and has all of these.
fn says(message: &str, parts: &[&str]) {
    assert_eq!(message.lines().count(), 1, "{message}");
    for part in parts {
        assert!(message.contains(part), "{part} is not in: {message}");
    }
}

#[test]
fn missing_binaries_are_told_with_the_command_that_installs_them() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    let nowhere = home.refused(&["/nonexistent"])?;
    says(&nowhere, &["/nonexistent", "pg_config --bindir", "DATABASE_URL"]);
    says(
        &openchair::app::postgres::EmbeddedError::MissingBinaries.to_string(),
        &["apt-get install postgresql", "DATABASE_URL"],
    );
    Ok(())
}

#[test]
fn a_cluster_of_another_major_version_is_refused_with_both_versions() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    fs::create_dir_all(home.dir().join("data"))?;
    fs::write(home.dir().join("data/PG_VERSION"), "9\n")?;
    let message = home.refused(&[])?;
    says(&message, &["PostgreSQL 9,", "only PostgreSQL ", "apt-get install postgresql-9", "pg_dumpall"]);
    Ok(())
}

#[test]
fn something_else_in_place_of_the_cluster_is_left_alone() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    fs::create_dir_all(home.dir().join("data"))?;
    fs::write(home.dir().join("data/precious"), "x")?;
    says(&home.refused(&[])?, &["not a PostgreSQL cluster", "mv "]);
    assert!(home.dir().join("data/precious").exists());
    Ok(())
}

#[test]
fn a_directory_behind_a_closed_one_is_refused_as_root() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    fs::create_dir(home.dir())?;
    fs::set_permissions(home.dir(), fs::Permissions::from_mode(0o700))?;
    says(&home.refused(&[])?, &["closed to the account `postgres`", "mode 700", "OPENCHAIR_DATA_DIR"]);
    Ok(())
}

#[test]
fn a_directory_of_another_user_is_refused() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    fs::create_dir(home.dir())?;
    std::os::unix::fs::chown(home.dir(), Some(65534), None)?;
    says(&home.refused(&[])?, &["belongs to user id 65534, not to root", "chown"]);
    Ok(())
}

#[test]
fn a_socket_path_beyond_the_limit_is_refused() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    let deep = home.dir().join("d".repeat(100));
    let output = Command::new(program()).arg("hold").arg(deep).output()?;
    says(&String::from_utf8(output.stdout)?, &["107", "shorter path"]);
    Ok(())
}

#[test]
fn a_postmaster_that_does_not_start_is_told_with_the_end_of_its_log() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    home.launch("stop")?.wait_until_ready()?.leave()?;
    let path = home.dir().join("data/postgresql.conf");
    fs::OpenOptions::new().append(true).open(path)?.write_all(b"no_such_setting = 1\n")?;
    says(&home.refused(&[])?, &["did not become ready", "postgres.log", "no_such_setting"]);
    assert!(!is_running(&home.dir()));
    Ok(())
}

#[test]
fn an_ordinary_user_runs_it_and_another_one_is_refused() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    fs::create_dir(home.dir())?;
    std::os::unix::fs::chown(home.dir(), Some(65534), Some(65534))?;
    // The build may lie where only root may go.
    let copied = home.beside("hold_postgres");
    fs::copy(program(), &copied)?;
    let run_by = |account: &str| {
        let mut command = Command::new("runuser");
        command.args(["-u", account, "--"]).arg(&copied).args(["hold"]).arg(home.dir()).current_dir("/");
        Server::spawn(&mut command).and_then(Server::wait_until_ready)
    };
    let server = run_by("nobody")?;
    assert_eq!(home.sql_as("nobody", "select current_user")?, "openchair");
    assert_eq!(home.sql("select current_user")?, "openchair");
    let refusal = run_by("postgres").map(|_| ()).map_err(|error| error.to_string());
    says(&refusal.err().unwrap_or_default(), &["belongs to user id 65534, not to postgres"]);
    server.leave()?;
    until("the server stops", || home.postmasters().is_empty())?;
    Ok(())
}

#[test]
fn a_stale_pid_file_that_names_a_living_stranger_does_not_hinder() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    let mut server = home.hold()?;
    let pid_file = home.dir().join("data/postmaster.pid");
    kill(&home.guards());
    kill(&home.postmasters());
    server.kill()?;
    until("all are gone", || home.guards().is_empty() && home.postmasters().is_empty())?;

    // A process of the postmaster's own account, which Postgres would take for its predecessor.
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--", "sh", "-c", "echo ready $$; read line"]);
    let stranger = Server::spawn(&mut command)?.wait_until_ready()?;
    let pid = stranger.greeting.trim().trim_start_matches("ready ").to_owned();
    for path in [pid_file.clone(), home.dir().join("run/.s.PGSQL.5432.lock")] {
        let content = fs::read_to_string(&path)?;
        let rest = content.split_once('\n').map_or("", |(_, rest)| rest);
        fs::write(path, format!("{pid}\n{rest}"))?;
    }
    assert!(!is_running(&home.dir()));
    let server = home.hold()?;
    assert!(server.started());
    assert_eq!(home.sql("select 1")?, "1");
    Ok(())
}

#[test]
fn an_empty_pid_file_does_not_hinder() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    home.launch("stop")?.wait_until_ready()?.leave()?;
    fs::write(home.dir().join("data/postmaster.pid"), "")?;
    assert!(home.hold()?.started());
    Ok(())
}

#[test]
fn a_removed_data_directory_ends_the_guard() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    let server = home.hold()?;
    server.leave()?;
    fs::remove_dir_all(home.dir())?;
    until("guard and server end", || home.guards().is_empty() && home.postmasters().is_empty())?;
    Ok(())
}

#[test]
fn the_log_holds_nothing_of_what_a_statement_held_and_stays_small() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    let log = home.dir().join("postgres.log");
    let server = home.launch("stop")?.wait_until_ready()?;
    home.sql("create table t (n text primary key); insert into t values ('secret')")?;
    for bad in
        ["insert into t values ('secret')", "select 'secret'::int", "select secret", "select 'secret' ~ '(secret'"]
    {
        assert!(home.sql(bad).is_err());
    }
    // A backend that dies is logged with its statement, unless details are off.
    let killed = home.sql("select pg_backend_pid(); do $$ begin execute format('copy (select 1) to program %L', 'kill -9 $PPID; : secret'); end $$");
    assert!(killed.is_err());
    until("the crash is logged", || {
        fs::read_to_string(&log).is_ok_and(|text| text.contains("terminated by signal 9"))
    })?;
    until("it recovers", || home.sql("select 1").is_ok())?;
    let said = fs::read_to_string(&log)?;
    assert!(!said.contains("secret"), "{said}");
    server.leave()?;

    fs::OpenOptions::new().append(true).open(&log)?.write_all(&vec![b'\n'; 11 << 20])?;
    let _server = home.hold()?;
    assert!(fs::metadata(&log)?.len() < 100_000);
    assert!(log.with_extension("log.old").exists());
    Ok(())
}
