//! The pages behind the links of letters.

use chrono::TimeDelta;
use openchair::{
    auth::Role,
    http::EmailAddress,
    kernel::{Clock, IntergroupId},
};
use reqwest::Method;
use serde_json::json;

use crate::support::{Bearer, PASSWORD, Response, TestApp, code_of};

const NEW: &str = "a kettle sings at dawn";

trait Page {
    fn is_page(&self, status: u16, heading: &str);
    fn says(&self, words: &str);
}

impl Page for Response {
    #[track_caller]
    fn is_page(&self, status: u16, heading: &str) {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(self.header("cache-control"), "no-store");
        assert_eq!(self.header("referrer-policy"), "no-referrer");
        assert_eq!(self.header("x-content-type-options"), "nosniff");
        let policy = self.header("content-security-policy");
        for rule in
            ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'", "'sha256-"]
        {
            assert!(policy.contains(rule), "{policy}");
        }
        assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
        let html = self.text();
        assert!(html.contains(&format!("<h1>{heading}</h1>")), "{html}");
        assert_eq!(html.matches("<h1").count(), 1);
        assert!(html.contains("<html lang=\"en\">") && !html.contains("<script") && !html.contains(" style="));
        // Each field that can be seen has a label and what describes it.
        for input in html.split("<input ").skip(1).map(|rest| rest.split('>').next().unwrap()) {
            let attribute = |name: &str| input.split(&format!("{name}=\"")).nth(1)?.split('"').next();
            if attribute("type") == Some("hidden") {
                continue;
            }
            let id = attribute("id").unwrap();
            assert!(html.contains(&format!("<label for=\"{id}\">")) && attribute("autocomplete").is_some(), "{input}");
            for described in attribute("aria-describedby").unwrap_or_default().split_whitespace() {
                assert!(html.contains(&format!("id=\"{described}\"")), "{described}");
            }
            assert!(attribute("type") != Some("password") || attribute("value").is_none(), "{input}");
        }
    }

    #[track_caller]
    fn says(&self, words: &str) {
        assert!(self.text().contains(words), "{words}: {}", self.text());
    }
}

struct Scene {
    app: TestApp,
    office: IntergroupId,
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let office = app.office("lantern", chrono_tz::America::Chicago).await;
        app.keys_are_loaded().await;
        Self { app, office }
    }

    async fn invite(&self, role: Role) -> String {
        let email = EmailAddress::parse("kit@example.org").unwrap();
        self.app.server.auth().invite(self.office, &email, role).await.unwrap().code
    }

    async fn owner(&self) -> Bearer {
        let owner = self.app.admin_as(self.office, Role::Owner, "kit@example.org").await;
        self.app.letters().await;
        owner
    }

    async fn look(&self, page: &str, code: &str) -> Response {
        self.app.anonymous().get(&format!("/office/{page}?code={code}")).await
    }

    async fn submit(&self, page: &str, fields: &[(&str, &str)]) -> Response {
        self.app.anonymous().submit(&format!("/office/{page}"), &[], fields).await
    }

    async fn reset_code(&self) -> String {
        let body = json!({ "email": "kit@example.org" });
        self.app.anonymous().post("/v1/auth/office/password/forgot", &body).await;
        code_of(&self.app.letters().await[0])
    }
}

#[tokio::test]
async fn an_invitation_is_taken_up_on_its_page() {
    let scene = Scene::new().await;
    let code = scene.invite(Role::Editor).await;
    // Scanners and curious people look as often as they like.
    for _ in 0..3 {
        let page = scene.look("enrol", &code).await;
        page.is_page(200, "Choose a password");
        page.says("help keep the meeting list of lantern office. As an editor");
        page.says("value=\"kit@example.org\"");
    }
    let head = scene.app.anonymous().send(Method::HEAD, &format!("/office/enrol?code={code}"), &[]).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    let done = scene.submit("enrol", &[("code", &code), ("password", PASSWORD), ("again", PASSWORD)]).await;
    done.is_page(200, "You are in");
    done.says("Sign in with kit@example.org");
    let account = scene.app.sign_in("kit@example.org").await.get("/v1/auth/office/account").await.json();
    assert_eq!(account["grants"][0]["role"], "editor");
    scene.look("enrol", &code).await.is_page(410, "This link no longer works");
    let again = scene.submit("enrol", &[("code", &code), ("password", PASSWORD), ("again", PASSWORD)]).await;
    again.is_page(422, "This link no longer works");
    // The page kept no session that nobody has.
    let sessions = "SELECT count(*) FROM office.sessions WHERE ended_at IS NULL";
    let sessions: i64 = sqlx::query_scalar(sessions).fetch_one(&mut scene.app.database.owner().await).await.unwrap();
    assert_eq!(sessions, 1, "the one that signed in");
}

