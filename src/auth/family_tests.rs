use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    auth::audience::Audience,
    kernel::{SeededEntropy, SystemEntropy},
};

const OLD: &str = "1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
const BOTH: &str = "1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n2 //79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=\n";

fn secret() -> Secret {
    Secret::parse(OLD).unwrap()
}

fn first() -> RefreshToken {
    RefreshToken::first(Audience::Member, Uuid::from_u128(7), &secret(), &SeededEntropy::new(1)).unwrap()
}

/// A store that does what the database does: one row, swapped where its hash is still the expected one.
struct Store {
    family: Option<Family>,
    advances: u32,
}

impl Store {
    fn new() -> Self {
        Self { family: Some(Family::of(&first())), advances: 0 }
    }

    /// One request from beginning to end, having read `seen` at its beginning.
    fn refresh(&mut self, seen: Option<Family>, token: &RefreshToken, secret: &Secret) -> Option<RefreshToken> {
        match seen?.judge(token, secret) {
            Verdict::Advance { family, successor } => {
                let present = self.family?;
                if present.hash_next != token.hash() {
                    // Somebody else was faster.
                    return self.refresh(self.family, token, secret);
                }
                self.family = Some(family);
                self.advances += 1;
                Some(successor)
            }
            Verdict::Retry { successor } => Some(successor),
            Verdict::Replayed => {
                self.family = None;
                None
            }
            Verdict::Unknown => None,
        }
    }
}

#[test]
fn t10_a_token_that_is_due_advances_and_shown_again_gets_the_same_successor() {
    let (secret, token, mut store) = (secret(), first(), Store::new());
    let next = store.refresh(store.family, &token, &secret).unwrap();
    for _ in 0..3 {
        assert_eq!(store.refresh(store.family, &token, &secret).unwrap().hash(), next.hash());
    }
    assert_eq!(store.advances, 1);
    assert!(store.refresh(store.family, &next, &secret).is_some());
}

#[test]
fn t10_once_the_successor_is_used_the_token_before_it_ends_the_session() {
    let (secret, token, mut store) = (secret(), first(), Store::new());
    let next = store.refresh(store.family, &token, &secret).unwrap();
    let newest = store.refresh(store.family, &next, &secret).unwrap();
    assert!(store.refresh(store.family, &token, &secret).is_none());
    assert_eq!(store.family, None);
    for each in [&token, &next, &newest] {
        assert!(store.refresh(store.family, each, &secret).is_none());
    }
}

#[test]
fn t10_fifty_at_once_leave_one_branch() {
    let (secret, token, mut store) = (secret(), first(), Store::new());
    let seen = store.family;
    let answers: Vec<_> = (0..50).map(|_| store.refresh(seen, &token, &secret).unwrap().hash()).collect();
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(store.advances, 1);
}

#[test]
fn t10_a_retry_gets_the_same_successor_although_the_secret_has_a_new_version_since() {
    let (old, both, token, mut store) = (secret(), Secret::parse(BOTH).unwrap(), first(), Store::new());
    let lost = store.refresh(store.family, &token, &old).unwrap();
    let again = store.refresh(store.family, &token, &both).unwrap();
    assert_eq!(again.hash(), lost.hash());
    assert_eq!(store.refresh(store.family, &again, &both).unwrap().secret_version, 2);
}

#[test]
fn a_token_of_another_session_or_of_the_future_changes_nothing() {
    let (secret, token) = (secret(), first());
    let family = Family::of(&token);
    let stranger = RefreshToken::first(Audience::Member, Uuid::from_u128(7), &secret, &SystemEntropy).unwrap();
    let future = token.successor(&secret, 1).unwrap().successor(&secret, 1).unwrap();
    for shown in [&stranger, &future, &token.successor(&secret, 1).unwrap()] {
        assert!(matches!(family.judge(shown, &secret), Verdict::Unknown));
    }
    let later = Family { used: Some((3, [0; 32])), hash_next: [1; 32] };
    assert!(matches!(later.judge(&token, &secret), Verdict::Replayed));
    let same_generation = Family { used: Some((0, [0; 32])), hash_next: [1; 32] };
    assert!(matches!(same_generation.judge(&token, &secret), Verdict::Unknown));
}

#[derive(Debug, Clone, Copy)]
enum Event {
    /// The device sends what it keeps.
    Send,
    /// The service does the oldest of what was sent, having read its row at some earlier moment.
    Work,
    /// The device gets the oldest answer.
    Arrive,
    /// The oldest answer is lost, or the service died between commit and reply.
    Lose,
}

proptest! {
    #[test]
    fn t10_whatever_is_lost_or_repeated_a_device_is_never_locked_out_and_has_one_branch(
        events in prop::collection::vec(prop_oneof![
            3 => Just(Event::Send), 3 => Just(Event::Work), 2 => Just(Event::Arrive), 1 => Just(Event::Lose),
        ], 1..120)
    ) {
        let (secret, mut store, mut held) = (secret(), Store::new(), first());
        let (mut sent, mut answers) = (Vec::new(), Vec::new());
        for event in events {
            match event {
                // Many requests at once, all with the token that the device holds; it
                // sends no newer one while older requests of its own are under way.
                Event::Send => {
                    let pending_older = sent.iter().any(|(_, token): &(Option<Family>, RefreshToken)| token.generation < held.generation);
                    if !pending_older {
                        let text = held.reveal();
                        sent.push((store.family, RefreshToken::parse(&text, Audience::Member, &secret).unwrap()));
                    }
                }
                Event::Work if !sent.is_empty() => {
                    let (seen, token) = sent.remove(0);
                    let answer = store.refresh(seen, &token, &secret);
                    prop_assert!(answer.is_some(), "locked out");
                    answers.extend(answer);
                }
                Event::Arrive if !answers.is_empty() => {
                    let answer: RefreshToken = answers.remove(0);
                    if answer.generation > held.generation {
                        held = answer;
                    }
                }
                Event::Lose if !answers.is_empty() => drop(answers.remove(0)),
                _ => {}
            }
            // One branch: everything under way is of the generation held, or its successor.
            let due = store.family.unwrap().hash_next;
            for answer in answers.iter().filter(|answer| answer.generation > store.advances.saturating_sub(1)) {
                prop_assert_eq!(answer.hash(), due);
            }
        }
        prop_assert!(store.refresh(store.family, &held, &secret).is_some());
    }

    #[test]
    fn t10_a_thief_and_the_owner_of_one_token_are_found_out_by_the_second_use_of_either(
        stolen_at in 0_u32..6, owner_ahead in 2_u32..6
    ) {
        let (secret, mut store, mut held) = (secret(), Store::new(), first());
        for _ in 0..stolen_at {
            held = store.refresh(store.family, &held, &secret).unwrap();
        }
        let stolen = RefreshToken::parse(&held.reveal(), Audience::Member, &secret).unwrap();
        for _ in 0..owner_ahead {
            held = store.refresh(store.family, &held, &secret).unwrap();
        }
        prop_assert!(store.refresh(store.family, &stolen, &secret).is_none());
        prop_assert!(store.family.is_none());
        prop_assert!(store.refresh(store.family, &held, &secret).is_none());
    }
}
