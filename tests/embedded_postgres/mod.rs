//! The embedded Postgres, broken on purpose: every process of it is killed in
//! turn. They look into `/proc` and change accounts, so they run on Linux as
//! root and say so elsewhere.
//!
//! Times are limits of polls, never waits that a result depends on.

mod failures;
mod lifecycle;
mod support;

/// Whether these tests can run here; says so where they cannot.
fn can_run() -> bool {
    let can = cfg!(target_os = "linux") && rustix::process::geteuid().is_root();
    if !can {
        println!("not run: needs Linux and root");
    }
    can
}
