use chrono::{TimeDelta, TimeZone, Utc};

use super::*;
use crate::{
    http::ErrorCode,
    kernel::{FixedClock, SeededEntropy},
};

fn limits() -> (Limits, Arc<FixedClock>) {
    let clock = Arc::new(FixedClock::at(Utc.with_ymd_and_hms(2026, 5, 4, 17, 0, 0).unwrap()));
    (Limits::new(&(Arc::clone(&clock) as Arc<dyn Clock>), &SeededEntropy::new(1)), clock)
}

#[test]
fn feedback_is_taken_five_times_and_then_once_in_twelve_minutes() {
    let (limits, clock) = limits();
    for left in (0..5).rev() {
        let remaining = limits.check(Quota::Feedback, b"a").unwrap().unwrap();
        assert_eq!((remaining.left, remaining.within_s), (left, 3_600));
    }
    let refused = limits.check(Quota::Feedback, b"a").unwrap_err();
    assert_eq!(refused.code(), ErrorCode::TooManyRequests);
    let response = refused.respond("");
    let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(header("retry-after"), "720");
    assert_eq!(header("ratelimit"), "\"feedback\";r=0;t=720");
    assert_eq!(header("ratelimit-policy"), "\"feedback\";q=5;w=3600");
    clock.advance(TimeDelta::seconds(719));
    assert!(limits.check(Quota::Feedback, b"a").is_err());
    clock.advance(TimeDelta::seconds(1));
    assert!(limits.check(Quota::Feedback, b"a").is_ok());
    assert!(limits.check(Quota::Feedback, b"a").is_err());
}

#[test]
fn callers_and_quotas_are_counted_apart() {
    let (limits, _clock) = limits();
    for _ in 0..30 {
        limits.check(Quota::SignIn, b"a").unwrap();
    }
    assert!(limits.check(Quota::SignIn, b"a").is_err());
    assert!(limits.check(Quota::SignIn, b"b").is_ok());
    assert!(limits.check(Quota::Public, b"a").is_ok());
}

#[test]
fn every_quota_lets_through_what_it_says() {
    for quota in Quota::ALL {
        let (limits, _clock) = limits();
        let through = (0..2_000).take_while(|_| limits.check(*quota, b"a").is_ok()).count();
        assert_eq!(u32::try_from(through), Ok(quota.requests()), "{quota:?}");
    }
}

#[test]
fn a_clock_put_back_gives_back_as_before() {
    let (limits, clock) = limits();
    clock.advance(TimeDelta::days(1));
    assert_eq!((0..700).filter(|_| limits.check(Quota::Public, b"a").is_ok()).count(), 600);
    clock.advance(TimeDelta::hours(-1));
    assert!(limits.check(Quota::Public, b"a").is_err());
    clock.advance(TimeDelta::seconds(1));
    assert_eq!((0..700).filter(|_| limits.check(Quota::Public, b"a").is_ok()).count(), 10);
}

#[test]
fn switched_off_nothing_is_counted() {
    let limits = Limits::off();
    assert!((0..10_000).all(|_| limits.check(Quota::Feedback, b"a").is_ok_and(|left| left.is_none())));
}
