//! Start, share, stop, kill.

use std::os::unix::fs::MetadataExt;
use std::time::Instant;
use std::{fs, io};

use openchair::app::postgres::is_running;
use rustix::process::{Pid, Signal};

use super::support::{Home, Outcome, Server, kill, signal, until};

fn stopped(home: &Home) -> bool {
    home.postmasters().is_empty() && home.guards().is_empty() && !is_running(&home.dir())
}

#[test]
fn the_first_start_as_root_makes_a_durable_private_database() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    let server = home.hold()?;
    assert!(server.started());
    assert!(is_running(&home.dir()));
    let wanted = [
        ("select current_user || current_database()", "openchairopenchair"),
        ("show fsync", "on"),
        ("show full_page_writes", "on"),
        ("show synchronous_commit", "on"),
        ("show data_checksums", "on"),
        ("show server_encoding", "UTF8"),
        ("show listen_addresses", ""),
        ("show max_connections", "100"),
        ("show shared_buffers", "128MB"),
        ("show timezone", "UTC"),
        ("select datcollate from pg_database where datname = 'openchair'", "C.UTF-8"),
        ("select count(*) from pg_hba_file_rules where error is not null", "0"),
        ("select upper('é') || exists(select from pg_available_extensions where name = 'pg_trgm')", "Étrue"),
    ];
    for (statement, answer) in wanted {
        assert_eq!(home.sql(statement)?, answer, "{statement}");
    }
    let data = fs::metadata(home.dir().join("data"))?;
    assert_ne!(data.uid(), 0);
    assert_eq!(data.mode() & 0o777, 0o700);
    assert!(!home.dir().join("data.new").exists());
    Ok(())
}

#[test]
fn only_the_mapped_accounts_may_connect() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    let _server = home.hold()?;
    assert_eq!(home.sql_as("postgres", "select 1")?, "1");
    assert!(home.sql_as("nobody", "select 1").is_err());
    // Not because of the directory alone: even with it open, the map refuses.
    for name in ["run", "run/.s.PGSQL.5432"] {
        fs::set_permissions(home.dir().join(name), std::os::unix::fs::PermissionsExt::from_mode(0o777))?;
    }
    let refusal = home.sql_as("nobody", "select 1").map_err(|error| error.to_string());
    assert!(refusal.is_err_and(|error| error.contains("Peer authentication failed")));
    Ok(())
}

#[test]
fn processes_share_one_server_which_stops_after_the_last() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    let (first, second) = (home.hold()?, home.hold()?);
    assert!(first.started() && !second.started());
    let postmasters = home.postmasters();
    first.leave()?;
    // The grace has passed twice when this connection has slept.
    home.sql("select pg_sleep(10)")?;
    assert_eq!(home.postmasters(), postmasters);
    second.leave()?;
    let began = Instant::now();
    until("the server stops", || stopped(&home))?;
    assert!(began.elapsed().as_secs() < 10);
    Ok(())
}

#[test]
fn stop_if_last_stops_at_once_but_only_after_the_last() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    let first = home.launch("stop")?.wait_until_ready()?;
    let second = home.launch("stop")?.wait_until_ready()?;
    assert!(first.leave()?.contains("stopped=false"));
    assert_eq!(home.postmasters().len(), 1);
    let began = Instant::now();
    assert!(second.leave()?.contains("stopped=true"));
    assert!(began.elapsed().as_secs() < 4, "{:?}", began.elapsed());
    assert!(home.postmasters().is_empty());
    // The next one meets the guard that is just leaving.
    assert!(home.hold()?.started());
    Ok(())
}

#[test]
fn a_killed_server_leaves_the_guard_to_stop_the_database() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    home.hold()?.kill()?;
    until("the server stops", || stopped(&home))?;
    assert!(!fs::read_to_string(home.dir().join("postgres.log"))?.contains("not properly shut down"));
    Ok(())
}

#[test]
fn a_new_guard_adopts_the_database_that_server_and_guard_left() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    let mut server = home.hold()?;
    let postmasters = home.postmasters();
    kill(&home.guards());
    server.kill()?;
    until("the guard is gone", || home.guards().is_empty())?;

    let next = home.hold()?;
    assert!(!next.started());
    assert_eq!(home.postmasters(), postmasters);
    assert_eq!(home.guards().len(), 1);
    next.leave()?;
    until("the adopted server stops", || stopped(&home))?;
    Ok(())
}

#[test]
fn a_killed_adopted_postmaster_is_started_again() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    let _first = home.hold()?;
    kill(&home.guards());
    until("the guard is gone", || home.guards().is_empty())?;
    let _second = home.hold()?;
    let postmasters = home.postmasters();
    kill(&postmasters);
    until("another one answers", || home.postmasters() != postmasters && home.sql("select 1").is_ok())?;
    Ok(())
}

