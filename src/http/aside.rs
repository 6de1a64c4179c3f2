//! Work that takes a processor for long, such as to compress a large body: done
//! on threads of its own, of each kind on half of the processors at most, so that
//! who asks for little is always served between. Who asks for much waits for a
//! turn.

use std::{
    io,
    sync::{Arc, LazyLock},
    thread,
};

use actix_web::web;
use tokio::sync::Semaphore;

/// What waits for one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    /// Bodies that take many turns, of which anybody may ask for many at once.
    Long,
    /// Pages, which take one.
    Page,
}

static TURNS: LazyLock<[Arc<Semaphore>; 2]> = LazyLock::new(|| {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    [(); 2].map(|()| Arc::new(Semaphore::new((processors / 2).max(1))))
});

/// Does it aside. Keep it to some milliseconds: turns go by who came first, and
/// what is larger takes several.
///
/// # Errors
/// When it panicked.
pub async fn aside<T: Send + 'static>(queue: Queue, work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    let turns = Arc::clone(&TURNS[queue as usize]);
    let turn = turns.acquire_owned().await.map_err(io::Error::other)?;
    let done = web::block(move || {
        // Held to the end also where nobody waits for it any more.
        let _turn = turn;
        work()
    });
    done.await.map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use futures_util::future::join_all;

    use super::*;

    #[actix_web::test]
    async fn at_most_half_of_the_processors_work_aside() {
        static AT_ONCE: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let work = || {
            MOST.fetch_max(AT_ONCE.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(5));
            AT_ONCE.fetch_sub(1, Ordering::SeqCst);
        };
        let all = (0..16).map(|_| aside(Queue::Long, work));
        // Who hangs up gives its place to nobody before its work is done.
        drop(tokio::time::timeout(Duration::from_millis(1), aside(Queue::Long, work)).await);
        assert!(join_all(all).await.into_iter().all(|one| one.is_ok()));
        let processors = thread::available_parallelism().map_or(1, usize::from);
        assert!(MOST.load(Ordering::SeqCst) <= (processors / 2).max(1));
    }

    #[actix_web::test]
    async fn a_page_does_not_wait_for_what_is_long() {
        let (go_on, wait) = std::sync::mpsc::channel::<()>();
        let long = actix_web::rt::spawn(aside(Queue::Long, move || wait.recv().is_ok()));
        assert_eq!(aside(Queue::Page, || 7).await.unwrap(), 7);
        go_on.send(()).unwrap();
        assert!(long.await.unwrap().unwrap());
    }
}
