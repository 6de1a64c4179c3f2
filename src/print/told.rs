//! What notices say of the four weeks to come, in words.

use chrono::NaiveDate;

use super::words::{Dial, near_date};
use crate::{
    directory::{Notice, NoticeKind},
    feeds::{NoticeDates, upcoming},
    kernel::Day,
};

/// How far ahead a list that lies on a table is looked at.
pub(super) const DAYS_AHEAD: u64 = 28;

/// One notice: when, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub dates: String,
    pub said: String,
}

/// What the notices of a meeting on `day` say of the days to come, each once.
pub(super) fn told(notices: &[Notice], day: Option<Day>, today: NaiveDate, dial: Dial) -> Vec<Told> {
    let mut all: Vec<Told> = Vec::new();
    for (notice, dates) in upcoming(notices, day, today, DAYS_AHEAD) {
        let one = Told { dates: dated(&dates, today), said: said(notice, dial) };
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

fn dated(dates: &NoticeDates, today: NaiveDate) -> String {
    let near = |date: &NaiveDate| near_date(*date, today);
    match dates {
        NoticeDates::Stretch(from, to) if from == to => near(from),
        NoticeDates::Stretch(from, to) if *from <= today => format!("until {}", near(to)),
        NoticeDates::Stretch(from, to) => format!("{} to {}", near(from), near(to)),
        NoticeDates::Each(dates) => dates.iter().map(near).collect::<Vec<_>>().join(", "),
    }
}

fn said(notice: &Notice, dial: Dial) -> String {
    let kind = match notice.kind {
        NoticeKind::Cancelled => "cancelled",
        NoticeKind::Closed => "closed, no meeting",
        NoticeKind::Only => "on these dates only",
        NoticeKind::Open => "open meeting",
        NoticeKind::Speaker => "speaker meeting",
        NoticeKind::Business => "business meeting",
        NoticeKind::Moved => "moved",
        NoticeKind::Time => "at another time",
        NoticeKind::Online => "online",
        NoticeKind::Extra => "additional meeting",
    };
    let time = notice.time.map(|time| dial.time(time));
    let joining = &notice.conference;
    let parts = [&time, &notice.location, &joining.url, &joining.phone];
    let said = [Some(kind)].into_iter().chain(parts.map(|part| part.as_deref())).flatten().collect::<Vec<_>>();
    let more = [&notice.words, &joining.url_notes, &joining.phone_notes].into_iter().flatten().map(String::as_str);
    let all = [said.join(", ")].into_iter().chain(more.map(str::to_owned)).collect::<Vec<_>>().join(". ");
    all.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{directory::Conference, kernel::NoticeId};

    fn notice(kind: NoticeKind, from: &str, to: Option<&str>, weeks: &[i8]) -> Notice {
        Notice {
            id: NoticeId(uuid::Uuid::nil()),
            kind,
            from: from.parse().unwrap(),
            to: to.map(|date| date.parse().unwrap()),
            weeks_of_month: weeks.to_vec(),
            time: None,
            location: None,
            conference: Conference::default(),
            words: None,
        }
    }

    fn lines(notices: &[Notice], today: &str) -> Vec<String> {
        let all = told(notices, Day::new(6).ok(), today.parse().unwrap(), Dial::Twelve);
        all.into_iter().map(|one| format!("{}: {}", one.dates, one.said)).collect()
    }

    #[test]
    fn a_notice_is_told_four_weeks_ahead_and_to_its_last_day() {
        let holidays = [notice(NoticeKind::Closed, "2026-12-24", Some("2027-01-02"), &[])];
        let none: [&str; 0] = [];
        assert_eq!(lines(&holidays, "2026-11-25"), none);
        assert_eq!(lines(&holidays, "2026-11-26"), ["Thu 24 Dec to Sat 2 Jan 2027: closed, no meeting"]);
        assert_eq!(lines(&holidays, "2027-01-02"), ["until Sat 2 Jan: closed, no meeting"]);
        assert_eq!(lines(&holidays, "2027-01-03"), none);
    }

    #[test]
    fn of_one_that_repeats_the_dates_are_told() {
        let last = [notice(NoticeKind::Speaker, "2026-01-01", None, &[1, -1])];
        assert_eq!(lines(&last, "2026-11-26"), ["Sat 28 Nov, Sat 5 Dec: speaker meeting"]);
    }

    #[test]
    fn it_says_when_where_and_how_else() {
        let mut moved = notice(NoticeKind::Moved, "2026-12-05", None, &[]);
        moved.time = "18:30".parse().ok();
        moved.location = Some("Chapel, side door".to_owned());
        moved.conference.phone = Some("+13125550100".to_owned());
        moved.words = Some("The hall\nis being painted.".to_owned());
        let said = "Sat 5 Dec: moved, 6:30 pm, Chapel, side door, +13125550100. The hall is being painted.";
        assert_eq!(lines(&[moved.clone(), moved], "2026-11-26"), [said]);
    }
}
