//! What was asked, without what it was asked by: as the framework's router and
//! as the [`Lane`](super::Lane) have it.

use actix_web::{HttpRequest, dev::RequestHead};

/// A request, as far as its head tells.
pub trait AsHead {
    /// The head.
    fn as_head(&self) -> &RequestHead;
}

impl AsHead for RequestHead {
    fn as_head(&self) -> &RequestHead {
        self
    }
}

impl AsHead for HttpRequest {
    fn as_head(&self) -> &RequestHead {
        self.head()
    }
}
