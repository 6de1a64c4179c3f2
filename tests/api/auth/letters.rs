//! Letters: who gets one, once, and what becomes of it when a mail server
//! fails.

use std::collections::HashSet;

use chrono::TimeDelta;
use openchair::{
    auth::{self, Role},
    db::{self, Scope},
    http::EmailAddress,
    kernel::{Clock, IntergroupId},
    mail::Mailer,
};
use serde_json::{Value, json};

use crate::support::{Bearer, MailServer, PASSWORD, TestApp, code_of};

const FORGOT: &str = "/v1/auth/office/password/forgot";
const RESET: &str = "/v1/auth/office/password/reset";

async fn with_owner() -> (TestApp, IntergroupId, Bearer) {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    let owner = app.admin_as(office, Role::Owner, "kit@example.org").await;
    app.letters().await;
    (app, office, owner)
}

async fn forgot(app: &TestApp, email: &str) {
    assert_eq!(app.anonymous().post(FORGOT, &json!({ "email": email })).await.status, 202);
}

async fn enqueue(app: &TestApp, kind: &str, subject: Value) {
    let mut transaction = db::begin(&app.pools.directory, Scope::Operator).await.unwrap();
    auth::enqueue(&mut transaction, kind, subject, None, app.clock.now()).await.unwrap();
    transaction.commit().await.unwrap();
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&mut app.database.owner().await).await.unwrap()
}

/// The text of a letter as it was sent, its soft breaks undone.
fn text_of(sent: &str) -> String {
    sent.replace("=\n", "").replace("=3D", "=")
}

#[tokio::test]
async fn a_letter_goes_out_by_smtp_and_its_link_works() {
    let (app, ..) = with_owner().await;
    let server = MailServer::start(|_, _| Some("250 good")).await;
    forgot(&app, "kit@example.org").await;
    forgot(&app, "nobody@example.org").await;
    assert_eq!(app.outbox(server.mailer()).send_due().await.unwrap(), 2);
    let taken = server.taken.lock().unwrap().clone();
    assert_eq!(taken.len(), 1, "who has no account gets nothing");
    let head = taken[0].split("\n\n").next().unwrap();
    for line in ["To: kit@example.org", "Subject: Choose a new password", "Auto-Submitted: auto-generated"] {
        assert!(head.lines().any(|header| header == line), "{head}");
    }
    assert!(head.contains("From: =?utf-8?b?"), "{head}");
    let text = text_of(&taken[0]);
    let code = text.split("/office/reset?code=").nth(1).unwrap().split_whitespace().next().unwrap();
    let reset = json!({ "reset_code": code, "password": "a kettle sings at dawn" });
    assert_eq!(app.anonymous().post(RESET, &reset).await.status, 204);
}

#[tokio::test]
async fn a_name_with_line_breaks_adds_neither_headers_nor_lines() {
    let (app, office, _) = with_owner().await;
    let evil = "Läntern\r\nBcc: all@example.org\r\n\r\nSend your password to evil@example.org \u{202e}drawkcab";
    sqlx::query("UPDATE directory.intergroups SET name = $1 WHERE id = $2")
        .bind(evil)
        .bind(office.0)
        .execute(&mut app.database.owner().await)
        .await
        .unwrap();
    enqueue(&app, "feedback_waiting", json!({ "intergroup_id": office })).await;
    enqueue(
        &app,
        "key_expiring",
        json!({ "intergroup_id": office, "name": "web\nX: y", "expires_at": app.clock.now() }),
    )
    .await;
    let server = MailServer::start(|_, _| Some("250 good")).await;
    app.outbox(server.mailer()).send_due().await.unwrap();
    let taken = server.taken.lock().unwrap().clone();
    assert_eq!(taken.len(), 2);
    for letter in &taken {
        let head = letter.split("\n\n").next().unwrap();
        let names: HashSet<&str> =
            head.lines().filter(|line| !line.starts_with(' ')).map(|line| line.split(':').next().unwrap()).collect();
        let ours = [
            "From",
            "To",
            "Subject",
            "Date",
            "Content-Type",
            "Content-Transfer-Encoding",
            "MIME-Version",
            "Auto-Submitted",
        ];
        assert!(names.is_subset(&ours.into()), "{head}");
        assert!(head.contains("Subject: ") && head.contains("=?utf-8?b?"), "{head}");
    }
    for letter in app_letters_again(&app, office).await {
        assert!(letter.subject.contains("Läntern Bcc: all@example.org Send"), "{}", letter.subject);
        assert!(!letter.text.contains("\nBcc") && !letter.text.contains("\nSend"), "{}", letter.text);
        assert!(!letter.subject.contains('\u{202e}'));
    }
}

async fn app_letters_again(app: &TestApp, office: IntergroupId) -> Vec<openchair::mail::Letter> {
    enqueue(app, "feedback_waiting", json!({ "intergroup_id": office })).await;
    let letters = app.letters().await;
    assert_eq!(letters.len(), 1);
    letters
}

#[tokio::test]
async fn a_letter_that_failed_is_sent_later_with_a_link_of_its_own() {
    let (app, ..) = with_owner().await;
    let server = MailServer::start(|_, before| Some(if before < 2 { "451 later" } else { "250 good" })).await;
    forgot(&app, "kit@example.org").await;
    let outbox = app.outbox(server.mailer());
    assert_eq!(outbox.send_due().await.unwrap(), 0);
    assert_eq!(outbox.send_due().await.unwrap(), 0, "not before a minute has passed");
    assert_eq!(*server.met.lock().unwrap(), 1);
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(outbox.send_due().await.unwrap(), 0);
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(outbox.send_due().await.unwrap(), 0, "each wait is longer");
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(outbox.send_due().await.unwrap(), 1);
    assert_eq!(server.taken.lock().unwrap().len(), 1);
    assert_eq!(count(&app, "SELECT count(*) FROM office.one_time_codes").await, 1, "one link works, the newest");
}

