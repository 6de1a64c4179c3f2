//! The end of a connection whose request was answered before it was read.
//!
//! Where a handler leaves a body of stated length unread, the framework sends
//! the answer, lets the client hear it, and closes. A chunked body it would
//! read to its end instead, however slowly that comes: unless the body is
//! still held when the answer has been sent, which is what is done here.

use std::{
    cell::RefCell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    HttpMessage, HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest},
    error::PayloadError,
    http::header::TRANSFER_ENCODING,
    web::Bytes,
};
use futures_util::Stream;

use super::connection::Answering;

/// A request's body, held besides by whoever reads it.
#[derive(Clone)]
pub(super) struct Held(Rc<RefCell<Payload>>);

impl Held {
    /// Holds the body of a request; `None` where that is not needed.
    pub fn of(request: &mut ServiceRequest) -> Option<Self> {
        if !request.headers().contains_key(TRANSFER_ENCODING) {
            return None;
        }
        let held = Self(Rc::new(RefCell::new(request.take_payload())));
        request.set_payload(Payload::Stream { payload: Box::pin(held.clone()) });
        Some(held)
    }
}

impl Stream for Held {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(context)
    }
}

/// An answer that holds the body of its request until it has been sent, and
/// whose request is being answered until then.
pub(super) fn until_sent(held: Option<Held>, answering: Option<Answering>, response: HttpResponse) -> HttpResponse {
    if held.is_none() && answering.is_none() {
        return response;
    }
    response.map_body(|_, body| BoxBody::new(Holding { body, _held: held, _answering: answering }))
}

struct Holding {
    body: BoxBody,
    _held: Option<Held>,
    _answering: Option<Answering>,
}

impl MessageBody for Holding {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
