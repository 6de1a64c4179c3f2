use proptest::prelude::*;

use super::*;

/// The keys of one audience, with plans applied to them as a store would.
#[derive(Default)]
struct Keys(Vec<(Kid, KeyTimes)>);

impl Keys {
    fn apply(&mut self, plan: RotationPlan) {
        for end in plan.end {
            let (_, times) = self.0.iter_mut().find(|(kid, _)| *kid == end.kid).unwrap();
            times.signs_until = Some(end.signs_until);
            times.verifies_until = Some(end.verifies_until);
        }
        if let Some(signs_from) = plan.make {
            let kid = Kid::parse(&format!("key-{}", self.0.len())).unwrap();
            self.0.push((kid, KeyTimes::open(signs_from)));
        }
    }

    fn rotate(&mut self, hour: i64, order: Rotation) -> RotationPlan {
        let plan = plan_rotation(Audience::Member, &self.0, at(hour), order);
        self.apply(plan.clone());
        plan
    }

    /// As the ring chooses: the newest that signs.
    fn signer(&self, now: DateTime<Utc>) -> Option<&(Kid, KeyTimes)> {
        self.0.iter().filter(|(_, times)| times.signs(now)).max_by_key(|(_, times)| times.signs_from)
    }
}

fn at(hour: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
}

#[test]
fn the_first_key_signs_at_once() {
    let mut keys = Keys::default();
    assert_eq!(keys.rotate(0, Rotation::Scheduled), RotationPlan { make: Some(at(0)), end: vec![] });
    assert!(keys.rotate(0, Rotation::Scheduled).is_empty());
}

#[test]
fn the_next_key_is_published_a_day_before_it_signs_and_the_old_one_outlives_its_tokens() {
    let mut keys = Keys::default();
    keys.rotate(0, Rotation::Scheduled);
    let due = 89 * 24;
    assert_eq!(next_rotation(&keys.0), Some(at(due)));
    assert!(keys.rotate(due - 1, Rotation::Scheduled).is_empty());
    let plan = keys.rotate(due, Rotation::Scheduled);
    assert_eq!(plan.make, Some(at(due + 24)));
    assert_eq!(plan.end[0].signs_until, at(due + 24));
    assert_eq!(plan.end[0].verifies_until, at(due + 24) + TimeDelta::minutes(75));
    assert!(keys.rotate(due, Rotation::Scheduled).is_empty());
    assert_eq!(next_rotation(&keys.0), Some(at(due + 24 + 89 * 24)));
}

#[test]
fn where_nobody_signs_a_key_is_made_at_once_although_another_is_on_its_way() {
    let keys = [(Kid::parse("a").unwrap(), KeyTimes::open(at(10)))];
    let plan = plan_rotation(Audience::Office, &keys, at(0), Rotation::Scheduled);
    assert_eq!(plan, RotationPlan { make: Some(at(0)), end: vec![] });
}

#[test]
fn an_office_waits_for_its_own_shorter_tokens() {
    let keys = [(Kid::parse("a").unwrap(), KeyTimes::open(at(0)))];
    let plan = plan_rotation(Audience::Office, &keys, at(1), Rotation::Planned);
    assert_eq!(plan.end[0].verifies_until - plan.end[0].signs_until, TimeDelta::minutes(65));
}

#[test]
fn a_planned_rotation_keeps_the_notice_and_is_not_begun_twice() {
    let mut keys = Keys::default();
    keys.rotate(0, Rotation::Scheduled);
    assert_eq!(keys.rotate(5, Rotation::Planned).make, Some(at(29)));
    assert!(keys.rotate(6, Rotation::Planned).is_empty());
    assert!(!keys.rotate(30, Rotation::Planned).is_empty());
}

#[test]
fn a_leaked_key_and_all_others_end_at_once() {
    let mut keys = Keys::default();
    keys.rotate(0, Rotation::Scheduled);
    keys.rotate(5, Rotation::Planned);
    let plan = keys.rotate(6, Rotation::AtOnce);
    assert_eq!((plan.make, plan.end.len()), (Some(at(6)), 2));
    let good: Vec<&str> =
        keys.0.iter().filter(|(_, times)| times.verifies(at(6))).map(|(kid, _)| kid.as_str()).collect();
    assert_eq!(good, ["key-2"]);
    assert_eq!(keys.signer(at(6)).unwrap().0.as_str(), "key-2");
    assert_eq!(keys.signer(at(40)).unwrap().0.as_str(), "key-2");
}

#[test]
fn a_service_that_slept_for_a_year_still_gives_notice() {
    let mut keys = Keys::default();
    keys.rotate(0, Rotation::Scheduled);
    assert_eq!(keys.rotate(365 * 24, Rotation::Scheduled).make, Some(at(366 * 24)));
    assert_eq!(keys.signer(at(365 * 24)).unwrap().0.as_str(), "key-0");
}

proptest! {
    #[test]
    fn whatever_the_orders_there_is_a_signer_and_its_tokens_stay_good(
        orders in prop::collection::vec((1_i64..2000, prop_oneof![
            8 => Just(Rotation::Scheduled), 2 => Just(Rotation::Planned), 1 => Just(Rotation::AtOnce),
        ]), 1..30)
    ) {
        let mut keys = Keys::default();
        let mut hour = 0;
        keys.rotate(0, Rotation::Scheduled);
        for (passed, order) in orders {
            let before: Vec<Kid> = keys.0.iter().map(|(kid, _)| kid.clone()).collect();
            hour += passed;
            let now = at(hour);
            // Between two orders too there is somebody who signs.
            let half = at(hour - passed / 2);
            prop_assert!(keys.signer(half).is_some());
            // What is signed a moment before the order verifies to its end, unless a key leaked.
            let signed_by = keys.signer(now).unwrap().0.clone();
            keys.rotate(hour, order);
            prop_assert!(keys.signer(now).is_some());
            let (_, times) = keys.0.iter().find(|(kid, _)| *kid == signed_by).unwrap();
            let last = now + Audience::Member.access_ttl();
            prop_assert_eq!(times.verifies(last), order != Rotation::AtOnce);
            // Without a leak nobody signs with a key that was not published for a day.
            if order != Rotation::AtOnce {
                for (kid, times) in &keys.0 {
                    prop_assert!(before.contains(kid) || times.signs_from >= now + LEAD);
                }
            }
        }
    }
}
