//! What follows from an answer: done, again later, or never.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// How long after each failure a message is tried again: over a day and a bit,
/// the first time at once.
const AGAIN_AFTER: [TimeDelta; 8] = [
    TimeDelta::seconds(5),
    TimeDelta::minutes(1),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(7),
    TimeDelta::hours(10),
];
/// Up to so much of a delay is added to it, so that what failed together does
/// not come together again.
const JITTER: f64 = 0.2;
/// A receiver may ask to be left alone for so long.
const MOST_REST: TimeDelta = TimeDelta::hours(2);
/// A webhook to which nothing could be delivered for so long is switched off.
const FAILS_AT_MOST: TimeDelta = TimeDelta::days(5);

/// A receiver's answer, or that there was none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Attempt {
    /// The status that was answered.
    pub status: Option<u16>,
    /// Why it is none.
    pub error: Option<String>,
    /// The start of what was answered.
    pub answer: Option<String>,
    /// What `Retry-After` says.
    pub retry_after: Option<TimeDelta>,
    /// How long it took.
    pub took: Duration,
}

/// What is done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// The receiver has it.
    Delivered,
    /// It is tried again.
    Again(DateTime<Utc>),
    /// It is not.
    GivenUp,
    /// The receiver wants nothing any more.
    Gone,
}

impl Attempt {
    /// One that brought no answer.
    pub(super) fn failed(error: impl Into<String>) -> Self {
        Self { error: Some(error.into()), ..Self::default() }
    }

    /// What follows from it, as the message's so-manieth; `jitter` is from 0 to 1.
    pub(super) fn next(&self, attempts: i16, now: DateTime<Utc>, jitter: f64) -> Next {
        match self.status {
            Some(200..=299) => return Next::Delivered,
            Some(410) => return Next::Gone,
            _ => {}
        }
        let failures = usize::try_from(attempts).unwrap_or(0).max(1);
        let Some(delay) = AGAIN_AFTER.get(failures - 1) else { return Next::GivenUp };
        let jittered = delay.as_seconds_f64() * (1.0 + JITTER * jitter);
        let delay = TimeDelta::milliseconds((jittered * 1000.0) as i64);
        Next::Again(now + delay.max(self.rest().unwrap_or_default()))
    }

    /// For how long the receiver asks to be left alone.
    pub(super) fn rest(&self) -> Option<TimeDelta> {
        let asks = matches!(self.status, Some(429 | 503));
        self.retry_after.filter(|_| asks).map(|rest| rest.clamp(TimeDelta::zero(), MOST_REST))
    }

    /// In words for whoever looks after it.
    pub(super) fn reason(&self) -> String {
        match (self.status, &self.error) {
            (Some(status), _) => format!("The receiver answered {status}."),
            (None, Some(error)) => format!("It could not be delivered: {error}"),
            (None, None) => "It could not be delivered.".to_owned(),
        }
    }
}

/// Whether a webhook is switched off, given up on what was last to be told,
/// which has failed since then.
pub(super) fn is_lost(failing_since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - failing_since >= FAILS_AT_MOST
}

/// `Retry-After`: seconds, or an instant.
pub(super) fn retry_after(value: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
    match value.trim().parse::<u32>() {
        Ok(seconds) => Some(TimeDelta::seconds(seconds.into())),
        Err(_) => DateTime::parse_from_rfc2822(value.trim()).ok().map(|at| at.to_utc() - now),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 5, 4, 17, 0, 0).unwrap()
    }

    fn answered(status: u16) -> Attempt {
        Attempt { status: Some(status), ..Attempt::default() }
    }

    #[test]
    fn a_message_is_tried_for_a_day_with_growing_delays() {
        for jitter in [0.0, 0.5, 1.0] {
            let (mut at, mut attempts, mut before) = (now(), 1, TimeDelta::zero());
            while let Next::Again(next) = answered(500).next(attempts, at, jitter) {
                assert!(next - at > before, "{attempts}");
                (before, at, attempts) = (next - at, next, attempts + 1);
            }
            assert_eq!(attempts, 9);
            let over = (at - now()).num_hours();
            assert!((24..=30).contains(&over), "{over} hours");
        }
    }

    #[test]
    fn only_a_success_is_one_and_gone_is_gone() {
        for status in [200, 204, 299] {
            assert_eq!(answered(status).next(1, now(), 0.0), Next::Delivered);
        }
        for status in [100, 301, 302, 304, 400, 404, 429, 500, 503] {
            assert!(matches!(answered(status).next(1, now(), 0.0), Next::Again(_)), "{status}");
            assert_eq!(answered(status).next(9, now(), 0.0), Next::GivenUp, "{status}");
        }
        assert_eq!(answered(410).next(1, now(), 0.0), Next::Gone);
        assert!(matches!(Attempt::failed("no").next(1, now(), 0.0), Next::Again(_)));
    }

    #[test]
    fn a_receiver_is_left_alone_for_as_long_as_it_asks_within_bounds() {
        let asks = |status, rest| Attempt { retry_after: Some(rest), ..answered(status) };
        let (hour, day) = (TimeDelta::hours(1), TimeDelta::days(1));
        assert_eq!(asks(429, hour).next(1, now(), 0.0), Next::Again(now() + hour));
        assert_eq!(asks(503, day).next(1, now(), 0.0), Next::Again(now() + MOST_REST));
        // Not sooner than it would have been.
        assert_eq!(asks(429, -hour).next(2, now(), 0.0), Next::Again(now() + TimeDelta::minutes(1)));
        assert_eq!(asks(500, hour).next(1, now(), 0.0), Next::Again(now() + TimeDelta::seconds(5)));
    }

    #[test]
    fn retry_after_is_seconds_or_an_instant() {
        assert_eq!(retry_after("120", now()), Some(TimeDelta::minutes(2)));
        assert_eq!(retry_after("Mon, 04 May 2026 18:00:00 GMT", now()), Some(TimeDelta::hours(1)));
        for wrong in ["", "soon", "-5", "1.5", "99999999999999999999"] {
            assert_eq!(retry_after(wrong, now()), None, "{wrong}");
        }
    }
}
