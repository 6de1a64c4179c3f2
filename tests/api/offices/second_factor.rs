//! A link of a letter decides no more than its owner could with a password
//! alone: where signing in needs a second factor, so does it.

use chrono::TimeDelta;
use openchair::{auth::Audience, kernel::Clock};

use super::held::Held;
use crate::support::{Authenticator, PASSWORD, Response};

const KIT: &str = "kit@example.org";

impl Held {
    /// Its owner's office asks for a second factor.
    async fn asks_for_totp(&self) {
        self.app.as_owner("UPDATE directory.intergroups SET require_totp = true").await;
    }

    async fn authenticator(&self) -> Authenticator {
        let owner = self.app.sign_in(KIT).await;
        let (authenticator, _) = self.app.second_factor(&owner).await;
        self.app.letters().await;
        authenticator
    }

    /// The page that its link shows, which is good.
    async fn page(&self, link: &str) -> String {
        let page = self.app.anonymous().get(link).await;
        assert_eq!(page.status, 200, "{}", page.text());
        page.text()
    }

    /// Its owner signs in with that code.
    async fn signs_in(&self, totp: &str) -> Response {
        self.app.anonymous().try_token(Audience::Office, KIT, PASSWORD, Some(totp)).await
    }

    async fn decide_by(&self, code: &str, decision: &str, totp: &str) -> Response {
        self.decide_with(code, decision, &[("totp", totp)]).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_that_asks_for_a_second_factor_gets_it_from_a_link_too() {
    let held = Held::new().await;
    let (link, code) = held.link().await;
    held.asks_for_totp().await;
    // An owner without one sees what would change, and can do nothing about it here.
    let page = held.page(&link).await;
    assert!(page.contains("6 meetings would be taken off the list") && page.contains("Meeting 5"), "{page}");
    assert!(page.contains("you have not set one up") && !page.contains("<form") && !page.contains("<button"), "{page}");
    for decision in ["apply", "reject"] {
        assert_eq!(held.decide_by(&code, decision, "123456").await.status, 403);
    }

    let authenticator = held.authenticator().await;
    let page = held.page(&link).await;
    assert!(page.contains("Meeting 5") && page.contains("name=\"totp\"") && page.contains("<button"), "{page}");
    let shown = |steps: i32| authenticator.code(held.app.clock.now() + TimeDelta::seconds(30) * steps);
    for decision in ["apply", "reject"] {
        let without = held.decide(&code, decision).await;
        assert_eq!(without.status, 401);
        assert!(without.text().contains("Error: The code that your authenticator app shows now is needed."));
    }
    // The one that confirmed the app is used up; another is of another time.
    for wrong in [shown(0), shown(10), "<b>".to_owned()] {
        let page = held.decide_by(&code, "apply", &wrong).await;
        assert_eq!(page.status, 401, "{}", page.text());
        assert!(page.text().contains("Error: This was not the code") && page.text().contains("aria-invalid"));
        assert!(page.text().contains("Meeting 5") && !page.text().contains(&format!("=\"{wrong}")), "it asks again");
    }
    assert_eq!(held.total().await, 10);
    // None of that used the link up.
    held.app.clock.advance(TimeDelta::minutes(1));
    let right = shown(0);
    let (one, other) = tokio::join!(held.decide_by(&code, "apply", &right), held.decide_by(&code, "apply", &right));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert!([[200, 401], [200, 409], [200, 410]].contains(&statuses), "{statuses:?}");
    held.app.server.snapshots().wait_for(held.app.revision().await).await;
    assert_eq!(held.total().await, 4);
    assert_eq!(held.app.anonymous().get(&link).await.status, 410);
    // Nor is the code good for anything else.
    held.signs_in(&right).await.is_problem(401, "sign_in_failed", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_office_above_asks_for_holds_below() {
    let held = Held::new().await;
    let (link, code) = held.link().await;
    let above = held.app.office("area", chrono_tz::America::Chicago).await;
    held.app.as_owner(&format!("UPDATE directory.intergroups SET require_totp = (id = '{above}')")).await;
    assert!(held.page(&link).await.contains("<form"), "it is nobody's business yet");
    held.app.as_owner(&format!("UPDATE directory.intergroups SET parent_id = '{above}' WHERE id <> '{above}'")).await;
    assert!(!held.page(&link).await.contains("<form"));
    assert_eq!(held.decide(&code, "apply").await.status, 403);
    assert_eq!(held.total().await, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_with_a_code_decides_with_one() {
    let held = Held::new().await;
    let (_, code) = held.link().await;
    let owner = held.app.sign_in(KIT).await;
    let (_, recovery) = held.app.second_factor(&owner).await;
    assert_eq!(held.decide(&code, "reject").await.status, 401);
    // A recovery code stands for a lost phone, once.
    let done = held.decide_by(&code, "reject", &recovery[0]).await;
    assert_eq!(done.status, 200, "{}", done.text());
    assert!(done.text().contains("The list stays as it is"));
    held.signs_in(&recovery[0]).await.is_problem(401, "sign_in_failed", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_are_counted_with_those_of_signing_in() {
    let held = Held::new().await;
    let (link, code) = held.link().await;
    let authenticator = held.authenticator().await;
    held.app.clock.advance(TimeDelta::minutes(1));
    let mut answers = Vec::new();
    for _ in 0..8 {
        answers.push(held.decide_by(&code, "apply", "000000").await.status);
    }
    assert_eq!(answers[..5], [401; 5], "{answers:?}");
    assert_eq!(answers[5..], [429; 3], "{answers:?}");
    // The right one has to wait as well, here and where one signs in.
    let right = authenticator.code(held.app.clock.now());
    let page = held.decide_by(&code, "apply", &right).await;
    assert_eq!(page.status, 429);
    assert!(page.text().contains("too many attempts"), "{}", page.text());
    assert_eq!(held.signs_in(&right).await.status, 429);
    assert_eq!(held.total().await, 10);
    held.app.clock.advance(TimeDelta::hours(1));
    assert_eq!(held.app.anonymous().get(&link).await.status, 200);
    let right = authenticator.code(held.app.clock.now());
    assert_eq!(held.decide_by(&code, "apply", &right).await.status, 200);
}
