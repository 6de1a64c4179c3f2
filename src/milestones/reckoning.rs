//! The reference: days of the calendar, never hours.

use chrono::{Days, Months, NaiveDate};

use super::model::{Milestone, MilestoneSet, Reached, Unit};

/// Nobody has been sober for longer than this.
const MOST_REPEATS: u32 = 130;

/// Where somebody stands on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Days since the start.
    pub days: u32,
    /// The milestone that was reached last.
    pub latest: Option<Reached>,
    /// The one that comes next.
    pub next: Option<Reached>,
}

/// Where somebody stands on `today` who started on `start`, by a set; `None`
/// where the start is still to come.
pub fn reckon(set: &MilestoneSet, start: NaiveDate, today: NaiveDate) -> Option<Standing> {
    let days = u32::try_from((today - start).num_days()).ok()?;
    let mut all: Vec<Reached> = set.milestones.iter().flat_map(|milestone| on_days(milestone, start)).collect();
    all.sort_by_key(|reached| reached.on);
    let coming = all.partition_point(|reached| reached.on <= today);
    let latest = coming.checked_sub(1).map(|at| all[at].clone());
    Some(Standing { days, latest, next: all.get(coming).cloned() })
}

/// The days of a milestone, each counted from the start.
fn on_days(milestone: &Milestone, start: NaiveDate) -> impl Iterator<Item = Reached> {
    let times = if milestone.repeats { MOST_REPEATS } else { 1 };
    (1..=times).filter_map(move |count| {
        let many = milestone.count.checked_mul(count)?;
        let on = match milestone.unit {
            Unit::Days => start.checked_add_days(Days::new(many.into())),
            // The last day of the month where it has no such day.
            Unit::Months => start.checked_add_months(Months::new(many)),
            Unit::Years => start.checked_add_months(Months::new(many.checked_mul(12)?)),
        };
        Some(Reached { id: milestone.id.clone(), count, on: on? })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::model::file, *};

    fn set(id: &str) -> &'static MilestoneSet {
        file().unwrap().sets.iter().find(|set| set.id == id).unwrap()
    }

    #[test]
    fn the_vectors_are_what_the_reference_says() {
        let file = file().unwrap();
        assert!(file.vectors.len() >= 20);
        for vector in &file.vectors {
            let standing = reckon(set(&vector.set), vector.start, vector.today);
            assert_eq!(standing.as_ref().map(|standing| standing.days), vector.days, "{}", vector.why);
            assert_eq!(standing.clone().and_then(|standing| standing.latest), vector.latest, "{}", vector.why);
            assert_eq!(standing.and_then(|standing| standing.next), vector.next, "{}", vector.why);
        }
    }

    #[test]
    fn every_set_has_a_vector_and_names_in_every_language() {
        let file = file().unwrap();
        for set in &file.sets {
            assert!(file.vectors.iter().any(|vector| vector.set == set.id), "{}", set.id);
            let languages: Vec<&String> = set.names.keys().collect();
            assert!(set.milestones.iter().all(|one| one.names.keys().collect::<Vec<_>>() == languages), "{}", set.id);
        }
    }

    fn any_day() -> impl Strategy<Value = NaiveDate> {
        (0..36_500u64).prop_map(|days| NaiveDate::from_ymd_opt(1960, 1, 1).unwrap() + Days::new(days))
    }

    proptest! {
        #[test]
        fn from_one_day_to_the_next_nothing_is_lost_and_nothing_comes_twice(
            start in any_day(), after in 0..15_000u64, at in 0..4usize
        ) {
            let set = &file().unwrap().sets[at];
            let today = start + Days::new(after);
            let (one, next) = (reckon(set, start, today).unwrap(), reckon(set, start, today + Days::new(1)).unwrap());
            prop_assert_eq!(one.days + 1, next.days);
            prop_assert!(one.latest.as_ref().is_none_or(|latest| latest.on <= today));
            let coming = one.next.clone().unwrap();
            prop_assert!(coming.on > today);
            // Either the next one is reached tomorrow, or nothing changes.
            if coming.on == today + Days::new(1) {
                prop_assert_eq!(next.latest, Some(coming));
            } else {
                prop_assert_eq!((next.latest, next.next), (one.latest, one.next));
            }
        }
    }
}
