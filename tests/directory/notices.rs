//! Notices.

use openchair::{
    directory::{self, NoticeKind, NoticeSubject, WriteError},
    http::IfMatch,
};
use serde_json::{Value, json};

use super::{Desk, desk::online, refused};

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_shows_on_every_meeting_of_its_subject_until_it_is_deleted() {
    let desk = Desk::new().await;
    let group = desk.group(json!({ "name": "G" })).await.unwrap();
    let mut body = online("a");
    body["group_id"] = json!(group.id);
    let (of_group, other) = (desk.create(body).await.unwrap(), desk.online("b").await);
    let kinds = async |id| desk.shown(id).await.notices.iter().map(|notice| notice.kind).collect::<Vec<_>>();
    let before = desk.shown(other.id).await;
    let closed = json!({ "kind": "closed", "from": "2026-12-24", "to": "2026-12-26", "words": "Holidays." });
    let notice = desk.notice(NoticeSubject::Group(group.id), closed.clone()).await.unwrap();
    assert_eq!((kinds(of_group.id).await, kinds(other.id).await), (vec![NoticeKind::Closed], vec![]));
    assert_eq!(desk.shown(other.id).await.revision, before.revision);
    let open = json!({ "kind": "open", "from": "2026-05-01", "repeats": { "weeks_of_month": [-1, 1, 1] } });
    let last = desk.notice(NoticeSubject::Meeting(other.id), open).await.unwrap();
    assert_eq!(last.document.weeks_of_month, [-1, 1]);
    desk.notice(NoticeSubject::Intergroup(desk.office), closed).await.unwrap();
    assert_eq!(kinds(of_group.id).await.len() + kinds(other.id).await.len(), 4);
    let shown = desk.shown(of_group.id).await;
    assert!(shown.revision > before.revision && shown.updated_at == before.updated_at);
    let delete = async || {
        desk.write(async |connection, stamp| {
            let stored = directory::find_notice(connection, notice.id).await?.unwrap();
            directory::delete_notice(connection, &stored, &IfMatch::Any, stamp).await
        })
        .await
        .unwrap()
    };
    assert!(delete().await.is_changed());
    assert!(!delete().await.is_changed());
    assert_eq!(kinds(of_group.id).await.len(), 1);
    let log = desk.query("SELECT op, meeting_id FROM directory.changes WHERE entity = 'notice' ORDER BY id").await;
    let ops: Vec<&Value> = log.iter().map(|line| &line["op"]).collect();
    assert_eq!(ops, ["create", "create", "create", "delete"]);
    assert_eq!(log[1]["meeting_id"], json!(other.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_says_what_its_kind_needs() {
    let desk = Desk::new().await;
    let meeting = NoticeSubject::Meeting(desk.online("a").await.id);
    for (body, pointer) in [
        (json!({ "kind": "cancelled" }), "/from"),
        (json!({ "kind": "cancelled", "from": "2026-02-30" }), "/from"),
        (json!({ "kind": "gone", "from": "2026-05-04" }), "/kind"),
        (json!({ "kind": "cancelled", "from": "2026-05-04", "to": "2026-05-03" }), "/to"),
        (json!({ "kind": "time", "from": "2026-05-04" }), "/time"),
        (json!({ "kind": "cancelled", "from": "2026-05-04", "time": "18:00" }), "/time"),
        (json!({ "kind": "moved", "from": "2026-05-04" }), "/location"),
        (json!({ "kind": "online", "from": "2026-05-04" }), "/conference"),
        (
            json!({ "kind": "online", "from": "2026-05-04", "conference": { "url": "https://example.org" } }),
            "/conference/url",
        ),
        (json!({ "kind": "extra", "from": "2026-05-04", "to": "2027-05-06" }), "/to"),
        (
            json!({ "kind": "open", "from": "2026-05-04", "repeats": { "weeks_of_month": [] } }),
            "/repeats/weeks_of_month",
        ),
        (
            json!({ "kind": "open", "from": "2026-05-04", "repeats": { "weeks_of_month": [6] } }),
            "/repeats/weeks_of_month/0",
        ),
    ] {
        assert_eq!(refused(desk.notice(meeting, body.clone()).await)[0].0, pointer, "{body}");
    }
    for body in [
        json!({ "kind": "time", "from": "2026-05-04", "time": "18:00" }),
        json!({ "kind": "moved", "from": "2026-05-04", "time": "18:00", "location": "Upstairs" }),
        json!({ "kind": "extra", "from": "2026-05-04", "to": "2027-05-05" }),
        json!({ "kind": "online", "from": "2026-05-04", "conference": { "url": "https://zoom.us/j/1" } }),
    ] {
        desk.notice(meeting, body).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_gets_no_notice() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    desk.delete(&meeting).await.unwrap();
    let body = json!({ "kind": "cancelled", "from": "2026-05-04" });
    let outcome = desk.notice(NoticeSubject::Meeting(meeting.id), body.clone()).await;
    assert!(matches!(outcome, Err(WriteError::Deleted)));
    // Nor what is another office's.
    let outcome = desk.notice(NoticeSubject::Intergroup(desk.other), body).await;
    assert!(matches!(outcome, Err(WriteError::Deleted)));
}