#[test]
fn a_newcomer_replaces_a_killed_guard() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    let _server = home.hold()?;
    kill(&home.guards());
    until("the guard is gone", || home.guards().is_empty())?;
    let _next = home.hold()?;
    assert_eq!(home.guards().len(), 1);
    assert_eq!(home.postmasters().len(), 1);
    Ok(())
}

#[test]
fn committed_rows_survive_the_death_of_all_processes() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    let mut server = home.hold()?;
    home.sql("create table t (n int)")?;
    for round in 1..=3 {
        home.sql(&format!("insert into t values ({round})"))?;
        kill(&home.guards());
        kill(&home.postmasters());
        server.kill()?;
        // At once, while the backends of the killed one may still be ending.
        server = home.hold()?;
        assert!(server.started());
        assert_eq!(home.sql("select count(*) from t")?, round.to_string());
    }
    let log = fs::read_to_string(home.dir().join("postgres.log"))?;
    assert!(log.contains("was not properly shut down"));
    Ok(())
}

#[test]
fn the_guard_starts_a_killed_postmaster_again() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    let _server = home.hold()?;
    home.sql("create table t (n int); insert into t values (1)")?;
    for _ in 0..2 {
        let postmasters = home.postmasters();
        kill(&postmasters);
        until("another one answers", || {
            home.postmasters() != postmasters && home.sql("select count(*) from t").is_ok_and(|n| n == "1")
        })?;
    }
    Ok(())
}

#[test]
fn first_starts_at_one_moment_all_succeed() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    for count in [2, 5] {
        let home = Home::new()?;
        let launched: io::Result<Vec<_>> = (0..count).map(|_| home.launch("hold")).collect();
        let ready = launched?.into_iter().map(Server::wait_until_ready);
        let servers = ready.collect::<io::Result<Vec<_>>>()?;
        assert_eq!(servers.iter().filter(|server| server.started()).count(), 1);
        assert_eq!((home.guards().len(), home.postmasters().len()), (1, 1));
        assert_eq!(home.sql("select 1")?, "1");
    }
    Ok(())
}

#[test]
fn the_guard_is_out_of_the_reach_of_ctrl_c() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    let server = home.hold()?;
    let group = |pid| rustix::process::getpgid(Some(pid));
    let own = group(Pid::from_child(&server.child))?;
    for pid in home.guards().into_iter().chain(home.postmasters()) {
        assert_ne!(group(pid)?, own);
    }
    Ok(())
}

#[test]
fn a_start_killed_while_it_makes_the_cluster_leaves_nothing_half_made() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    let mut first = home.launch("hold")?;
    until("initdb runs", || home.dir().join("data.new/global").exists())?;
    first.kill()?;
    let _second = home.hold()?;
    assert_eq!(home.sql("select current_database()")?, "openchair");
    Ok(())
}

#[test]
fn a_newcomer_waits_while_the_guard_stops_the_server_and_starts_it_afresh() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    let mut first = home.launch("stop")?.wait_until_ready()?;
    // Frozen, so that stopping takes as long as this test likes.
    let postmasters = home.postmasters();
    signal(&postmasters, Signal::STOP);
    drop(first.child.stdin.take());
    let start_lock = fs::File::open(home.dir().join("start.lock"))?;
    until("the guard stops the server", || {
        let held = start_lock.try_lock_shared().is_err();
        start_lock.unlock().is_ok() && held
    })?;

    let second = home.launch("hold")?;
    let files = format!("/proc/{}/fd", second.child.id());
    let is_waiting = || {
        let open = fs::read_dir(&files).into_iter().flatten().flatten();
        let mut targets = open.filter_map(|file| fs::read_link(file.path()).ok());
        targets.any(|target| target.ends_with("start.lock"))
    };
    until("the newcomer is at the lock", is_waiting)?;
    signal(&postmasters, Signal::CONT);
    let second = second.wait_until_ready()?;
    assert!(second.started());
    assert_eq!(home.sql("select 1")?, "1");
    Ok(())
}

#[test]
fn starting_and_leaving_in_turn_never_meets_a_stopping_server() -> Outcome {
    if !super::can_run() {
        return Ok(());
    }
    let home = Home::new()?;
    for verb in ["stop", "hold", "stop", "stop", "hold"].iter().cycle().take(15) {
        let server = home.launch(verb)?.wait_until_ready()?;
        assert_eq!(home.sql("select 1")?, "1");
        server.leave()?;
    }
    Ok(())
}
