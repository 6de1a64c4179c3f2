//! Search as one would write it without a thought for speed: every parameter
//! read where it is used, every meeting tested against each, all of them sorted,
//! all of it through `serde_json::Value`.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Timelike, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::{calendar, dice::Params};
use crate::directory::{Attendance, Directory, Intergroup, Meeting, Region, attendance, languages_of};
use crate::kernel::{Day, IntergroupId, RegionId, fold};
use crate::search::{
    geo::Point,
    text::{Field, tests::points},
    view::{InZoneView, Instant, IntergroupRef, MeetingView, RegionRef},
};

struct Match<'a> {
    joined: bool,
    number: u64,
    name: String,
    meeting: &'a Meeting,
    distance_mm: Option<u64>,
    points: u32,
    /// Day and minute, as they are listed or as `in_zone` sees them.
    start: Option<(u8, u16)>,
}

/// A directory whose trees can be walked up.
struct World<'a> {
    directory: &'a Directory,
    regions: HashMap<RegionId, &'a Region>,
    intergroups: HashMap<IntergroupId, &'a Intergroup>,
}

/// Everything that matches, in order, as it is shown.
pub fn answer(directory: &Directory, params: &Params, now: DateTime<Utc>) -> Vec<(Uuid, Value)> {
    let world = &World {
        directory,
        regions: directory.regions.iter().map(|one| (one.id, one)).collect(),
        intergroups: directory.intergroups.iter().map(|one| (one.id, one)).collect(),
    };
    let mut matches: Vec<Match<'_>> =
        world.directory.meetings.iter().filter_map(|meeting| matching(world, params, meeting, now)).collect();
    if let Some(nearest) = one(params, "nearest") {
        let mut distances: Vec<_> = matches.iter().map(|one| one.distance_mm.unwrap()).collect();
        distances.sort();
        let farthest = distances.get(nearest.parse::<usize>().unwrap() - 1).copied().unwrap_or(u64::MAX);
        matches.retain(|one| one.distance_mm.unwrap() <= farthest);
    }
    let placed = if one(params, "lat").is_some() { "distance" } else { "day_time" };
    let default = if one(params, "q").is_some() { "relevance" } else { placed };
    let sort = one(params, "sort").unwrap_or(default);
    for one in &mut matches {
        match sort {
            "distance" => one.number = one.distance_mm.unwrap_or(0),
            "next" => {
                let next = calendar::next(one.meeting, now);
                one.number = next.map_or(u64::MAX, |next| next.start.timestamp() as u64);
            }
            "day_time" => {
                let minutes = |day: u8, minute: u16| u64::from(day) * 1440 + u64::from(minute);
                one.number = one.start.map_or(u64::MAX, |(day, minute)| minutes(day, minute));
            }
            "relevance" => one.number = u64::from(u32::MAX - one.points),
            "name" => one.name = fold(&one.meeting.content.name),
            _ => unreachable!(),
        }
    }
    matches.sort_by_key(|one| (one.joined, one.number, one.name.clone(), one.meeting.id));
    matches.iter().map(|one| (one.meeting.id.0, show(world, params, one, now))).collect()
}

fn one<'a>(params: &'a Params, name: &str) -> Option<&'a str> {
    params.iter().find(|(given, _)| *given == name).map(|(_, value)| value.as_str())
}

/// Whether a list is absent or one of its values is right.
fn any(params: &Params, name: &str, right: impl Fn(&str) -> bool) -> bool {
    one(params, name).is_none_or(|values| values.split(',').any(right))
}

