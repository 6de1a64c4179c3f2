//! A slug, from the source's, or of a name.
//!
//! A source's slug that can stand in an address stays as it is, its case too:
//! bookmarks hang on it. Anything else is percent-decoded and transliterated.

use super::percent;
use crate::kernel::{Day, LocalTime, Slug, slugify};

const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// A slug of the source's, and whether it had to be changed (shortened ones
/// too). `None` when nothing in it can stand in an address.
pub(crate) fn from_source(raw: &str) -> Option<(Slug, bool)> {
    let text = raw.trim();
    if let Ok(slug) = Slug::shorten(text) {
        let changed = slug.as_str() != text;
        return Some((slug, changed));
    }
    let decoded = percent::decode(text);
    slugify(decoded.as_deref().unwrap_or(text)).map(|slug| (slug, true))
}

/// A slug for a row without one: of its name, and its day and time where it
/// has them, so that the same meeting gets the same slug tomorrow.
pub(crate) fn made_of(name: &str, day: Option<Day>, time: Option<LocalTime>) -> Option<Slug> {
    let mut text = slugify(name)?.as_str().to_owned();
    if let Some(day) = day.and_then(|day| DAYS.get(usize::from(day.number()))) {
        text = format!("{text}-{day}");
    }
    if let Some(time) = time {
        text = format!("{text}-{}", time.to_string().replace(':', ""));
    }
    Slug::shorten(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_stays_when_it_can() {
        for (raw, expected) in [
            ("t7", Some(("t7", false))),
            ("Q_Slug-1", Some(("Q_Slug-1", false))),
            (" 254 ", Some(("254", false))),
            ("Q Slug/1", Some(("q-slug-1", true))),
            ("%e6%97%a5%e6%9c%ac", Some(("ri-ben", true))),
            ("日本語", Some(("ri-ben-yu", true))),
            ("…", None),
            ("", None),
        ] {
            let slug = from_source(raw);
            assert_eq!(slug.as_ref().map(|(slug, changed)| (slug.as_str(), *changed)), expected, "{raw}");
        }
        let long = "meetings-".repeat(10);
        let (slug, changed) = from_source(&long).unwrap();
        assert_eq!((slug.as_str().len(), changed), (64, true));
    }

    #[test]
    fn a_slug_is_made_of_name_day_and_time() {
        let day = Day::new(5).ok();
        let time = "06:30".parse().ok();
        assert_eq!(made_of("Early Start", day, time).unwrap().as_str(), "early-start-friday-0630");
        assert_eq!(made_of("Early Start", None, None).unwrap().as_str(), "early-start");
        assert!(!made_of("☺️…", None, None).map(|slug| slug.to_string()).is_some_and(|slug| slug.is_empty()));
    }
}
