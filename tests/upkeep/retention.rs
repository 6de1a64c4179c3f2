//! What is kept for a time goes when it is over, and not before.

use chrono::{Days, NaiveDate, TimeDelta};
use openchair::{
    auth::audience::Audience,
    kernel::{Clock, Kept},
    upkeep::{Nightly, Part},
};
use sqlx::{AssertSqlSafe, Executor, PgConnection};

use super::{nightly, rows};
use crate::support::{Peer, TestApp};

async fn run(owner: &mut PgConnection, sql: &str) {
    owner.execute(AssertSqlSafe(sql.to_owned())).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

async fn count(owner: &mut PgConnection, what: &str) -> i64 {
    let sql = AssertSqlSafe(format!("SELECT count(*) FROM {what}"));
    sqlx::query_scalar(sql).fetch_one(owner).await.unwrap_or_else(|error| panic!("{what}: {error}"))
}

/// A week that began long ago enough for `kept` to be over on the day that the
/// clock says, or one that did not.
fn mondays(app: &TestApp, kept: Kept) -> (NaiveDate, NaiveDate) {
    let today = app.clock.now().date_naive();
    let edge = kept.before_week(today);
    let monday = edge.week(chrono::Weekday::Mon).first_day();
    let kept_still = if monday < edge { monday + TimeDelta::days(7) } else { monday };
    (kept_still - TimeDelta::days(7), kept_still)
}

/// A circle of three in which everything there is has been said once.
async fn full_circle(app: &TestApp) -> Vec<Peer> {
    let peers = app.circle_of(3).await;
    peers[0].invite().await;
    let mut owner = app.database.owner().await;
    let (one, two) = (&peers[1].pass_id, &peers[2].pass_id);
    for sql in [
        format!("INSERT INTO circles.mutes VALUES ('{one}', '{two}')"),
        format!("INSERT INTO circles.check_ins VALUES (gen_random_uuid(), '{one}', '2026-05-04', 1, '', 'words')"),
        format!("INSERT INTO circles.goals VALUES (gen_random_uuid(), '{one}', '2026-05-04', 1, '', 'words')"),
        format!("INSERT INTO circles.milestones VALUES (gen_random_uuid(), '{one}', '2026-05-04', 1, '', 'words')"),
        format!(
            "INSERT INTO circles.answers VALUES ('{two}', 'goal', gen_random_uuid(), 1, '2026-05-04', 1, '', 'words')"
        ),
        format!("INSERT INTO circles.nudges VALUES ('{one}', '{two}', '2026-05-04', NULL, 'words')"),
        format!("INSERT INTO pass_keys.keys VALUES ('{one}', 'key', '2026-05-04')"),
        "INSERT INTO pass_keys.keys VALUES (gen_random_uuid(), 'key', '2026-05-04')".to_owned(),
        "UPDATE members.accounts SET circle_vouchers = '{2026-05-04}', story_vouchers = '{2026-04-27,2026-05-04}'"
            .to_owned(),
        "INSERT INTO members.vaults SELECT id, 1, 'sealed' FROM members.accounts".to_owned(),
    ] {
        run(&mut owner, &sql).await;
    }
    peers
}

/// Works, whatever was done today already.
async fn night(app: &TestApp) {
    let mut owner = app.database.owner().await;
    for part in Part::ALL {
        run(&mut owner, &format!("DELETE FROM {}.upkeep", part.schema())).await;
    }
    nightly(app).work().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_anybody_who_stays_away() {
    let app = TestApp::new().await;
    full_circle(&app).await;
    let before = rows(&app).await;
    assert!(before.iter().filter(|(_, rows)| *rows > 0).count() >= 13, "{before:?}");
    night(&app).await;
    assert_eq!(rows(&app).await, before, "a night takes nothing that is to be kept");
    app.clock.advance(TimeDelta::days(i64::from(Kept::IdleAccounts.days()) + 7));
    night(&app).await;
    let after = rows(&app).await;
    assert!(after.iter().all(|(_, rows)| *rows == 0), "{after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn old_words_are_erased_while_rows_and_marks_stay() {
    let app = TestApp::new().await;
    full_circle(&app).await;
    let mut owner = app.database.owner().await;
    let rows = ["circles.check_ins", "circles.goals", "circles.answers"];
    for (days, words) in [(400, 1), (401, 0)] {
        // Of a Monday, so that for what is of a week the days begin with Sunday.
        let (at, week) = (app.clock.now().date_naive() - Days::new(days), 6);
        run(&mut owner, &format!("UPDATE circles.check_ins SET day = '{at}'")).await;
        app.clock.advance(TimeDelta::days(week));
        for table in ["goals", "answers"] {
            let monday = at.week(chrono::Weekday::Mon).first_day();
            let over = app.clock.now().date_naive() - TimeDelta::days(400) > monday + TimeDelta::days(week);
            run(&mut owner, &format!("UPDATE circles.{table} SET week = '{monday}'")).await;
            night_of_present_passes(&app, &mut owner).await;
            assert_eq!(count(&mut owner, &format!("circles.{table} WHERE words IS NOT NULL")).await, i64::from(!over));
        }
        app.clock.advance(TimeDelta::days(-week));
        run(&mut owner, &format!("UPDATE circles.check_ins SET words = 'words', day = '{at}'")).await;
        night_of_present_passes(&app, &mut owner).await;
        assert_eq!(count(&mut owner, "circles.check_ins WHERE words IS NOT NULL").await, words, "after {days} days");
        for table in rows {
            assert_eq!(count(&mut owner, table).await, 1, "{table} lost a row");
        }
        for table in ["goals", "answers"] {
            run(&mut owner, &format!("UPDATE circles.{table} SET words = 'words'")).await;
        }
    }
}

async fn night_of_present_passes(app: &TestApp, owner: &mut PgConnection) {
    let monday = app.clock.now().date_naive().week(chrono::Weekday::Mon).first_day();
    run(owner, &format!("UPDATE circles.passes SET seen_week = '{monday}'")).await;
    night(app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_pass_goes_with_its_words_and_key_and_others_stay() {
    let app = TestApp::new().await;
    let peers = full_circle(&app).await;
    let mut owner = app.database.owner().await;
    let (idle, present) = mondays(&app, Kept::IdlePasses);
    run(&mut owner, &format!("UPDATE circles.passes SET seen_week = '{present}'")).await;
    night(&app).await;
    assert_eq!(count(&mut owner, "circles.passes").await, 3, "the last day of a week counts");
    let one = &peers[1].pass_id;
    run(&mut owner, &format!("UPDATE circles.passes SET seen_week = '{idle}' WHERE id = '{one}'")).await;
    night(&app).await;
    assert_eq!(count(&mut owner, "circles.passes").await, 2);
    assert_eq!(count(&mut owner, "circles.check_ins").await, 0);
    assert_eq!(count(&mut owner, &format!("pass_keys.keys WHERE id = '{one}'")).await, 0);
    assert_eq!(count(&mut owner, "circles.answers").await, 1, "others' words stay");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_pass_goes_after_its_days_of_export() {
    let app = TestApp::new().await;
    let peers = full_circle(&app).await;
    let mut owner = app.database.owner().await;
    let edge = Kept::RemovedPasses.before(app.clock.now().date_naive());
    for (removed_on, left) in [(edge, 3), (edge - Days::new(1), 2)] {
        let id = &peers[1].pass_id;
        run(&mut owner, &format!("UPDATE circles.passes SET removed_on = '{removed_on}' WHERE id = '{id}'")).await;
        night(&app).await;
        assert_eq!(count(&mut owner, "circles.passes").await, left);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_without_a_pass_goes_after_its_week_and_no_other() {
    let app = TestApp::new().await;
    full_circle(&app).await;
    let mut owner = app.database.owner().await;
    let (old, young) = mondays(&app, Kept::OrphanKeys);
    for (week, left) in [(young, 2), (old, 1)] {
        run(&mut owner, &format!("UPDATE pass_keys.keys SET made_week = '{week}'")).await;
        night(&app).await;
        assert_eq!(count(&mut owner, "pass_keys.keys").await, left);
    }
    let owned = "pass_keys.keys k WHERE EXISTS (SELECT FROM circles.passes p WHERE p.id = k.id)";
    assert_eq!(count(&mut owner, owned).await, 1, "a key that is needed went");
}

#[tokio::test(flavor = "multi_thread")]
async fn spent_vouchers_and_old_invitations_are_forgotten() {
    let app = TestApp::new().await;
    full_circle(&app).await;
    let mut owner = app.database.owner().await;
    // Two were used to join; one is open for seven days, to the 11th of May.
    assert_eq!(count(&mut owner, "circles.invitations").await, 3);
    for (days, invitations, vouchers) in [(7, 3, 1), (1, 0, 1), (49, 0, 1), (1, 0, 0)] {
        app.clock.advance(TimeDelta::days(days));
        night(&app).await;
        let at = app.clock.now().date_naive();
        assert_eq!(count(&mut owner, "circles.invitations").await, invitations, "on {at}");
        // It names May, and is good to the end of June.
        assert_eq!(count(&mut owner, "circles.spent_vouchers").await, vouchers, "on {at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circle_that_everybody_left_goes_and_one_with_somebody_stays() {
    let app = TestApp::new().await;
    full_circle(&app).await;
    app.steward().await;
    let mut owner = app.database.owner().await;
    night(&app).await;
    assert_eq!(count(&mut owner, "circles.circles").await, 2);
    run(&mut owner, "DELETE FROM circles.passes WHERE circle_id = (SELECT circle_id FROM circles.mutes m JOIN circles.passes p ON p.id = m.pass_id)").await;
    night(&app).await;
    assert_eq!(count(&mut owner, "circles.circles").await, 1);
    assert_eq!(count(&mut owner, "circles.invitations").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_sessions_and_counts_go_in_their_weeks() {
    let app = TestApp::new().await;
    full_circle(&app).await;
    let mut owner = app.database.owner().await;
    let monday = app.clock.now().date_naive();
    let (old, young) = mondays(&app, Kept::VoucherCounts);
    run(&mut owner, &format!("UPDATE members.accounts SET circle_vouchers = '{{{old},{young},{monday}}}'")).await;
    let (idle, used) = mondays(&app, Kept::MemberSessions);
    run(&mut owner, &format!("UPDATE members.sessions SET used_week = '{used}'")).await;
    night(&app).await;
    assert_eq!(count(&mut owner, "members.sessions").await, 1);
    let counted = format!("members.accounts WHERE circle_vouchers = '{{{young},{monday}}}'");
    assert_eq!(count(&mut owner, &counted).await, 1);
    run(&mut owner, &format!("UPDATE members.sessions SET used_week = '{idle}'")).await;
    let (_, seen) = mondays(&app, Kept::IdleAccounts);
    run(&mut owner, &format!("UPDATE members.accounts SET made_week = '{seen}', seen_week = '{seen}'")).await;
    night(&app).await;
    assert_eq!(count(&mut owner, "members.sessions").await, 0);
    assert_eq!((count(&mut owner, "members.accounts").await, count(&mut owner, "members.vaults").await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_goes_with_its_key_after_it_was_closed_and_an_open_one_stays() {
    let app = TestApp::new().await;
    let peers = full_circle(&app).await;
    let mut owner = app.database.owner().await;
    let today = app.clock.now().date_naive();
    let edge = Kept::ClosedReports.before(today);
    let (old, _) = mondays(&app, Kept::OrphanKeys);
    let (reporter, author) = (&peers[1].pass_id, &peers[2].pass_id);
    let closed = format!(
        "INSERT INTO circles.reports (id, reporter_id, author_id, item_kind, item_id, week, state, closed_on,
                                      decision_id, marks, words)
         VALUES (gen_random_uuid(), '{reporter}', '{author}', 'check_in', gen_random_uuid(), '{old}', 'closed',
                 '{edge}', gen_random_uuid(), '', 'copies')"
    );
    let open = closed.replace("'closed'", "'open'").replace(&format!("'{edge}'"), "NULL");
    run(&mut owner, &closed).await;
    run(&mut owner, &open).await;
    run(&mut owner, "DELETE FROM pass_keys.keys").await;
    run(&mut owner, &format!("INSERT INTO pass_keys.keys SELECT id, 'key', '{old}' FROM circles.reports")).await;
    night(&app).await;
    assert_eq!((count(&mut owner, "circles.reports").await, count(&mut owner, "pass_keys.keys").await), (2, 2));
    run(&mut owner, "UPDATE circles.reports SET closed_on = closed_on - 1 WHERE closed_on IS NOT NULL").await;
    night(&app).await;
    assert_eq!(count(&mut owner, "circles.reports WHERE state = 'open'").await, 1);
    assert_eq!((count(&mut owner, "circles.reports").await, count(&mut owner, "pass_keys.keys").await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cleared_away_is_what_the_service_says() {
    let app = TestApp::new().await;
    let service = app.anonymous().json("/v1/service").await;
    let said: Vec<(&str, u64)> = service["retention"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| (rule["what"].as_str().unwrap(), rule["days"].as_u64().unwrap()))
        .collect();
    for promised in [
        ("check_in_words", 400),
        ("idle_passes", 400),
        ("idle_accounts", 800),
        ("removed_passes", 30),
        ("closed_reports", 90),
        ("feedback_words", 400),
    ] {
        assert!(said.contains(&promised), "{promised:?}");
    }
    assert_eq!(said.len(), Kept::ALL.len());
}

#[test]
fn a_session_is_kept_for_as_long_as_it_is_good() {
    for (audience, kept) in [(Audience::Member, Kept::MemberSessions), (Audience::Circle, Kept::CircleSessions)] {
        assert_eq!(audience.refresh_idle(), TimeDelta::days(kept.days().into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_nodes_one_does_the_work_and_once_a_day() {
    let app = TestApp::new().await;
    full_circle(&app).await;
    let mut owner = app.database.owner().await;
    let versions = "SELECT string_agg(DISTINCT xmin::text, ',') FROM members.accounts";
    let xmin = async |owner: &mut PgConnection| -> String {
        sqlx::query_scalar(versions).fetch_one(&mut *owner).await.unwrap()
    };
    let nights: Vec<Nightly> = vec![nightly(&app), nightly(&app)];
    let (one, other) = tokio::join!(nights[0].work(), nights[1].work());
    one.and(other).unwrap();
    let first = xmin(&mut owner).await;
    nights[1].work().await.unwrap();
    assert_eq!(xmin(&mut owner).await, first, "twice on one day");
    app.clock.advance(TimeDelta::days(1));
    nights[1].work().await.unwrap();
    assert_ne!(xmin(&mut owner).await, first);
}
