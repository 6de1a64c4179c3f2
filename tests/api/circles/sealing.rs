//! What is written, at rest.

use openchair::circles::Sealed;
use uuid::Uuid;

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sealed_opens_with_its_key_for_its_item_alone() {
    let app = TestApp::new().await;
    let sealer = app.sealer();
    let [owner, other, item] = [1, 2, 3].map(Uuid::from_u128);
    let key = sealer.key(owner).await.unwrap();
    let words = "three meetings, and call my sponsor";
    let sealed = sealer.seal(&key, Sealed::Words, item, &words).unwrap();
    assert_eq!(key.open::<String>(Sealed::Words, item, &sealed).unwrap(), words);
    assert_eq!(sealer.key(owner).await.unwrap().open::<String>(Sealed::Words, item, &sealed).unwrap(), words);
    assert!(key.open::<String>(Sealed::Marks, item, &sealed).is_err());
    assert!(key.open::<String>(Sealed::Words, other, &sealed).is_err());
    assert!(sealer.key(other).await.unwrap().open::<String>(Sealed::Words, item, &sealed).is_err());
    assert_eq!(sealer.keys(&[owner, other, item]).await.unwrap().len(), 2);
    sealer.destroy(&[owner]).await.unwrap();
    assert!(sealer.key(owner).await.unwrap().open::<String>(Sealed::Words, item, &sealed).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_size_of_what_is_sealed_says_little_of_what_was_written() {
    let app = TestApp::new().await;
    let sealer = app.sealer();
    let (key, item) = (sealer.key(Uuid::from_u128(1)).await.unwrap(), Uuid::from_u128(2));
    let len = |what, length: usize| sealer.seal(&key, what, item, &"x".repeat(length)).unwrap().len();
    assert_eq!(len(Sealed::Words, 1), len(Sealed::Words, 250));
    assert_eq!(len(Sealed::Words, 251), len(Sealed::Words, 1) + 256);
    assert_eq!(len(Sealed::Marks, 1), len(Sealed::Marks, 120));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_need_a_key_at_once_both_get_the_same() {
    let app = TestApp::new().await;
    let sealer = app.sealer();
    let owner = Uuid::from_u128(1);
    let keys = futures_util::future::join_all((0..8).map(|_| sealer.key(owner))).await;
    let sealed = sealer.seal(keys[0].as_ref().unwrap(), Sealed::Marks, owner, &1).unwrap();
    for key in keys {
        assert_eq!(key.unwrap().open::<u8>(Sealed::Marks, owner, &sealed).unwrap(), 1);
    }
}
