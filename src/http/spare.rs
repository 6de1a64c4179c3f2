//! The memory of a body that was sent, used again for the next one that the
//! thread writes: it is near the processor still, where an allocator would go
//! from one piece of memory to the next.

use std::{cell::Cell, mem};

use actix_web::web::Bytes;

/// The largest that is kept, in bytes, by each thread.
const MOST: usize = 128 << 10;

thread_local! {
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// An empty body with room for so many bytes.
pub fn spare_body(room: usize) -> Vec<u8> {
    let mut body = SPARE.take();
    body.reserve(room);
    body
}

/// A body as it is sent; once it was, its memory may be a spare.
pub(super) fn sent(body: Vec<u8>) -> Bytes {
    Bytes::from_owner(Sent(body))
}

struct Sent(Vec<u8>);

impl AsRef<[u8]> for Sent {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        let mut body = mem::take(&mut self.0);
        body.clear();
        // Where the thread ends there is no next one.
        let _ = SPARE.try_with(|spare| {
            let kept = spare.take();
            let is_better = body.capacity() <= MOST && body.capacity() > kept.capacity();
            spare.set(if is_better { body } else { kept });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_body_has_the_memory_of_the_last_and_none_of_its_bytes() {
        let mut body = spare_body(1000);
        body.extend_from_slice(b"somebody's");
        let at = body.as_ptr();
        let bytes = sent(body);
        let other = bytes.slice(2..);
        drop(bytes);
        assert_eq!(spare_body(0).capacity(), 0, "it is being sent still");
        drop(other);
        let next = spare_body(10);
        assert_eq!((next.as_ptr(), next.len()), (at, 0));
        drop(sent(Vec::with_capacity(MOST + 1)));
        assert_eq!(spare_body(0).capacity(), 0, "that is too large to keep");
    }

    #[test]
    fn a_small_body_does_not_take_the_place_of_a_large_one() {
        drop(sent(Vec::with_capacity(2000)));
        drop(sent(Vec::with_capacity(10)));
        assert!(spare_body(0).capacity() >= 2000);
    }
}
