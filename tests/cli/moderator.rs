//! `openchair moderator`

use serde_json::json;

use super::run;
use crate::support::TestDatabase;

#[tokio::test(flavor = "multi_thread")]
async fn a_moderator_is_invited_once_at_a_time_and_revoked() {
    let database = TestDatabase::new().await;
    assert_eq!(run(&database, &["moderator", "list", "--json"]).json(), json!([]));
    let link = run(&database, &["moderator", "invite", "kit@example.org"]).done();
    assert!(link.contains("/moderator/enrol?code="), "{link}");
    let printed = run(&database, &["moderator", "invite", "kit@example.org", "--json"]).json();
    let mut names: Vec<&str> = printed.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["expires_at", "invitation", "link"]);
    assert!(printed["link"].as_str().unwrap().ends_with(printed["invitation"].as_str().unwrap()), "{printed}");
    let open = "SELECT count(*) FROM office.invitations WHERE intergroup_id IS NULL AND revoked_at IS NULL";
    let open: i64 = sqlx::query_scalar(open).fetch_one(&mut database.owner().await).await.unwrap();
    assert_eq!(open, 1, "an earlier link is no longer good");
    run(&database, &["moderator", "revoke", "KIT@example.org"]).done();
    for command in ["revoke", "reset"] {
        let failed = run(&database, &["moderator", command, "kit@example.org"]);
        assert_eq!(failed.code, Some(1), "{failed:?}");
        assert!(failed.stderr.contains("there is no moderator of that address"), "{failed:?}");
    }
    run(&database, &["moderator", "invite", "no address"]).misused_saying(&["E-MAIL"]);
}
