//! Rules of accounts.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};

use crate::{
    auth::Audience,
    kernel::{CivilDay, IsoWeek, MemberId},
};

/// The Monday of the week that it is.
pub(super) fn this_week(now: DateTime<Utc>) -> NaiveDate {
    IsoWeek::of(CivilDay::of_utc(now)).monday().date()
}

/// The earliest week in which a session may have been used last and still be
/// good. Only the week is known, so its last day counts.
pub(super) fn idle_since(now: DateTime<Utc>) -> NaiveDate {
    let idle = Audience::Member.refresh_idle().num_days().unsigned_abs() + 6;
    now.date_naive().checked_sub_days(Days::new(idle)).unwrap_or(NaiveDate::MIN)
}

/// A week as it is written, `2026-W18`, by its Monday.
pub(super) fn week_name(monday: NaiveDate) -> String {
    let week = monday.iso_week();
    format!("{:04}-W{:02}", week.year(), week.week())
}

/// What a version of an account's vault is wrapped for; nothing else is.
pub(super) fn vault_purpose(member: MemberId, version: i64) -> String {
    format!("vault/{}/{version}", member.0)
}

/// The most vouchers of a kind in 30 days.
const VOUCHERS: usize = 3;
/// For so long from the Monday of its week a voucher counts. Which day of the
/// week it was given on is not kept: that it was the last is taken for granted,
/// so that in no 30 days there are more.
const COUNTED: Days = Days::new(6 + 30);

/// The weeks of the vouchers that count once another one is given, or the day
/// from which there may be one.
pub(super) fn count_voucher(given: &[NaiveDate], now: DateTime<Utc>) -> Result<Vec<NaiveDate>, NaiveDate> {
    let free_from = |monday: NaiveDate| monday.checked_add_days(COUNTED).unwrap_or(NaiveDate::MAX);
    let mut counted: Vec<NaiveDate> =
        given.iter().copied().filter(|monday| now.date_naive() < free_from(*monday)).collect();
    counted.sort_unstable();
    if let Some(last) = counted.len().checked_sub(VOUCHERS).and_then(|at| counted.get(at)) {
        return Err(free_from(*last));
    }
    counted.push(this_week(now));
    Ok(counted)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_week_is_named_by_its_monday() {
        for (monday, name) in [("2026-05-04", "2026-W19"), ("2026-12-28", "2026-W53"), ("2024-12-30", "2025-W01")] {
            assert_eq!(week_name(monday.parse().unwrap()), name);
            assert_eq!(name.parse::<IsoWeek>().unwrap().monday().date().to_string(), monday);
        }
    }

    #[test]
    fn the_fourth_voucher_waits_until_the_first_no_longer_counts() {
        let now = at("2026-05-04T17:00:00Z");
        let mut given = Vec::new();
        for count in 1..=3 {
            given = count_voucher(&given, now).unwrap();
            assert_eq!(given.len(), count);
        }
        let free = NaiveDate::from_ymd_opt(2026, 6, 9).unwrap();
        assert_eq!(count_voucher(&given, now), Err(free));
        assert_eq!(count_voucher(&given, at("2026-06-08T23:59:59Z")), Err(free));
        assert_eq!(count_voucher(&given, at("2026-06-09T00:00:00Z")).unwrap().len(), 1);
        // More than there may be, after a restore, say: the day from which it is fewer.
        let many: Vec<NaiveDate> = [4, 11, 18, 25].map(|day| NaiveDate::from_ymd_opt(2026, 5, day).unwrap()).into();
        assert_eq!(
            count_voucher(&many, at("2026-05-26T00:00:00Z")),
            Err(NaiveDate::from_ymd_opt(2026, 6, 16).unwrap())
        );
    }

    proptest! {
        #[test]
        fn in_no_thirty_days_there_are_more_than_three(waits in prop::collection::vec(0_i64..400, 1..60)) {
            let (mut now, mut kept, mut given) = (at("2026-05-04T17:00:00Z"), Vec::new(), Vec::new());
            for hours in waits {
                now += TimeDelta::hours(hours);
                match count_voucher(&kept, now) {
                    Ok(counted) => { kept = counted; given.push(now); }
                    Err(free) => prop_assert!(free > now.date_naive()),
                }
            }
            for four in given.windows(4) {
                prop_assert!(four[3] - four[0] > TimeDelta::days(29), "{four:?}");
                prop_assert!(four[3].date_naive() - four[0].date_naive() >= TimeDelta::days(30), "{four:?}");
            }
        }
    }
}
