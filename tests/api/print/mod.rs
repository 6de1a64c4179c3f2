//! `GET /v1/intergroups/{id}/print`.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::{TestApp, fixture};

const PAGE: &str = "/v1/intergroups/lantern/print";

/// The texts of every element that begins so, as they are read.
fn texts<'a>(page: &'a str, open: &'a str, close: &'a str) -> Vec<String> {
    let inner = page.split(open).skip(1).map(|rest| &rest[rest.find('>').unwrap() + 1..rest.find(close).unwrap()]);
    inner.map(read).collect()
}

/// HTML as it is read: without tags, entities as what they stand for.
fn read(html: &str) -> String {
    let mut text = String::new();
    let mut tag = false;
    for c in html.chars() {
        match c {
            '<' => tag = true,
            '>' if tag => tag = false,
            c if !tag => text.push(c),
            _ => {}
        }
    }
    html_escape::decode_html_entities(&text).into_owned()
}

/// The slugs of the meetings in their order.
fn slugs(page: &str) -> Vec<&str> {
    page.split("<li id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// What stands on the page for one meeting.
fn entry<'a>(page: &'a str, slug: &str) -> &'a str {
    let from = page.split(&format!("<li id=\"{slug}\">")).nth(1).unwrap_or_else(|| panic!("no {slug}"));
    from.split('\n').next().unwrap()
}

/// Every element is closed, in order, and none is one that runs or fetches.
fn is_sound(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    let body = page.split("</head>").nth(1).unwrap();
    let head = page.split("<style>").next().unwrap();
    for tag in head.split('<').skip(1).chain(body.split('<').skip(1)).filter_map(|rest| rest.split('>').next()) {
        let name = tag.split([' ', '\n']).next().unwrap();
        let known = "!DOCTYPE html head meta title body nav p a header h1 h2 h3 h4 main section dl div dt dd ul li \
                     time span bdi abbr b footer";
        assert!(known.split(' ').any(|one| one == name.trim_start_matches('/')), "<{tag}>");
        match name.strip_prefix('/') {
            None if ["!DOCTYPE", "meta"].contains(&name) => {}
            None => open.push(name),
            Some(name) => {
                // The head was left out behind its styles.
                let ends = open.pop();
                assert!(ends == Some(name) || ends == Some("head"), "</{name}> within {open:?}");
            }
        }
    }
}

fn own(feed: &Value) -> Vec<&str> {
    let mut slugs: Vec<&str> = feed.as_array().unwrap().iter().map(|row| row["slug"].as_str().unwrap()).collect();
    slugs.sort_unstable();
    slugs
}

