//! What changes is taken into the snapshot that is there: whatever is written,
//! what the triggers remember of it is all that it takes to answer as if
//! everything were loaded anew.

use openchair::{
    auth::Role,
    db::{self, Scope},
    directory::{self, Extent},
    feeds::FeedContext,
    http::QueryString,
    kernel::IntergroupId,
    search::{
        Lookup, Published,
        changes::{ChangesQuery, changes},
        engine::search,
        query::SearchQuery,
        snapshot::Form,
    },
    sync::{ImportOptions, Mode},
};
use serde_json::{Value, json};

use super::{address, change, delete, done, make, online};
use crate::support::{Bearer, TestApp};

/// How a change is taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// By what changed.
    In,
    /// With everything else.
    Whole,
}
use Taken::{In, Whole};

/// An area with two districts, and what was last published of it.
struct World {
    app: TestApp,
    editor: Bearer,
    area: IntergroupId,
    north: IntergroupId,
    south: IntergroupId,
    published: Published,
}

async fn load(app: &TestApp) -> Published {
    let mut read = db::begin_read(&app.pools.directory, Scope::Read).await.unwrap();
    let directory = directory::load(&mut read, Extent::Public).await.unwrap();
    let departures = directory::load_departures(&mut read, &[]).await.unwrap();
    Published::of(directory, departures)
}

/// Everything that is shown.
fn shown(published: &Published) -> Vec<String> {
    let (snapshot, now) = (&published.snapshot, TestApp::monday());
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mut things: Vec<String> = snapshot.meetings().map(|one| text(&snapshot.meeting_json(one))).collect();
    things.extend(snapshot.regions().map(|one| text(snapshot.region_json(one))));
    let mut out = Vec::new();
    for group in snapshot.groups() {
        snapshot.write_shared(group, Form::Single, &mut out);
        things.push(text(&std::mem::take(&mut out)));
    }
    for location in snapshot.locations() {
        snapshot.write_shared(location, Form::Single, &mut out);
        things.push(text(&std::mem::take(&mut out)));
    }
    for office in snapshot.intergroups().iter() {
        things.push(text(snapshot.intergroup_json(office)));
        things.push(text(published.feeds.get(snapshot, office).unwrap().meeting_guide(now).body()));
        for slug in slugs() {
            let found = match snapshot.meeting_by_slug(office, &slug) {
                Lookup::Found(entry) => format!("{:?}", entry.id),
                other => format!("{other:?}"),
            };
            things.push(format!("{slug} of {:?}: {found}", office.slug));
        }
    }
    things.sort();
    for raw in
        ["", "q=word+sunrise", "lat=41.9&lng=-87.6&radius_m=90000", "lat=41.9&lng=-87.6&day=1", "sort=name&limit=5"]
    {
        let query = SearchQuery::parse(&mut QueryString::parse(raw).unwrap()).unwrap();
        things.push(text(&search(snapshot, &query, now).unwrap().body));
    }
    let offices = snapshot.intergroups().iter().map(|office| format!("intergroup_id={}", office.id));
    for scope in [String::new()].into_iter().chain(offices) {
        let query = ChangesQuery::parse(QueryString::parse(&scope).unwrap()).unwrap();
        things.push(text(&changes(snapshot, &published.changes, &query).unwrap().body));
    }
    things
}

/// Those that anything here has or had.
fn slugs() -> Vec<String> {
    let fed = (0..6).map(|n| format!("fed-{n}"));
    ["sunrise", "sunrise-two", "noon", "late"].map(str::to_owned).into_iter().chain(fed).collect()
}

impl World {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let area = app.office("area", chrono_tz::America::Chicago).await;
        let north = app.office_below(Some(area), "north", chrono_tz::America::Chicago).await;
        let south = app.office_below(Some(area), "south", chrono_tz::America::Chicago).await;
        let editor = app.admin(area, Role::Owner).await;
        let published = load(&app).await;
        Self { app, editor, area, north, south, published }
    }

    /// Takes in what was written since the last time, and compares with what a
    /// load of everything gives, here and in the service.
    async fn takes(&mut self, taken: Taken, what: &str) {
        let fresh = load(&self.app).await;
        let expected = shown(&fresh);
        let mut read = db::begin_read(&self.app.pools.directory, Scope::Read).await.unwrap();
        let since = self.published.snapshot.revision();
        let update =
            directory::load_update(&mut read, since, usize::MAX, self.published.snapshot.offices()).await.unwrap();
        let departures =
            directory::load_departures_since(&mut read, self.published.changes.ticks()).await.unwrap().unwrap();
        assert_eq!(if update.is_some() { In } else { Whole }, taken, "{what}");
        self.published = match update {
            Some(update) => self.published.updated(update, departures),
            None => fresh,
        };
        assert_eq!(shown(&self.published), expected, "{what}");
        self.app.server.snapshots().wait_for(self.app.revision().await).await;
        let served = self.app.server.snapshots().current().unwrap();
        assert_eq!(shown(&served), expected, "served: {what}");
    }

    async fn import(&self, rows: &[Value]) {
        let context = FeedContext::of(chrono_tz::America::Chicago);
        let read = openchair::feeds::read_meeting_guide(&*serde_json::to_vec(rows).unwrap(), &context).unwrap();
        let options = ImportOptions { mode: Mode::Apply, allow_shrink: true };
        let app = &self.app;
        let (clock, entropy) = (&*app.clock, &*app.entropy);
        openchair::sync::import(&app.pools.directory, clock, entropy, self.south, &read, options).await.unwrap();
    }
}

