//! The last thing that is said on a connection, to what was no request.

use std::{
    io::Write as _,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::{Duration, SystemTime},
};

use actix_web::{body::MessageBody as _, http::header::HttpDate};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

use super::super::{ErrorCode, envelope::refused};
use crate::kernel::{Clock, Entropy};

/// An answer that is sent before the connection is closed.
pub(super) struct Refusal {
    answer: Vec<u8>,
    sent: usize,
    until: Pin<Box<Sleep>>,
    stage: Stage,
}

#[derive(Clone, Copy)]
enum Stage {
    Says,
    Ends,
    Hears,
    Done,
}

impl Refusal {
    /// That answer, which the client has so long to hear.
    pub(super) fn new(answer: Vec<u8>, heard_within: Duration) -> Self {
        Self { answer, sent: 0, until: Box::pin(sleep(heard_within)), stage: Stage::Says }
    }

    /// Sends it, ends this side, and reads what still comes: to close over
    /// unread bytes would reset the connection, and the client might lose the
    /// answer.
    pub(super) fn poll<T>(&mut self, context: &mut Context<'_>, io: &mut T) -> Poll<()>
    where
        T: AsyncRead + AsyncWrite + Unpin,
    {
        if !matches!(self.stage, Stage::Done) && self.until.as_mut().poll(context).is_ready() {
            self.stage = Stage::Done;
        }
        loop {
            self.stage = match self.stage {
                Stage::Says => match ready!(Pin::new(&mut *io).poll_write(context, &self.answer[self.sent..])) {
                    Ok(0) | Err(_) => Stage::Done,
                    Ok(more) => {
                        self.sent += more;
                        if self.sent < self.answer.len() { Stage::Says } else { Stage::Ends }
                    }
                },
                Stage::Ends => match ready!(Pin::new(&mut *io).poll_shutdown(context)) {
                    Ok(()) => Stage::Hears,
                    Err(_) => Stage::Done,
                },
                Stage::Hears => {
                    let mut bytes = [0; 4096];
                    let mut buffer = ReadBuf::new(&mut bytes);
                    let read = ready!(Pin::new(&mut *io).poll_read(context, &mut buffer));
                    if read.is_ok() && !buffer.filled().is_empty() { Stage::Hears } else { Stage::Done }
                }
                Stage::Done => return Poll::Ready(()),
            }
        }
    }
}

/// Problem details with the headers that every answer has, as they are sent.
pub(super) fn answer(code: ErrorCode, (clock, entropy): &(Arc<dyn Clock>, Arc<dyn Entropy>)) -> Vec<u8> {
    let id = entropy.uuid_v4().to_string();
    let status = code.status();
    tracing::debug!(request_id = id, status = status.as_u16(), "refused what is no request");
    let (response, body) = refused(code, &id).into_parts();
    let body = body.try_into_bytes().unwrap_or_default();
    let date = HttpDate::from(SystemTime::from(clock.now()));
    let mut answer =
        format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\ndate: {date}\r\n", body.len())
            .into_bytes();
    for (name, value) in response.headers() {
        _ = write!(answer, "{name}: ");
        answer.extend_from_slice(value.as_bytes());
        answer.extend_from_slice(b"\r\n");
    }
    answer.extend_from_slice(b"\r\n");
    answer.extend_from_slice(&body);
    answer
}