#[tokio::test]
async fn a_letter_that_is_refused_for_good_is_given_up_and_the_others_go() {
    let (app, office, _) = with_owner().await;
    app.admin_as(office, Role::Owner, "a.first@example.org").await;
    app.letters().await;
    let server =
        MailServer::start(|line, _| Some(if line.contains("a.first") { "550 nobody here" } else { "250 good" })).await;
    enqueue(&app, "feedback_waiting", json!({ "intergroup_id": office })).await;
    app.outbox(server.mailer()).send_due().await.unwrap();
    let taken = server.taken.lock().unwrap().clone();
    assert_eq!(taken.len(), 1);
    assert!(taken[0].contains("To: kit@example.org"));
    assert_eq!(count(&app, "SELECT count(*) FROM office.mails").await, 0);
}

#[tokio::test]
async fn a_server_that_does_not_let_us_in_loses_no_letter() {
    let (app, ..) = with_owner().await;
    let server = MailServer::start(|_, _| Some("530 5.7.0 sign in first")).await;
    forgot(&app, "kit@example.org").await;
    app.outbox(server.mailer()).send_due().await.unwrap();
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(app.letters().await.len(), 1);
}

#[tokio::test]
async fn a_letter_is_given_up_after_ten_attempts() {
    let (app, ..) = with_owner().await;
    let server = MailServer::start(|_, _| Some("451 later")).await;
    forgot(&app, "kit@example.org").await;
    let outbox = app.outbox(server.mailer());
    for _ in 0..12 {
        outbox.send_due().await.unwrap();
        app.clock.advance(TimeDelta::hours(5));
    }
    assert_eq!(*server.met.lock().unwrap(), 10);
    assert_eq!(count(&app, "SELECT count(*) FROM office.mails WHERE kind <> 'sent'").await, 0);
}

#[tokio::test]
async fn a_mail_server_that_hangs_holds_no_connection_and_another_node_takes_over() {
    let (app, ..) = with_owner().await;
    let server = MailServer::start(|_, _| None).await;
    forgot(&app, "kit@example.org").await;
    let outbox = app.outbox(server.mailer());
    let hanging = tokio::spawn(async move { outbox.send_due().await });
    app.until(|_| *server.met.lock().unwrap() == 1).await;
    let open = "SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
                  AND query LIKE '%office.mails%'";
    assert_eq!(count(&app, open).await, 0);
    assert_eq!(app.letters().await.len(), 0, "it is taken");
    // That node dies over it.
    hanging.abort();
    app.clock.advance(TimeDelta::minutes(2));
    let letters = app.letters().await;
    assert_eq!(letters.len(), 1);
    let reset = json!({ "reset_code": code_of(&letters[0]), "password": "a kettle sings at dawn" });
    assert_eq!(app.anonymous().post(RESET, &reset).await.status, 204);
}

#[tokio::test]
async fn several_nodes_send_each_letter_once() {
    let (app, _, owner) = with_owner().await;
    let account = owner.account_id().await;
    for n in 0..30 {
        let email = format!("kit{n}@example.net");
        enqueue(&app, "email_changed", json!({ "account_id": account, "email": email })).await;
    }
    let outboxes: Vec<_> = (0..4).map(|_| app.outbox(Mailer::Kept(std::sync::Arc::clone(&app.kept)))).collect();
    futures_util::future::join_all(outboxes.iter().map(openchair::auth::Outbox::send_due)).await;
    let letters = app.letters().await;
    let readers: HashSet<_> = letters.iter().map(|letter| letter.to.clone()).collect();
    assert_eq!((letters.len(), readers.len()), (30, 30));
}

#[tokio::test]
async fn a_mailed_invitation_is_kept_without_its_code_and_goes_only_while_it_is_open() {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    app.keys_are_loaded().await;
    let email = EmailAddress::parse("kit@example.org").unwrap();
    let invite = || async {
        let made = app.server.auth().invite(office, &email, Role::Editor).await.unwrap();
        let mut transaction = db::begin(&app.pools.directory, Scope::Operator).await.unwrap();
        auth::enqueue_invitation(&mut transaction, made.id.unwrap(), app.clock.now()).await.unwrap();
        transaction.commit().await.unwrap();
        made
    };
    let made = invite().await;
    let kept: String = sqlx::query_scalar("SELECT subject::text FROM office.mails")
        .fetch_one(&mut app.database.owner().await)
        .await
        .unwrap();
    assert!(!kept.contains(&made.code) && !kept.contains("example.org"), "{kept}");
    let letters = app.letters().await;
    assert!(letters[0].text.contains("the meeting list of lantern office as editor"), "{}", letters[0].text);
    let code = code_of(&letters[0]);
    assert_ne!(code, made.code);
    let enrol = json!({ "invitation": code, "password": PASSWORD });
    assert_eq!(app.anonymous().post("/v1/auth/office/enrol", &enrol).await.status, 201);
    invite().await;
    app.server.auth().revoke_grant(office, &email, false).await.unwrap();
    assert_eq!(app.letters().await.len(), 0);
}

#[tokio::test]
async fn without_a_mail_server_nothing_is_kept_that_would_be_sent_later() {
    let (app, ..) = with_owner().await;
    forgot(&app, "kit@example.org").await;
    app.outbox(Mailer::Off).send_due().await.unwrap();
    assert_eq!(count(&app, "SELECT count(*) FROM office.one_time_codes").await, 0);
    assert_eq!(count(&app, "SELECT count(*) FROM office.mails WHERE kind <> 'sent'").await, 0);
}
