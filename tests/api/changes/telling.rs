//! What a copy is told of each kind of write.

use openchair::{auth::Role, kernel::IntergroupId};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    address, change, delete, done, make, online,
    reader::{Reader, searched},
};
use crate::support::{Anonymous, Bearer, TestApp};

/// An area with two districts, somebody who may write everywhere, and who
/// keeps what.
struct World {
    app: TestApp,
    caller: Anonymous,
    editor: Bearer,
    area: IntergroupId,
    north: IntergroupId,
    south: IntergroupId,
    readers: Vec<(&'static str, Reader)>,
}

/// What each reader is told, by the first letter of `upsert` and `delete`.
type Told = Vec<(&'static str, Vec<char>)>;

impl World {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let area = app.office("area", chrono_tz::America::Chicago).await;
        let north = app.office_below(Some(area), "north", chrono_tz::America::Chicago).await;
        let south = app.office_below(Some(area), "south", chrono_tz::America::Chicago).await;
        let other = app.office("other", chrono_tz::America::Chicago).await;
        let editor = app.admin(area, Role::Owner).await;
        let elsewhere = app.admin(other, Role::Editor).await;
        make(&elsewhere, other, "meetings", &online("Elsewhere")).await;
        let readers = [("all", None), ("area", Some("area")), ("north", Some("north")), ("south", Some("south"))];
        let readers = readers.map(|(name, scope)| (name, Reader::of(scope, 100))).into_iter().collect();
        Self { caller: app.anonymous(), app, editor, area, north, south, readers }
    }

    /// What everybody is told since the last time; all of them then hold what a
    /// search shows.
    async fn told(&mut self) -> Told {
        let mut told = Vec::new();
        for (name, reader) in &mut self.readers {
            let said = reader.told(&self.caller).await;
            let said: Vec<char> = said.iter().filter_map(|(op, _)| op.chars().next()).collect();
            if !said.is_empty() {
                told.push((*name, said));
            }
            let scope = Some(*name).filter(|name| *name != "all");
            assert_eq!(reader.held, searched(&self.caller, scope).await, "{name}");
        }
        told
    }

    /// A meeting of an intergroup, of which everybody has heard.
    async fn meeting(&mut self, office: IntergroupId, body: Value) -> Value {
        let meeting = make(&self.editor, office, "meetings", &body).await;
        self.told().await;
        meeting
    }
}

/// Those three hear of what happens in the north.
fn in_the_north(op: char) -> Told {
    ["all", "area", "north"].map(|name| (name, vec![op])).into_iter().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_a_meeting_shows_is_told_when_it_changes() {
    let mut world = World::new().await;
    let editor = world.editor.clone();
    let north = world.north;
    let group = make(&editor, north, "groups", &json!({ "name": "Early Risers" })).await;
    let above = make(&editor, north, "regions", &json!({ "name": "County" })).await;
    let region = make(&editor, north, "regions", &json!({ "name": "Town", "parent_id": above["id"] })).await;
    let place = json!({ "name": "Old Mill Hall", "address": "5 Mill Street", "city": "Lantern", "state": "IL",
                        "latitude": 41.9, "longitude": -87.6 });
    let place = make(&editor, north, "locations", &place).await;
    let mut body = online("Sunrise");
    for (field, of) in [("group_id", &group), ("region_id", &region), ("location_id", &place)] {
        body[field] = of["id"].clone();
    }
    body["contacts"] = json!([{ "name": "Kit L.", "phone": "+1-312-555-0100" }]);
    let meeting = world.meeting(north, body).await;
    let meeting = address(&meeting);
    let of = |what: &str, thing: &Value| format!("/v1/{what}/{}", thing["id"].as_str().unwrap());
    for (path, patch) in [
        (meeting.clone(), json!({ "notes": "Ring twice." })),
        (meeting.clone(), json!({ "slug": "sunrise-two" })),
        (of("groups", &group), json!({ "name": "Late Risers" })),
        (of("groups", &group), json!({ "contacts_public": true })),
        (of("locations", &place), json!({ "notes": "Side door." })),
        (of("locations", &place), json!({ "latitude": 32.7, "longitude": -117.1 })),
        (of("regions", &region), json!({ "name": "City" })),
        (of("regions", &above), json!({ "name": "State" })),
        (format!("/v1/intergroups/{north}"), json!({ "name": "The North" })),
    ] {
        change(&editor, &path, &patch).await;
        assert_eq!(world.told().await, in_the_north('u'), "{path} {patch}");
    }
    for path in [
        format!("{meeting}/notices"),
        of("groups", &group) + "/notices",
        of("locations", &place) + "/notices",
        format!("/v1/intergroups/{north}/notices"),
    ] {
        let notice = json!({ "kind": "cancelled", "from": "2026-12-24", "words": "Holidays." });
        let notice = done(&editor.post(&path, &notice).await);
        assert_eq!(world.told().await, in_the_north('u'), "{path}");
        delete(&editor, &format!("{path}/{}", notice["id"].as_str().unwrap())).await;
        assert_eq!(world.told().await, in_the_north('u'), "{path}");
    }
    done(&editor.poke(&format!("{meeting}/verify")).await);
    assert_eq!(world.told().await, in_the_north('u'));
    // What nobody is shown is not told.
    change(&editor, &format!("/v1/intergroups/{north}"), &json!({ "phone": "+1-312-555-0199" })).await;
    done(&editor.poke(&format!("{meeting}/verify")).await);
    assert_eq!(world.told().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_that_goes_is_told_and_so_is_its_return() {
    let mut world = World::new().await;
    let editor = world.editor.clone();
    let meeting = world.meeting(world.north, online("Sunrise")).await;
    let path = address(&meeting);
    delete(&editor, &path).await;
    assert_eq!(world.told().await, in_the_north('d'));
    done(&editor.poke(&format!("{path}/restore")).await);
    assert_eq!(world.told().await, in_the_north('u'));
    change(&editor, &path, &json!({ "published": false })).await;
    assert_eq!(world.told().await, in_the_north('d'));
    change(&editor, &path, &json!({ "notes": "Nobody sees it." })).await;
    delete(&editor, &path).await;
    assert_eq!(world.told().await, [], "it is gone already");
    done(&editor.poke(&format!("{path}/restore")).await);
    change(&editor, &path, &json!({ "published": true })).await;
    assert_eq!(world.told().await, in_the_north('u'));
    // Away and back between two looks: it is told as it is, and not as gone.
    delete(&editor, &path).await;
    done(&editor.poke(&format!("{path}/restore")).await);
    assert_eq!(world.told().await, in_the_north('u'));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_that_moves_leaves_one_scope_for_another() {
    let mut world = World::new().await;
    let editor = world.editor.clone();
    let meeting = world.meeting(world.north, online("Sunrise")).await;
    change(&editor, &address(&meeting), &json!({ "intergroup_id": world.south })).await;
    let told = world.told().await;
    assert_eq!(told, [("all", vec!['u']), ("area", vec!['u']), ("north", vec!['d']), ("south", vec!['u'])]);
    change(&editor, &address(&meeting), &json!({ "intergroup_id": world.area })).await;
    assert_eq!(world.told().await, [("all", vec!['u']), ("area", vec!['u']), ("south", vec!['d'])]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intergroup_that_comes_to_belong_to_another_takes_its_meetings_along() {
    let mut world = World::new().await;
    world.meeting(world.north, online("Sunrise")).await;
    world.meeting(world.north, online("Noon")).await;
    let (north, south, area) = (world.north, world.south, world.area);
    // No call does that: it is the operator's.
    for (parent, told) in [
        (
            format!("'{south}'"),
            vec![("all", vec!['u'; 2]), ("area", vec!['u'; 2]), ("north", vec!['u'; 2]), ("south", vec!['u'; 2])],
        ),
        (
            "NULL".to_owned(),
            vec![("all", vec!['u'; 2]), ("area", vec!['d'; 2]), ("north", vec!['u'; 2]), ("south", vec!['d'; 2])],
        ),
        (format!("'{area}'"), vec![("all", vec!['u'; 2]), ("area", vec!['u'; 2]), ("north", vec!['u'; 2])]),
    ] {
        let sql = format!("UPDATE directory.intergroups SET parent_id = {parent} WHERE id = '{north}'");
        world.app.as_owner(&sql).await;
        assert_eq!(world.told().await, told, "{parent}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_by_hand_is_told_too() {
    let mut world = World::new().await;
    let meeting = world.meeting(world.north, online("Sunrise")).await;
    let id = meeting["id"].as_str().unwrap();
    // Without the clock, which the trigger then advances.
    let mut owner = world.app.database.owner().await;
    let sql = format!("UPDATE directory.meetings SET published = false WHERE id = '{id}'");
    sqlx::Executor::execute(&mut owner, sqlx::AssertSqlSafe(sql)).await.unwrap();
    world.app.server.snapshots().wait_for(world.app.revision().await).await;
    assert_eq!(world.told().await, in_the_north('d'));
    let other = world.meeting(world.north, online("Noon")).await;
    for table in ["meeting_private", "meetings"] {
        let (key, id) = (if table == "meetings" { "id" } else { "meeting_id" }, other["id"].as_str().unwrap());
        let sql = format!("DELETE FROM directory.{table} WHERE {key} = '{id}'");
        sqlx::Executor::execute(&mut owner, sqlx::AssertSqlSafe(sql)).await.unwrap();
    }
    world.app.server.snapshots().wait_for(world.app.revision().await).await;
    assert_eq!(world.told().await, in_the_north('d'));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_who_are_up_to_date_stand_at_the_same_place_whatever_others_write() {
    let mut world = World::new().await;
    let editor = world.editor.clone();
    let meeting = world.meeting(world.north, online("Sunrise")).await;
    let mut late = Reader::of(Some("north"), 1);
    late.catch_up(&world.caller).await;
    let north = world.readers.iter().position(|(name, _)| *name == "north").unwrap();
    assert_eq!(late.cursor, world.readers[north].1.cursor);
    let before =
        world.caller.get(&Reader { cursor: late.cursor.clone(), ..Reader::of(Some("north"), 100) }.path()).await;
    assert!(before.body.len() < 300 && before.header("cache-control").contains("max-age=60"), "{}", before.text());
    world.meeting(world.south, online("Noon")).await;
    change(&editor, &format!("/v1/intergroups/{}", world.area), &json!({ "name": "The Area" })).await;
    let path = Reader { cursor: late.cursor.clone(), ..Reader::of(Some("north"), 100) }.path();
    let after = world.caller.get(&path).await;
    assert_eq!(after.body, before.body);
    let tag = before.header("etag");
    let again = world.caller.send(Method::GET, &path, &[("if-none-match", tag)]).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    let bearer = editor.get(&path).await;
    assert_eq!(bearer.body, before.body, "the same for everyone");
    change(&editor, &address(&meeting), &json!({ "notes": "Ring twice." })).await;
    assert_ne!(world.caller.get(&path).await.body, before.body);
}
