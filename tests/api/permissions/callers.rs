//! Every kind of caller there is.

use chrono::TimeDelta;
use openchair::{
    auth::Role,
    http::EmailAddress,
    kernel::{AccountId, IntergroupId},
};
use reqwest::Method;
use serde_json::json;

use super::forged::member_token;
use crate::support::{Bearer, TestApp};

/// Somebody, as a column of the matrix.
#[derive(Debug, Clone)]
pub struct Caller {
    pub name: &'static str,
    /// What they send as their token; empty for nothing.
    pub bearer: Bearer,
    /// Of those who have one that is alive.
    pub account: Option<(AccountId, String)>,
}

/// The intergroups of the world: `lantern` is where everything is, and belongs
/// to `county`; `harbor` belongs to it; `brook` is somebody else's.
#[derive(Debug, Clone, Copy)]
pub struct Offices {
    pub county: IntergroupId,
    pub lantern: IntergroupId,
    pub harbor: IntergroupId,
    pub brook: IntergroupId,
}

impl Offices {
    pub async fn new(app: &TestApp) -> Self {
        let zone = chrono_tz::America::Chicago;
        let county = app.office("county", zone).await;
        let lantern = app.office_below(Some(county), "lantern", zone).await;
        let harbor = app.office_below(Some(lantern), "harbor", zone).await;
        let brook = app.office("brook", zone).await;
        Self { county, lantern, harbor, brook }
    }
}

/// The order of the columns.
pub const NAMES: [&str; 20] = [
    "nobody",
    "garbage",
    "expired",
    "audience",
    "refresh",
    "signed_out", //
    "revoked",
    "observer",
    "editor",
    "owner",
    "parent",
    "child",
    "other", //
    "key_read",
    "key_write",
    "key_imports",
    "key_feedback",
    "key_child",
    "key_other",
    "key_revoked",
];

/// All of them, in that order.
pub async fn all(app: &TestApp, offices: &Offices) -> Vec<Caller> {
    let Offices { county, lantern, harbor, brook } = *offices;
    let expired = app.admin_as(lantern, Role::Owner, "expired@example.org").await;
    app.clock.advance(TimeDelta::minutes(6));
    let owner = app.admin_as(lantern, Role::Owner, "owner@example.org").await;
    let stranger = |name, token: &str| Caller { name, bearer: Bearer::new(app.anonymous(), token), account: None };
    let mut all = vec![
        stranger("nobody", ""),
        stranger("garbage", "zebrafish.zebrafish.zebrafish"),
        Caller { name: "expired", bearer: expired, account: None },
        stranger("audience", &member_token(app, &owner.token).await),
        stranger("refresh", &owner.refresh_token),
    ];
    let out = app.admin_as(lantern, Role::Owner, "out@example.org").await;
    assert_eq!(out.poke("/v1/auth/office/revoke").await.status, 204);
    all.push(Caller { name: "signed_out", bearer: out, account: None });

    let revoked = app.admin_as(lantern, Role::Owner, "revoked@example.org").await;
    let address = EmailAddress::parse("revoked@example.org").unwrap();
    app.server.auth().revoke_grant(lantern, &address, true).await.unwrap();
    for (name, bearer) in [
        ("revoked", revoked),
        ("observer", app.admin_as(lantern, Role::Observer, "observer@example.org").await),
        ("editor", app.admin_as(lantern, Role::Editor, "editor@example.org").await),
        ("owner", owner.clone()),
        ("parent", app.admin_as(county, Role::Owner, "parent@example.org").await),
        ("child", app.admin_as(harbor, Role::Owner, "child@example.org").await),
        ("other", app.admin_as(brook, Role::Owner, "other@example.org").await),
    ] {
        let account = (bearer.account_id().await, format!("{name}@example.org"));
        all.push(Caller { name, bearer, account: Some(account) });
    }

    let everything = ["directory:read", "directory:write", "imports:write", "feedback:read"];
    let of = |name: &str| all.iter().find(|caller| caller.name == name).unwrap().bearer.clone();
    let (child, other) = (of("child"), of("other"));
    for (name, maker, office, scopes) in [
        ("key_read", &owner, "lantern", &everything[..1]),
        ("key_write", &owner, "lantern", &everything[1..2]),
        ("key_imports", &owner, "lantern", &everything[2..3]),
        ("key_feedback", &owner, "lantern", &everything[3..]),
        ("key_child", &child, "harbor", &everything),
        ("key_other", &other, "brook", &everything),
        ("key_revoked", &owner, "lantern", &everything),
    ] {
        let path = format!("/v1/intergroups/{office}/keys");
        let made = maker.post(&path, &json!({ "name": name, "scopes": scopes })).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let made = made.json();
        if name == "key_revoked" {
            let path = format!("{path}/{}", made["id"].as_str().unwrap());
            assert_eq!(maker.send(Method::DELETE, &path, &[], None).await.status, 204);
        }
        all.push(stranger(name, made["key"].as_str().unwrap()));
    }
    assert!(all.iter().map(|caller| caller.name).eq(NAMES));
    all
}

/// Somebody of each other audience, whose token is alive.
pub async fn others(app: &TestApp) -> Vec<Caller> {
    let stranger = |name, bearer: &Bearer| Caller { name, bearer: bearer.clone(), account: None };
    vec![
        stranger("member", &app.member().await.bearer),
        stranger("pass", &app.steward().await.bearer),
        stranger("moderator", &app.moderator().await),
    ]
}