fn fed(n: usize, notes: &str) -> Value {
    json!({ "slug": format!("fed-{n}"), "name": format!("Fed {n}"), "day": n % 7, "time": format!("{n:02}:30"),
            "timezone": "America/Chicago", "location": "Tinder Hall", "group": "Tinder", "region": "Rivers",
            "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA", "latitude": 41.880_249_999_999_99,
            "longitude": -87.63, "approximate": "no", "notes": notes, "types": ["O"] })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_write_is_taken_in() {
    let mut world = World::new().await;
    let (editor, north) = (world.editor.clone(), world.north);
    let of = |what: &str, thing: &Value| format!("/v1/{what}/{}", thing["id"].as_str().unwrap());
    let group = make(&editor, north, "groups", &json!({ "name": "Early Risers", "notes": "At the back." })).await;
    world.takes(In, "a group").await;
    let region = make(&editor, north, "regions", &json!({ "name": "Town" })).await;
    world.takes(In, "a region").await;
    let place = json!({ "name": "Old Mill Hall", "address": "5 Mill Street", "city": "Lantern", "state": "IL",
                        "latitude": 41.899_999_999_999_99, "longitude": -87.6 });
    let place = make(&editor, north, "locations", &place).await;
    world.takes(In, "a location").await;
    let mut body = online("Sunrise word");
    for (field, of) in [("group_id", &group), ("region_id", &region), ("location_id", &place)] {
        body[field] = of["id"].clone();
    }
    body["slug"] = json!("sunrise");
    body["contacts"] = json!([{ "name": "Kit L.", "phone": "+1-312-555-0100" }]);
    let meeting = make(&editor, north, "meetings", &body).await;
    world.takes(In, "a meeting").await;
    body["slug"] = json!("noon");
    body.as_object_mut().unwrap().remove("group_id");
    make(&editor, north, "meetings", &body).await;
    make(&editor, world.south, "meetings", &online("Late word")).await;
    world.takes(In, "two meetings").await;
    let meeting = address(&meeting);
    for (path, patch, taken) in [
        (meeting.clone(), json!({ "notes": "Ring twice.", "day": 4 }), In),
        (meeting.clone(), json!({ "slug": "sunrise-two" }), In),
        (meeting.clone(), json!({ "contacts": [{ "name": "Ash B." }], "contacts_public": true }), In),
        (meeting.clone(), json!({ "published": false }), In),
        (meeting.clone(), json!({ "published": true }), In),
        (of("groups", &group), json!({ "name": "Late Risers" }), In),
        (of("groups", &group), json!({ "contacts_public": true }), In),
        (of("locations", &place), json!({ "notes": "Side door." }), In),
        (of("locations", &place), json!({ "latitude": 32.7, "longitude": -117.1 }), In),
        (of("regions", &region), json!({ "name": "City" }), In),
        (format!("/v1/intergroups/{north}"), json!({ "name": "The North" }), In),
    ] {
        change(&editor, &path, &patch).await;
        world.takes(taken, &format!("{path} {patch}")).await;
    }
    for path in [
        format!("{meeting}/notices"),
        of("groups", &group) + "/notices",
        of("locations", &place) + "/notices",
        format!("/v1/intergroups/{north}/notices"),
    ] {
        let notice = json!({ "kind": "cancelled", "from": "2026-05-07", "words": "Holidays." });
        let notice = done(&editor.post(&path, &notice).await);
        world.takes(In, &path).await;
        delete(&editor, &format!("{path}/{}", notice["id"].as_str().unwrap())).await;
        world.takes(In, &format!("without {path}")).await;
    }
    done(&editor.poke(&format!("{meeting}/verify")).await);
    world.takes(In, "verified").await;
    let away = json!({ "intergroup_id": world.south, "group_id": null, "location_id": null, "region_id": null });
    change(&editor, &meeting, &away).await;
    world.takes(In, "to another office").await;
    delete(&editor, &meeting).await;
    world.takes(In, "deleted").await;
    done(&editor.send(reqwest::Method::POST, &format!("{meeting}/restore"), &[("if-match", "*")], None).await);
    world.takes(In, "restored").await;
    delete(&editor, &of("groups", &group)).await;
    world.takes(In, "a group that nobody has").await;
    let above = make(&editor, north, "regions", &json!({ "name": "County" })).await;
    change(&editor, &of("regions", &region), &json!({ "parent_id": above["id"] })).await;
    world.takes(In, "a region that lies in another").await;
    change(&editor, &of("regions", &above), &json!({ "name": "State" })).await;
    world.takes(In, "a region that others lie in").await;
    let unused = make(&editor, north, "regions", &json!({ "name": "Nowhere" })).await;
    world.takes(In, "a region that nobody has").await;
    delete(&editor, &of("regions", &unused)).await;
    world.takes(In, "a region that is deleted").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_sources_bring_and_leave_is_taken_in() {
    let mut world = World::new().await;
    let rows: Vec<Value> = (0..5).map(|n| fed(n, "word")).collect();
    world.import(&rows).await;
    world.takes(In, "an import with a region").await;
    let other: Vec<Value> = (0..5).map(|n| fed(n, if n % 2 == 0 { "word" } else { "another word" })).collect();
    world.import(&other).await;
    world.takes(In, "an import").await;
    world.import(&other[1..]).await;
    world.takes(In, "an import of fewer").await;
    world.app.clock.advance(chrono::TimeDelta::days(1));
    world.import(&other[1..]).await;
    world.takes(In, "the day of an import").await;
    let editor = world.app.admin(world.area, Role::Owner).await;
    let feeds = done(&editor.get("/v1/intergroups/south/feeds").await);
    let feed = feeds["data"][0].clone();
    let (path, version) = (format!("/v1/feeds/{}", feed["id"].as_str().unwrap()), feed["version"].as_i64().unwrap());
    let before = world.app.revision().await;
    assert_eq!(editor.delete(&path, version).await.status, 204);
    assert!(world.app.revision().await > before, "what its meetings show is another thing");
    world.takes(In, "a source that is disconnected").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_by_hand_is_taken_in() {
    let mut world = World::new().await;
    for (office, slug) in [(world.north, "sunrise"), (world.north, "noon"), (world.south, "late")] {
        let mut body = online("Sunrise word");
        body["slug"] = json!(slug);
        make(&world.editor, office, "meetings", &body).await;
    }
    world.takes(In, "three meetings").await;
    let id = |slug: &str| format!("(SELECT id FROM directory.meetings WHERE slug = '{slug}')");
    let north = world.north;
    let (sunrise, noon) = (id("sunrise"), id("noon"));
    for (sql, taken) in [
        (format!("UPDATE directory.meetings SET name = 'By hand' WHERE id = {noon}"), In),
        (format!("INSERT INTO directory.meeting_aliases VALUES ('{north}', 'sunrise-two', {noon})"), In),
        ("DELETE FROM directory.meeting_aliases".to_owned(), In),
        (format!("UPDATE directory.meetings SET deleted_at = now() WHERE id = {sunrise}"), In),
        (format!("UPDATE directory.meetings SET replaced_by = {noon} WHERE id = {sunrise}"), In),
        (
            format!(
                "INSERT INTO directory.meeting_contacts (meeting_id, intergroup_id, position, name)
                 VALUES ({noon}, '{north}', 1, 'Kit L.')"
            ),
            In,
        ),
        ("DELETE FROM directory.meeting_contacts".to_owned(), In),
        (format!("DELETE FROM directory.meeting_private; DELETE FROM directory.meetings WHERE id = {sunrise}"), In),
        (format!("UPDATE directory.intergroups SET parent_id = NULL WHERE id = '{north}'"), Whole),
        ("UPDATE directory.intergroups SET name = 'Wide Area', website = 'https://area.example'".to_owned(), In),
        (format!("UPDATE directory.intergroups SET slug = 'northern' WHERE id = '{north}'"), In),
        (format!("UPDATE directory.intergroups SET slug = 'north' WHERE id = '{north}'"), In),
        (format!("UPDATE directory.intergroups SET require_totp = true WHERE id = '{north}'"), In),
    ] {
        world.app.as_owner(&sql).await;
        world.takes(taken, &sql).await;
    }
}
