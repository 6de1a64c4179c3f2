//! What every reader of a published feed accepts: the checks that a feed must
//! pass line by line.

use std::collections::HashSet;

use openchair::directory::{TypeCode, provider};
use serde_json::Value;

/// Everything that is wrong with a feed.
pub fn faults(feed: &[u8]) -> Vec<String> {
    let Ok(Value::Array(rows)) = serde_json::from_slice(feed) else { return vec!["not an array".to_owned()] };
    let mut slugs = HashSet::new();
    let mut faults = Vec::new();
    for row in &rows {
        let slug = row["slug"].as_str().unwrap_or_default();
        let mut fault = |rule: &str| faults.push(format!("{slug}: {rule}"));
        if !slugs.insert(slug) || openchair::kernel::Slug::parse(slug).is_err() {
            fault("slug is not unique, or cannot stand in an address");
        }
        for (field, value) in row.as_object().unwrap() {
            if value.is_null() || value == "" || value == &Value::Array(Vec::new()) {
                fault(&format!("{field} is empty"));
            }
        }
        row_faults(row, &mut fault);
    }
    faults
}

fn row_faults(row: &Value, fault: &mut impl FnMut(&str)) {
    let text = |field: &str| row[field].as_str();
    let is_time = |field: &str| text(field).is_some_and(|time| time.parse::<openchair::kernel::LocalTime>().is_ok());
    match (row.get("day"), row.get("time")) {
        (None, None) => {}
        (Some(day), Some(_)) if day.as_u64().is_some_and(|day| day < 7) && is_time("time") => {}
        _ => fault("day and time"),
    }
    if row.get("end_time").is_some() && (!is_time("end_time") || row.get("time").is_none()) {
        fault("end_time");
    }
    if text("timezone").is_none_or(|zone| openchair::kernel::parse_zone(zone).is_err()) {
        fault("timezone");
    }
    let approximate = text("approximate").unwrap_or_default();
    if !["yes", "no"].contains(&approximate) {
        fault("approximate");
    }
    let coordinates = [&row["latitude"], &row["longitude"]];
    let numbers = coordinates.iter().filter(|value| value.is_f64() || value.is_i64()).count();
    if numbers == 1 || (numbers == 2 && approximate == "yes") || (numbers == 0 && row.get("latitude").is_some()) {
        fault("coordinates");
    }
    if approximate == "no" && (text("formatted_address").is_none() && numbers == 0) {
        fault("an exact place without an address");
    }
    if approximate == "no" && text("formatted_address").is_some() && text("address").is_none() {
        fault("formatted_address without its parts");
    }
    let types: Vec<&str> = row["types"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let exact = |code: &&str| TypeCode::parse(code).is_some_and(|known| known.as_str() == *code);
    if !types.iter().all(exact) || types.len() != row["types"].as_array().map_or(0, Vec::len) {
        fault("types");
    }
    if types.contains(&"O") && types.contains(&"C") {
        fault("open and closed");
    }
    if row.get("conference_url").is_some() && text("conference_url").and_then(provider).is_none() {
        fault("conference_url");
    }
    let digits = |phone: &str| phone.bytes().filter(u8::is_ascii_digit).count() >= 10;
    let dialled = |phone: &str| phone.chars().all(|c| c.is_ascii_digit() || "+,#".contains(c));
    if row.get("conference_phone").is_some()
        && !text("conference_phone").is_some_and(|phone| digits(phone) && dialled(phone))
    {
        fault("conference_phone");
    }
    let updated = text("updated").unwrap_or_default();
    if chrono::NaiveDateTime::parse_from_str(updated, "%Y-%m-%d %H:%M:%S").is_err() || updated.len() != 19 {
        fault("updated");
    }
    let regions: Vec<&str> = row["regions"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if regions.first().copied() != text("region") || regions.get(1).copied() != text("sub_region") {
        fault("region and regions");
    }
    if row.get("group").is_some() != row.get("group_id").is_some() {
        fault("group and group_id");
    }
    for field in ["website", "feedback_url", "entity_url", "entity_website_url"] {
        if text(field).is_some_and(|link| link.parse::<reqwest::Url>().is_err()) {
            fault(field);
        }
    }
    if text("entity").is_none() || text("entity_url") != text("entity_website_url") {
        fault("entity");
    }
}
