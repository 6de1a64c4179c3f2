//! A connection that nobody can hold for nothing, and on which whatever is
//! answered is an answer of ours.
//!
//! The framework bounds the time of a connection's first head only, waits as
//! long as a client likes for it to take what it is sent, and answers what is
//! no request with a bare status. A [`Connection`] lies between it and the
//! socket: every head must arrive in time, what is sent must be taken in time,
//! and the bare status is replaced by problem details. Whose turn it is the
//! [`envelope`](super::envelope) says, which every request passes; nothing here
//! reads HTTP, so that there is one parser and one opinion on where a request
//! ends. Time for bodies is kept where they are read.

mod refusal;
mod turn;

use std::{
    fmt, io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

use self::{refusal::Refusal, turn::Turn};
use super::ErrorCode;
use crate::{
    config::Bounds,
    kernel::{Clock, Entropy},
};

pub(super) use turn::Answering;
pub use turn::Turns;

/// A connection, or anything else that bytes come and go on.
pub struct Connection<T> {
    io: T,
    turns: Turns,
    sources: (Arc<dyn Clock>, Arc<dyn Entropy>),
    head_within: Duration,
    taken_within: Duration,
    heard_within: Duration,
    /// When the head that is arriving must be there.
    head_by: Instant,
    /// Ends then or earlier: to set it anew for every head costs more than to
    /// look once in a while whether it was in time.
    head_timer: Pin<Box<Sleep>>,
    /// When the client must have taken something, while it takes nothing.
    taken_by: Option<Pin<Box<Sleep>>>,
    /// Whether all that the framework wrote so far has been sent.
    is_clear: bool,
    refusal: Option<Refusal>,
}

impl<T> fmt::Debug for Connection<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("turns", &self.turns).finish_non_exhaustive()
    }
}

impl<T> Connection<T> {
    /// A connection that has just been made: its first head must be there as
    /// soon as any other.
    pub fn new(io: T, bounds: &Bounds, sources: (Arc<dyn Clock>, Arc<dyn Entropy>)) -> Self {
        Self {
            io,
            turns: Turns::default(),
            sources,
            head_within: bounds.head_within,
            taken_within: bounds.taken_within,
            heard_within: bounds.heard_within,
            head_by: Instant::now() + bounds.head_within,
            head_timer: Box::pin(sleep(bounds.head_within)),
            taken_by: None,
            is_clear: true,
            refusal: None,
        }
    }

    /// Whose turn it is, for the envelope.
    pub fn turns(&self) -> Turns {
        self.turns.clone()
    }

    /// Nothing more is read, and nothing said but this. Not while an answer is
    /// on its way, of which it would be taken for a part.
    fn refuse(&mut self, code: ErrorCode) {
        self.refusal = Some(Refusal::new(refusal::answer(code, &self.sources), self.heard_within));
    }

    /// Whether the head that is arriving should have been there. Whoever still
    /// takes the answer before it gets time anew.
    fn is_late(&mut self, context: &mut Context<'_>) -> bool {
        while self.turns.now() == Turn::Client && self.head_timer.as_mut().poll(context).is_ready() {
            let now = Instant::now();
            if now >= self.head_by {
                if self.is_clear {
                    return true;
                }
                self.head_by = now + self.head_within;
            }
            self.head_timer.as_mut().reset(self.head_by);
        }
        false
    }

    /// The code of what the framework is about to say, where it says it by
    /// itself: a head is arriving, nothing is being answered, and no answer is
    /// on its way.
    fn refused_by_framework(&self, answer: &[u8]) -> Option<ErrorCode> {
        if self.turns.now() != Turn::Client || !self.is_clear || self.refusal.is_some() {
            return None;
        }
        match answer.strip_prefix(b"HTTP/1.1 ")?.get(..3)? {
            b"400" => Some(ErrorCode::MalformedRequest),
            b"431" => Some(ErrorCode::HeadersTooLarge),
            _ => None,
        }
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncRead for Connection<T> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.refusal.is_some() {
            // As if the client had ended.
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.io).poll_read(context, buffer);
        if buffer.filled().len() > before && this.turns.now() == Turn::Nobody {
            this.turns.set(Turn::Client);
            this.head_by = Instant::now() + this.head_within;
        }
        if read.is_pending() && this.is_late(context) {
            this.refuse(ErrorCode::RequestTimeout);
            return Poll::Ready(Ok(()));
        }
        read
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Connection<T> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let Some(code) = this.refused_by_framework(bytes) {
            this.refuse(code);
        }
        if let Some(refusal) = &mut this.refusal {
            ready!(refusal.poll(context, &mut this.io));
            return Poll::Ready(Ok(bytes.len()));
        }
        this.is_clear = false;
        let written = Pin::new(&mut this.io).poll_write(context, bytes);
        if written.is_ready() {
            this.taken_by = None;
            return written;
        }
        let taken_by = this.taken_by.get_or_insert_with(|| Box::pin(sleep(this.taken_within)));
        ready!(taken_by.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Is called only when there is nothing left to write.
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Some(refusal) = &mut this.refusal {
            ready!(refusal.poll(context, &mut this.io));
        }
        ready!(Pin::new(&mut this.io).poll_flush(context))?;
        this.is_clear = true;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Some(refusal) = &mut this.refusal {
            ready!(refusal.poll(context, &mut this.io));
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut this.io).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests;