#[tokio::test]
async fn who_has_an_account_gives_its_password_and_code() {
    let scene = Scene::new().await;
    let owner = scene.owner().await;
    let (authenticator, _) = scene.app.second_factor(&owner).await;
    let code = scene.invite(Role::Observer).await;
    let page = scene.look("enrol", &code).await;
    page.is_page(200, "Add an office to your account");
    page.says("autocomplete=\"one-time-code\"");
    page.says("autocomplete=\"current-password\"");
    let wrong = scene.submit("enrol", &[("code", &code), ("password", NEW), ("totp", "")]).await;
    wrong.is_page(401, "Add an office to your account");
    wrong.says("id=\"password-error\">Error: This was not right");
    let without = scene.submit("enrol", &[("code", &code), ("password", PASSWORD)]).await;
    without.is_page(401, "Add an office to your account");
    without.says("id=\"totp-error\">Error: Your account needs the code");
    scene.app.clock.advance(TimeDelta::seconds(30));
    let totp = authenticator.code(scene.app.clock.now());
    let done = scene.submit("enrol", &[("code", &code), ("password", PASSWORD), ("totp", &totp)]).await;
    done.is_page(200, "You are in");
    let account = owner.get("/v1/auth/office/account").await.json();
    assert_eq!(account["grants"][0]["role"], "owner", "an invitation takes nothing away");
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_on_its_page() {
    let scene = Scene::new().await;
    let owner = scene.owner().await;
    let code = scene.reset_code().await;
    scene.look("reset", &code).await.is_page(200, "Choose a new password");
    let hashes = scene.app.server.auth().hashes_done();
    for (password, again, words) in [
        (NEW, "a kettle sinks at dawn", "id=\"again-error\">Error: The two passwords are not alike."),
        ("", "", "id=\"password-error\">Error: A password is needed."),
        ("short", "short", "id=\"password-error\">Error: The password must have at least 12 characters"),
        ("passwordpassword", "passwordpassword", "id=\"password-error\">Error: The password is too easy to guess"),
        (&"x".repeat(300), &"x".repeat(300), "id=\"password-error\">Error: The password must have at most 256 bytes"),
    ] {
        let wrong = scene.submit("reset", &[("code", &code), ("password", password), ("again", again)]).await;
        wrong.is_page(422, "Choose a new password");
        wrong.says(words);
        wrong.says("<title>Error: Choose a new password");
        wrong.says("role=\"alert\"");
        wrong.says(&format!("value=\"{code}\""));
        assert!(password.is_empty() || !wrong.text().contains(&format!("\"{password}\"")));
    }
    assert_eq!(scene.app.server.auth().hashes_done(), hashes);
    let done = scene.submit("reset", &[("code", &code), ("password", NEW), ("again", NEW)]).await;
    done.is_page(200, "Your new password is set");
    owner.get("/v1/auth/office/account").await.is_problem(401, "session_ended", &[]);
    let sign_in = json!({ "email": "kit@example.org", "password": NEW });
    assert_eq!(scene.app.anonymous().post("/v1/auth/office/token", &sign_in).await.status, 200);
    scene.look("reset", &code).await.is_page(410, "This link no longer works");
}

#[tokio::test]
async fn a_new_address_is_confirmed_on_its_page_by_the_password() {
    let scene = Scene::new().await;
    let owner = scene.owner().await;
    owner.post("/v1/auth/office/email", &json!({ "email": "kit@example.net" })).await;
    let code = code_of(&scene.app.letters().await[0]);
    let page = scene.look("email", &code).await;
    page.is_page(200, "Change your address");
    page.says("sign in with kit@example.net");
    assert!(!page.text().contains("kit@example.org"), "a stranger at a mistyped address learns nothing");
    let wrong = scene.submit("email", &[("code", &code), ("password", NEW), ("totp", "")]).await;
    wrong.is_page(401, "Change your address");
    let done = scene.submit("email", &[("code", &code), ("password", PASSWORD), ("totp", "")]).await;
    done.is_page(200, "Your address is changed");
    assert_eq!(owner.get("/v1/auth/office/account").await.json()["email"], "kit@example.net");
    scene.look("email", &code).await.is_page(410, "This link no longer works");
}

#[tokio::test]
async fn an_address_that_is_taken_is_told_on_the_page() {
    let scene = Scene::new().await;
    let owner = scene.owner().await;
    scene.app.admin_as(scene.office, Role::Owner, "robin@example.org").await;
    scene.app.letters().await;
    owner.post("/v1/auth/office/email", &json!({ "email": "robin@example.org" })).await;
    let code = code_of(&scene.app.letters().await[0]);
    let taken = scene.submit("email", &[("code", &code), ("password", PASSWORD)]).await;
    taken.is_page(409, "Change your address");
    taken.says("Another account has that address already.");
}

#[tokio::test]
async fn guessing_a_password_on_a_page_waits_longer_each_time() {
    let scene = Scene::new().await;
    let owner = scene.owner().await;
    owner.post("/v1/auth/office/email", &json!({ "email": "kit@example.net" })).await;
    let code = code_of(&scene.app.letters().await[0]);
    for _ in 0..5 {
        scene.submit("email", &[("code", &code), ("password", "guess")]).await.is_page(401, "Change your address");
    }
    let before = scene.app.server.auth().hashes_done();
    let waits = scene.submit("email", &[("code", &code), ("password", PASSWORD)]).await;
    waits.is_page(429, "Change your address");
    waits.says("There were too many attempts. Wait a second, then try again.");
    assert_eq!(waits.header("retry-after"), "1");
    assert_eq!(scene.app.server.auth().hashes_done(), before);
    scene.app.clock.advance(TimeDelta::seconds(1));
    let done = scene.submit("email", &[("code", &code), ("password", PASSWORD)]).await;
    done.is_page(200, "Your address is changed");
}

#[tokio::test]
async fn a_page_has_the_limit_of_signing_in_by_address() {
    let app = TestApp::with_limits().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    app.keys_are_loaded().await;
    let email = EmailAddress::parse("kit@example.org").unwrap();
    let code = app.server.auth().invite(office, &email, Role::Owner).await.unwrap().code;
    let fields = [("code", code.as_str()), ("password", "short"), ("again", "short")];
    for _ in 0..30 {
        app.anonymous().submit("/office/enrol", &[], &fields).await.is_page(422, "Choose a password");
    }
    let waits = app.anonymous().submit("/office/enrol", &[], &fields).await;
    waits.is_page(429, "Choose a password");
    assert!(!waits.header("retry-after").is_empty());
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let scene = Scene::new().await;
    let code = scene.invite(Role::Owner).await;
    let fields = [("code", code.as_str()), ("password", PASSWORD), ("again", PASSWORD)];
    for headers in [
        [("origin", "https://elsewhere.example")],
        [("sec-fetch-site", "cross-site")],
        [("sec-fetch-site", "same-site")],
    ] {
        let refused = scene.app.anonymous().submit("/office/enrol", &headers, &fields).await;
        refused.is_page(403, "This did not work");
    }
    // As browsers send it from a page that sends no referrer.
    let own = [("origin", "null"), ("sec-fetch-site", "same-origin")];
    scene.app.anonymous().submit("/office/enrol", &own, &fields).await.is_page(200, "You are in");
}

#[tokio::test]
async fn what_is_no_form_of_the_page_is_refused_in_words() {
    let scene = Scene::new().await;
    let code = scene.invite(Role::Owner).await;
    let good = format!("code={code}&password=x&again=x");
    let form = ("content-type", "application/x-www-form-urlencoded");
    for (headers, body, status) in [
        (vec![form], format!("{good}&role=owner"), 422),
        (vec![form], format!("{good}&code={code}"), 422),
        (vec![form], format!("{good}&totp=%FF"), 400),
        (vec![form], "x".repeat(9 * 1024), 413),
        (vec![("content-type", "application/json")], "{}".to_owned(), 415),
        (vec![form, ("content-encoding", "gzip")], good.clone(), 415),
    ] {
        let refused = scene.app.anonymous().send_text(Method::POST, "/office/enrol", &headers, body).await;
        refused.is_page(status, "This did not work");
    }
    scene.submit("enrol", &[]).await.is_page(422, "This link no longer works");
    scene.look("enrol", &code).await.is_page(200, "Choose a password");
}

#[tokio::test]
async fn a_code_that_is_none_is_never_shown_again() {
    let scene = Scene::new().await;
    for page in ["enrol", "reset", "email"] {
        for query in
            ["", "?code=", "?code=%22%3E%3Cscript%3E", "?code=a&code=b", "?%FF", &format!("?code={}", "A".repeat(43))]
        {
            let gone = scene.app.anonymous().get(&format!("/office/{page}{query}")).await;
            gone.is_page(410, "This link no longer works");
        }
        let wrong = scene.app.anonymous().send(Method::DELETE, &format!("/office/{page}"), &[]).await;
        wrong.is_problem(405, "method_not_allowed", &[]);
        assert_eq!(wrong.header("allow"), "GET, HEAD, POST");
    }
    // What a mail program adds to an address does not matter.
    let code = scene.invite(Role::Owner).await;
    let page = scene.app.anonymous().get(&format!("/office/enrol?utm_source=mail&code={code}&x=1")).await;
    page.is_page(200, "Choose a password");
}

#[tokio::test]
async fn a_name_of_an_office_is_text_and_never_markup() {
    let scene = Scene::new().await;
    let evil = "UPDATE directory.intergroups SET name = '<img src=x onerror=alert(1)>\"''&amp;'";
    sqlx::query(evil).execute(&mut scene.app.database.owner().await).await.unwrap();
    let code = scene.invite(Role::Owner).await;
    let page = scene.look("enrol", &code).await;
    page.is_page(200, "Choose a password");
    page.says("&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;&amp;amp;");
    assert!(!page.text().contains("<img"));
}

#[tokio::test]
async fn a_database_that_is_away_is_told_in_words() {
    let scene = Scene::new().await;
    let code = scene.invite(Role::Owner).await;
    scene.app.database.cut().await;
    let away = scene.look("enrol", &code).await;
    away.is_page(503, "This did not work");
    assert!(!away.header("retry-after").is_empty());
    scene.app.database.mend().await;
}