#[tokio::test(flavor = "multi_thread")]
async fn every_meeting_of_the_office_is_on_every_page_once() {
    let app = TestApp::with_feed("dirty.json").await;
    app.office("other", chrono_tz::Asia::Tokyo).await;
    app.import("other", &fixture("clean.json")).await;
    let caller = app.anonymous();
    for office in ["lantern", "other"] {
        let feed = caller.json(&format!("/v1/intergroups/{office}/feed.json")).await;
        for group_by in ["day", "region"] {
            for size in ["letter", "a4", "pocket"] {
                for large in ["false", "true"] {
                    let query = format!("?group_by={group_by}&size={size}&large={large}");
                    let answer = caller.get(&format!("/v1/intergroups/{office}/print{query}")).await;
                    assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"));
                    let page = answer.text();
                    let mut there = slugs(&page);
                    there.sort_unstable();
                    assert_eq!(there, own(&feed), "{office}{query}");
                    is_sound(&page);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn by_day_it_goes_from_sunday_to_saturday_and_each_day_by_time() {
    let app = TestApp::with_feed("clean.json").await;
    let page = app.anonymous().get(PAGE).await.text();
    assert_eq!(
        slugs(&page),
        [
            "window-seat",
            "early-bus",
            "herb-garden",
            "pewter-street-women",
            "scaffolding",
            "two-doors",
            "herb-garden-2",
            "silla-junto-al-rio",
            "party-line",
            "signing-hands",
            "pewter-street-late",
            "the-wandering-chair"
        ]
    );
    let headings = texts(&page, "<h2", "</h2>");
    let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    assert_eq!(headings, [&["Key"], &days[..], &["By appointment"]].concat());
    assert_eq!(texts(&page, "<h1", "</h1>"), ["lantern office"]);
    for said in ["Meeting list · 4 May 2026", "+1-312-555-0100", "office.example.org", "12 meetings on 4 May 2026"] {
        assert!(read(&page).contains(said), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn by_region_those_without_one_stand_under_a_heading_of_their_own() {
    let app = TestApp::with_feed("clean.json").await;
    app.as_owner("UPDATE directory.meetings SET region_id = NULL WHERE slug IN ('early-bus', 'pewter-street-late')")
        .await;
    let page = app.anonymous().get(&format!("{PAGE}?group_by=region")).await.text();
    let headings = texts(&page, "<h2", "</h2>");
    let regions = ["North · St. Nobody's", "Northeast", "Northwest", "Online", "Southeast · Mill End"];
    assert_eq!(headings, [&["Key"], &regions[..], &["No region", "By appointment"]].concat());
    let last = page.split(">No region<").nth(1).unwrap();
    assert_eq!(slugs(last), ["early-bus", "pewter-street-late", "the-wandering-chair"]);
    assert_eq!(texts(last, "<h3 class=\"day\"", "</h3>"), ["Monday", "Saturday"]);
    let north = page.split("St. Nobody&#39;s").nth(1).or_else(|| page.split("St. Nobody's").nth(1)).unwrap();
    assert_eq!(slugs(north)[..2], ["two-doors", "silla-junto-al-rio"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_says_how_to_get_there_and_how_to_join() {
    let app = TestApp::with_feed("clean.json").await;
    let page = app.anonymous().get(PAGE).await.text();
    let two = read(entry(&page, "two-doors"));
    for said in [
        // The office is in another zone.
        "6:30–7:45 pm (Los Angeles time) Two Doors B, O, X",
        "In person and online",
        "Gooseberry Reading Room, ",
        "Link: zoom.us/j/0000000301",
        "Phone: +1 503 555 0111, then 0000000301#",
        "North · St. Nobody's",
        "In the room and on the screen.",
    ] {
        assert!(two.contains(said), "{said}: {two}");
    }
    assert!(entry(&page, "two-doors").contains("href=\"tel:+15035550111,,0000000301%23\""));
    assert!(entry(&page, "two-doors").contains("href=\"https://zoom.us/j/0000000301\""));
    assert!(read(entry(&page, "scaffolding")).contains("Temporarily closed"));
    assert!(read(entry(&page, "pewter-street-late")).contains("11:30 pm–12:30 am"));
    let key = page.split("<dl>").nth(1).unwrap().split("</dl>").next().unwrap();
    assert!(read(key).contains("ASL American Sign Language"), "{key}");
    assert!(!read(key).contains("Big Book Study") && !key.contains("<dt>ONL</dt>"), "{key}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_office_wrote_is_text_and_nothing_else() {
    let app = TestApp::with_feed("clean.json").await;
    let bad = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp; ";
    let quoted = bad.replace('\'', "''");
    let long = "Donaudampfschifffahrtsgesellschaft".repeat(6);
    app.as_owner(&format!(
        "UPDATE directory.meetings SET name = '{quoted}', notes = '{quoted}', conference_url_notes = '{quoted}',
             conference_phone_notes = '{quoted}', conference_url = 'javascript:alert(1)' WHERE slug = 'two-doors';
         UPDATE directory.meetings SET name = 'اجتماع الأمل' WHERE slug = 'early-bus';
         UPDATE directory.meetings SET name = '{long}', notes = '{}' WHERE slug = 'herb-garden';
         UPDATE directory.intergroups SET name = '{quoted}', location = '{quoted}', phone = '{quoted}';
         UPDATE directory.regions SET name = '{quoted}' || slug;
         UPDATE directory.groups SET name = '{quoted}';
         UPDATE directory.locations SET name = '{quoted}', formatted_address = '{quoted}', notes = '{quoted}'",
        "eins ".repeat(400)
    ))
    .await;
    let caller = app.anonymous();
    for query in ["", "?group_by=region&size=pocket"] {
        let page = caller.get(&format!("{PAGE}{query}")).await.text();
        is_sound(&page);
        assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
        assert!(!page.contains("href=\"javascript:"), "{page}");
        let two = entry(&page, "two-doors");
        assert!(read(two).contains(bad.trim()), "{two}");
        assert!(read(&page).contains("اجتماع الأمل") && page.contains("<bdi>اجتماع الأمل</bdi>"));
        let herb = read(entry(&page, "herb-garden"));
        assert!(herb.contains(&long) && herb.contains('…') && !herb.contains(&"eins ".repeat(60)), "{herb}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_notices_bring_in_four_weeks_is_told_and_no_more() {
    let app = TestApp::with_feed("clean.json").await;
    let notice = |slug: &str, from: &str| {
        format!(
            "INSERT INTO directory.notices (id, intergroup_id, meeting_id, kind, from_date, words, revision)
             SELECT gen_random_uuid(), intergroup_id, id, 'cancelled', '{from}', 'Lilac day.', revision
             FROM directory.meetings WHERE slug = '{slug}';"
        )
    };
    // Mondays: the fourth from the 4th of May on, and the one after it.
    let far = notice("early-bus", "2026-06-08");
    app.as_owner(&format!("{}{far}SELECT 1", notice("herb-garden", "2026-06-01"))).await;
    let caller = app.anonymous();
    let page = caller.get(PAGE).await.text();
    assert!(read(entry(&page, "herb-garden")).contains("Mon 1 Jun: cancelled. Lilac day."), "{page}");
    assert!(!read(entry(&page, "early-bus")).contains("Lilac"));
    app.clock.advance(TimeDelta::days(7));
    let page = caller.get(PAGE).await.text();
    assert!(read(entry(&page, "early-bus")).contains("Mon 8 Jun: cancelled. Lilac day."));
}

#[tokio::test(flavor = "multi_thread")]
async fn paper_and_print_are_as_asked_and_only_the_styles_of_the_page_may_be_used() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for (query, paper, class) in [
        ("", "size: letter", "letter"),
        ("?size=letter", "size: letter", "letter"),
        ("?size=a4", "size: A4", "a4"),
        ("?size=pocket", "size: 105mm 139mm", "pocket"),
        ("?size=a4&large=true", "size: A4", "large"),
    ] {
        let answer = caller.get(&format!("{PAGE}{query}")).await;
        let page = answer.text();
        assert!(page.contains(paper) && page.contains(&format!("<body class=\"{class}\">")), "{query}");
        assert_eq!(page.contains("font-size: 18pt"), class == "large", "{query}");
        assert!(page.contains("break-inside: avoid") && page.contains("<html lang=\"en\">"), "{query}");
        let policy = answer.header("content-security-policy");
        for sheet in page.split("<style>").skip(1).map(|rest| rest.split("</style>").next().unwrap()) {
            assert!(policy.contains(&format!("'sha256-{}'", STANDARD.encode(Sha256::digest(sheet)))), "{policy}");
        }
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{policy}");
        // A style of an element would need leave that the policy does not give.
        assert!(!page.contains(" style="), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_304_until_the_list_the_day_or_the_paper_is_another() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let first = caller.get(PAGE).await;
    let tag = first.header("etag").to_owned();
    assert_eq!(first.header("cache-control"), "public, max-age=60");
    let again = caller.send(Method::GET, PAGE, &[("if-none-match", &tag)]).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(caller.send(Method::HEAD, PAGE, &[]).await.header("etag"), tag);
    assert_ne!(caller.get(&format!("{PAGE}?size=a4")).await.header("etag"), tag);
    for coding in ["gzip", "zstd", "br"] {
        let coded = caller.send(Method::GET, PAGE, &[("accept-encoding", coding)]).await;
        assert_eq!(coded.header("content-encoding"), coding);
        let known = caller.send(Method::GET, PAGE, &[("if-none-match", coded.header("etag"))]).await;
        assert_eq!(known.status, 304, "{coding}");
    }
    // Another office's change is none of this one.
    app.office("other", chrono_tz::America::Chicago).await;
    app.import("other", &fixture("clean.json")).await;
    assert_eq!(caller.send(Method::GET, PAGE, &[("if-none-match", &tag)]).await.status, 304);
    app.import("lantern", &fixture("clean-next.json")).await;
    let changed = caller.send(Method::GET, PAGE, &[("if-none-match", &tag)]).await;
    assert_eq!(changed.status, 200);
    let tag = changed.header("etag").to_owned();
    app.clock.advance(TimeDelta::days(1));
    let tomorrow = caller.send(Method::GET, PAGE, &[("if-none-match", &tag)]).await;
    assert_eq!(tomorrow.status, 200);
    assert!(tomorrow.text().contains("5 May 2026"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_printed_so_is_refused_by_name() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for (query, parameter) in [
        ("group_by=week", "group_by"),
        ("group_by=", "group_by"),
        ("size=legal", "size"),
        ("size=a4&size=a4", "size"),
        ("large=yes", "large"),
        ("colour=red", "colour"),
    ] {
        caller.get(&format!("{PAGE}?{query}")).await.is_problem(400, "invalid_parameter", &[parameter]);
    }
    caller.get("/v1/intergroups/nobody/print").await.is_problem(404, "not_found", &[]);
    app.office("new", chrono_tz::Europe::London).await;
    let empty = caller.get("/v1/intergroups/new/print").await;
    assert_eq!(empty.status, 200);
    assert!(empty.text().contains("No meetings are listed."));
    is_sound(&empty.text());
}