fn matching<'a>(world: &World<'_>, params: &Params, meeting: &'a Meeting, now: DateTime<Utc>) -> Option<Match<'a>> {
    let content = &meeting.content;
    let attendance = attendance(content);
    let option = match attendance {
        Attendance::InPerson => "in_person",
        Attendance::Online => "online",
        Attendance::Hybrid => "hybrid",
        Attendance::Inactive => "inactive",
    };
    let placed = one(params, "lat").is_some() || one(params, "bbox").is_some();
    let default = if placed { "in_person,hybrid" } else { "in_person,online,hybrid" };
    let has = |code: &str| content.types.iter().any(|one| one.eq_ignore_ascii_case(code));
    let start = match one(params, "in_zone") {
        None => content.start.map(|start| (start.day.number(), start.time.minutes())),
        Some(zone) => seen(zone, meeting, minute(now))
            .map(|local| (local.weekday().num_days_from_sunday() as u8, (local.hour() * 60 + local.minute()) as u16)),
    };
    let minute = start.map(|(_, minute)| i32::from(minute));
    let languages = languages_of(&content.types);
    let keep = one(params, "attendance").unwrap_or(default).split(',').any(|one| one == option)
        && any(params, "id", |id| id == meeting.id.to_string())
        && any(params, "day", |day| start.is_some_and(|(start, _)| start.to_string() == day))
        && any(params, "time_of_day", |band| minute.is_some_and(|minute| in_band(band, minute)))
        && in_window(params, minute)
        && one(params, "type").is_none_or(|codes| codes.split(',').all(has))
        && any(params, "any_type", has)
        && one(params, "not_type").is_none_or(|codes| !codes.split(',').any(has))
        && any(params, "intergroup_id", |named| intergroups_above(world, meeting).iter().any(|one| one == named))
        && any(params, "region", |named| {
            let is = |one: &&Region| one.id.to_string() == named || one.slug.as_str() == named;
            regions_above(world, meeting).iter().any(is)
        })
        && any(params, "language", |language| languages.contains(&language))
        && any(params, "district", |district| content.district.as_ref().is_some_and(|one| fold(one) == fold(district)))
        && one(params, "updated_since")
            .is_none_or(|since| meeting.updated_at >= since.parse::<DateTime<Utc>>().unwrap())
        && one(params, "within_minutes").is_none_or(|within| starts_soon(params, within, meeting, now))
        && any(params, "group_id", |id| meeting.group_id.is_some_and(|group| group.to_string() == id))
        && any(params, "location_id", |id| meeting.location_id.is_some_and(|location| location.to_string() == id));
    if !keep {
        return None;
    }
    let points = match one(params, "q") {
        None => 0,
        Some(words) => points(&texts(world, meeting), words)?,
    };
    let mut found = Match { joined: false, number: 0, name: String::new(), meeting, distance_mm: None, points, start };
    if placed {
        found.joined = attendance == Attendance::Online;
        if attendance == Attendance::Inactive || found.joined && one(params, "nearest").is_some() {
            return None;
        }
        let distance_mm = within(params, meeting)?;
        found.distance_mm = distance_mm.filter(|_| !found.joined);
    }
    Some(found)
}

/// To the minute, as meetings are.
fn minute(now: DateTime<Utc>) -> DateTime<Utc> {
    now.with_second(0).unwrap().with_nanosecond(0).unwrap()
}

/// What somebody in a zone sees of the next occurrence.
fn seen(zone: &str, meeting: &Meeting, now: DateTime<Utc>) -> Option<NaiveDateTime> {
    let zone: chrono_tz::Tz = zone.parse().unwrap();
    calendar::next(meeting, now).map(|next| next.start.with_timezone(&zone).naive_local())
}

/// Everything of a meeting that words are looked for in.
fn texts<'a>(world: &World<'a>, meeting: &'a Meeting) -> Vec<(Field, &'a str)> {
    let content = &meeting.content;
    let mut texts = vec![(Field::Name, content.name.as_str())];
    if let (Some(_), Some(group)) = (meeting.group_id, &content.group) {
        texts.push((Field::Group, &group.name));
    }
    if let (Some(_), Some(place)) = (meeting.location_id, &content.location) {
        texts.extend(place.name.iter().map(|name| (Field::Location, name.as_str())));
        let address = [&place.formatted_address, &place.address, &place.city, &place.state];
        let address = address.into_iter().chain([&place.postal_code, &place.country]).flatten();
        texts.extend(address.map(|text| (Field::Address, text.as_str())));
    }
    texts.extend(regions_above(world, meeting).into_iter().map(|region| (Field::Region, region.name.as_str())));
    texts.extend(content.notes.iter().map(|notes| (Field::Notes, notes.as_str())));
    texts
}

fn starts_soon(params: &Params, within: &str, meeting: &Meeting, now: DateTime<Utc>) -> bool {
    let now = minute(now);
    let minutes = |text: &str| TimeDelta::minutes(text.parse().unwrap());
    let late = minutes(one(params, "started_within_minutes").unwrap_or("10"));
    let soon = |held: &calendar::Held| now - late <= held.start && held.start <= now + minutes(within);
    calendar::coming(meeting, now).iter().any(soon)
}

fn in_band(band: &str, minute: i32) -> bool {
    let hour = minute / 60;
    match band {
        "morning" => (4..=11).contains(&hour),
        "midday" => (11..=16).contains(&hour),
        "evening" => (16..=20).contains(&hour),
        "night" => hour >= 20 || hour <= 4,
        _ => unreachable!(),
    }
}

