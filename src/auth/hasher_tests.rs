use std::{
    pin::pin,
    sync::mpsc,
    task::{Context, Poll, Waker},
};

use super::*;
use crate::kernel::{SeededEntropy, SystemEntropy};

const GOOD: &str = "kettle ferry marble dusk";

fn password() -> Password {
    Password::parse(&GOOD.into(), "chris@example.org").unwrap()
}

fn attempt(text: &str) -> Attempt {
    Attempt::parse(&text.into()).unwrap()
}

#[tokio::test]
async fn a_password_is_known_again_and_another_is_not() {
    let hasher = Hasher::default();
    let stored = hasher.hash(password(), &SystemEntropy).await.unwrap();
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
    assert_eq!(hasher.verify(Some(&stored), attempt(GOOD)).await, Ok(true));
    assert_eq!(hasher.verify(Some(&stored), attempt("Kettle ferry marble dusk")).await, Ok(false));
    assert_eq!(hasher.verify(Some(&stored), attempt("")).await, Ok(false));
    assert_ne!(stored, hasher.hash(password(), &SystemEntropy).await.unwrap());
    assert_eq!(
        hasher.hash(password(), &SeededEntropy::new(1)).await,
        hasher.hash(password(), &SeededEntropy::new(1)).await
    );
}

#[tokio::test]
async fn l1_an_unknown_account_costs_one_hash_like_a_known_one() {
    let hasher = Hasher::default();
    let stored = hasher.hash(password(), &SystemEntropy).await.unwrap();
    let cut_short = stored.rsplit_once('$').unwrap().0;
    // The library would refuse it without any work, so the dummy takes its place.
    assert!(!is_argon2id(&PasswordHash::new(cut_short).unwrap()));
    for stored in [None, Some(stored.as_str()), Some(""), Some("nonsense"), Some(cut_short), Some(DUMMY)] {
        let before = hasher.count();
        assert_eq!(hasher.verify(stored, attempt("not the password")).await, Ok(false));
        assert_eq!(hasher.count(), before + 1, "{stored:?}");
    }
}

#[test]
fn no_more_attempts_begin_than_can_be_hashed_or_wait() {
    let hasher = Hasher::new(1, 1);
    let under_way = [hasher.admit().unwrap(), hasher.admit().unwrap()];
    assert_eq!(hasher.admit().unwrap_err(), Busy);
    drop(under_way);
    assert!(hasher.admit().is_ok());
}

#[tokio::test]
async fn a_chosen_password_is_judged_without_being_hashed() {
    let hasher = Hasher::default();
    let judged = async |text: &str| hasher.choose(text.into(), "chris@example.org".to_owned()).await.unwrap().map(drop);
    assert_eq!(judged(GOOD).await, Ok(()));
    assert_eq!(judged("chris@example.org").await, Err(PasswordError::TooWeak));
    assert_eq!(hasher.count(), 0);
}

#[test]
fn the_dummy_costs_what_a_real_one_costs() {
    assert!(is_argon2id(&PasswordHash::new(DUMMY).unwrap()));
    assert!(!needs_rehash(DUMMY));
}

#[tokio::test]
async fn a_hash_of_another_cost_is_to_be_replaced() {
    let stored = Hasher::default().hash(password(), &SystemEntropy).await.unwrap();
    assert!(!needs_rehash(&stored));
    for (from, to) in
        [("m=19456", "m=19455"), ("t=2", "t=1"), ("p=1", "p=2"), ("v=19", "v=16"), ("argon2id", "argon2i")]
    {
        assert!(needs_rehash(&stored.replacen(from, to, 1)), "{to}");
    }
    assert!(needs_rehash("$2b$12$abcdefghijklmnopqrstuv"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l4_who_finds_the_queue_full_is_told_at_once() {
    let hasher = Hasher::new(2, 3);
    let (release, gate) = mpsc::channel::<()>();
    let gate = Arc::new(std::sync::Mutex::new(gate));
    let begun: Vec<_> = (0..5)
        .map(|_| {
            let (hasher, gate) = (hasher.clone(), Arc::clone(&gate));
            tokio::spawn(async move {
                hasher
                    .run(move || {
                        let _ = gate.lock().unwrap().recv();
                    })
                    .await
            })
        })
        .collect();
    while hasher.places.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    // At once means without waiting for anything.
    let mut context = Context::from_waker(Waker::noop());
    let (verified, hashed) = (hasher.verify(None, attempt("x")), hasher.hash(password(), &SystemEntropy));
    assert_eq!(pin!(verified).poll(&mut context), Poll::Ready(Err(Busy)));
    assert_eq!(pin!(hashed).poll(&mut context), Poll::Ready(Err(Busy)));
    assert!(matches!(pin!(hasher.choose(GOOD.into(), String::new())).poll(&mut context), Poll::Ready(Err(Busy))));
    assert_eq!(hasher.count(), 0);
    assert_eq!(hasher.slots.available_permits(), 0);
    drop(release);
    for each in begun {
        assert_eq!(each.await.unwrap(), Ok(()));
    }
    assert_eq!(hasher.verify(None, attempt("x")).await, Ok(false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l4_a_caller_that_hangs_up_does_not_free_its_place_before_the_work_is_done() {
    let hasher = Hasher::new(1, 0);
    let (release, gate) = mpsc::channel::<()>();
    let (began, beginning) = tokio::sync::oneshot::channel();
    let caller = tokio::spawn({
        let hasher = hasher.clone();
        async move {
            hasher
                .run(move || {
                    let _ = began.send(());
                    let _ = gate.recv();
                })
                .await
        }
    });
    beginning.await.unwrap();
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    assert_eq!(hasher.verify(None, attempt("x")).await, Err(Busy));
    drop(release);
    while hasher.places.available_permits() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(hasher.verify(None, attempt("x")).await, Ok(false));
}
