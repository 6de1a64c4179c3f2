//! A body that is kept and sent to many: compressed once in each coding.

use std::sync::{Arc, OnceLock};

use actix_web::web::{self, Bytes};

use super::{
    EntityTag,
    coding::{Coding, Effort},
};

/// A kept body.
#[derive(Debug)]
pub struct Edition {
    body: Bytes,
    tag: EntityTag,
    is_live_too: bool,
    coded: [OnceLock<Bytes>; 3],
}

impl Edition {
    /// Keeps a body.
    pub fn new(body: Vec<u8>) -> Self {
        let tag = EntityTag::of_bytes(&body);
        Self { body: body.into(), tag, is_live_too: false, coded: Default::default() }
    }

    /// Keeps a body that was also sent by itself, with this tag.
    pub fn of_live(body: Vec<u8>, tag: EntityTag) -> Self {
        Self { body: body.into(), tag, is_live_too: true, coded: Default::default() }
    }

    /// Whether others have the same, and compressed with less effort.
    pub(super) fn is_live_too(&self) -> bool {
        self.is_live_too
    }

    /// The body as it is.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// What it is known by: mostly a hash of the body.
    pub(super) fn tag(&self) -> &EntityTag {
        &self.tag
    }

    /// The body in a coding, in which it is compressed the first time that
    /// somebody asks for it, beside what else there is to do; `None` where it
    /// is sent as it is.
    pub(super) async fn coded(self: &Arc<Self>, coding: Coding) -> Option<Bytes> {
        let place = match coding {
            Coding::Identity => return None,
            Coding::Br => 0,
            Coding::Zstd => 1,
            Coding::Gzip => 2,
        };
        if let Some(coded) = self.coded[place].get() {
            return Some(coded.clone());
        }
        let edition = Arc::clone(self);
        // Whoever asks meanwhile waits for the same work.
        let coded = web::block(move || {
            let compressed =
                || coding.encode(&edition.body, Effort::Kept).map_or_else(|| edition.body.clone(), Bytes::from);
            edition.coded[place].get_or_init(compressed).clone()
        });
        coded.await.ok()
    }

    /// The body as it is, without a copy.
    pub(super) fn whole(&self) -> Bytes {
        self.body.clone()
    }
}