fn in_window(params: &Params, minute: Option<i32>) -> bool {
    let bound =
        |name| one(params, name).map(|time| time[..2].parse::<i32>().unwrap() * 60 + time[3..].parse::<i32>().unwrap());
    match (bound("starts_after"), bound("starts_before"), minute) {
        (None, None, _) => true,
        (_, _, None) => false,
        (Some(after), None, Some(minute)) => minute >= after,
        (None, Some(before), Some(minute)) => minute < before,
        (Some(after), Some(before), Some(minute)) if after < before => minute >= after && minute < before,
        (Some(after), Some(before), Some(minute)) => minute >= after || minute < before,
    }
}

/// `None`: outside; else the distance where a point is given.
fn within(params: &Params, meeting: &Meeting) -> Option<Option<u64>> {
    let place = meeting.content.location.as_ref()?;
    let here = Point { latitude: place.latitude?, longitude: place.longitude? };
    if let Some(bbox) = one(params, "bbox") {
        let edges: Vec<f64> = bbox.split(',').map(|edge| edge.parse().unwrap()).collect();
        let east_of_west = |longitude: f64| {
            if edges[0] < edges[2] {
                edges[0] <= longitude && longitude <= edges[2]
            } else {
                edges[0] <= longitude || longitude <= edges[2]
            }
        };
        // At the 180th meridian a point has two longitudes.
        let other = if here.longitude.abs() == 180.0 { -here.longitude } else { here.longitude };
        if here.latitude < edges[1]
            || here.latitude > edges[3]
            || !(east_of_west(here.longitude) || east_of_west(other))
        {
            return None;
        }
    }
    let Some(lat) = one(params, "lat") else { return Some(None) };
    let round = |text: &str| (text.parse::<f64>().unwrap() * 1000.0).round() / 1000.0;
    let center = Point { latitude: round(lat), longitude: round(one(params, "lng").unwrap()) };
    let distance = center.distance_mm(here);
    let radius_m: u64 = one(params, "radius_m").map_or(40_000, |radius| radius.parse().unwrap());
    (one(params, "nearest").is_some() || distance <= radius_m * 1000).then_some(Some(distance))
}

fn regions_above<'a>(world: &World<'a>, meeting: &Meeting) -> Vec<&'a Region> {
    let find = |id: Option<RegionId>| world.regions.get(&id?).copied();
    std::iter::successors(find(meeting.region_id), |region| find(region.parent_id)).collect()
}

fn intergroups_above(world: &World<'_>, meeting: &Meeting) -> Vec<String> {
    let find = |id: Option<IntergroupId>| world.intergroups.get(&id?).copied();
    let above = std::iter::successors(find(Some(meeting.intergroup_id)), |one| find(one.parent_id));
    above.flat_map(|one| [one.id.to_string(), one.slug.to_string()]).collect()
}

fn show(world: &World<'_>, params: &Params, found: &Match<'_>, now: DateTime<Utc>) -> Value {
    let meeting = found.meeting;
    let intergroup = world.intergroups[&meeting.intergroup_id];
    let regions = regions_above(world, meeting);
    let path: Vec<&str> = regions.iter().rev().map(|one| one.name.as_str()).collect();
    let region = regions.first().map(|one| RegionRef { id: one.id, slug: &one.slug, name: &one.name, path: &path });
    let (next, meeting_now) = (calendar::next(meeting, now), meeting);
    let mut meeting = meeting.clone();
    meeting.notices.retain(|notice| calendar::concerns_somebody(notice, meeting.content.timezone, next.as_ref(), now));
    let view = MeetingView {
        next_start: next.as_ref().map(|next| Instant(next.start)),
        next_end: next.as_ref().map(|next| Instant(next.end)),
        under_way: next.as_ref().map(|next| next.start <= now),
        in_zone: one(params, "in_zone").and_then(|zone| seen(zone, meeting_now, now)).map(|local| InZoneView {
            date: local.date(),
            day: Day::new(local.weekday().num_days_from_sunday() as u8).unwrap(),
            time: local.format("%H:%M").to_string().parse().unwrap(),
        }),
        distance_m: found.distance_mm.map(|distance| distance as f64 / 1000.0),
        ..MeetingView::of(&meeting, IntergroupRef::of(intergroup), region)
    };
    let mut shown = serde_json::to_value(view).unwrap();
    if let Some(fields) = one(params, "fields") {
        shown.as_object_mut().unwrap().retain(|name, _| name == "id" || fields.split(',').any(|field| field == name));
    }
    shown
}
