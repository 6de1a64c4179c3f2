//! A body that is kept and sent to many: compressed once in each coding.

use std::sync::{Arc, OnceLock};

use actix_web::{
    http::header::HeaderValue,
    web::{self, Bytes},
};

use super::{
    EntityTag,
    coding::{Coding, Effort},
};

/// A kept body.
#[derive(Debug)]
pub struct Edition {
    body: Bytes,
    tag: EntityTag,
    /// The tag of each coding, by [`Coding`].
    tags: [HeaderValue; 4],
    coded: [OnceLock<Bytes>; 3],
}

impl Edition {
    /// Keeps a body.
    pub fn new(body: Vec<u8>) -> Self {
        let tag = EntityTag::of_bytes(&body);
        Self::with(body, tag, false)
    }

    /// Keeps a body that was also sent by itself, with this tag: others have the
    /// same, and compressed with less effort.
    pub fn of_live(body: Vec<u8>, tag: EntityTag) -> Self {
        Self::with(body, tag, true)
    }

    fn with(body: Vec<u8>, tag: EntityTag, is_live_too: bool) -> Self {
        let tags = [Coding::Identity, Coding::Br, Coding::Zstd, Coding::Gzip];
        let tags = tags.map(|coding| tag.in_coding(coding, is_live_too));
        Self { body: body.into(), tag, tags, coded: Default::default() }
    }

    /// The body as it is.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// What it is known by: mostly a hash of the body.
    pub(super) fn tag(&self) -> &EntityTag {
        &self.tag
    }

    /// The same of the body in a coding.
    pub(super) fn tag_in(&self, coding: Coding) -> HeaderValue {
        self.tags[coding as usize].clone()
    }

    /// The body in a coding, where somebody asked for it in that before.
    pub(super) fn present(&self, coding: Coding) -> Option<Bytes> {
        match place(coding) {
            None => Some(self.body.clone()),
            Some(place) => self.coded[place].get().cloned(),
        }
    }

    /// The body in a coding, in which it is compressed the first time that
    /// somebody asks for it, beside what else there is to do; as it is where that
    /// cannot be.
    pub(super) async fn coded(self: Arc<Self>, coding: Coding) -> Bytes {
        if let Some(present) = self.present(coding) {
            return present;
        }
        let edition = Arc::clone(&self);
        // Whoever asks meanwhile waits for the same work.
        let coded = web::block(move || {
            let body = || edition.body.clone();
            let compressed = || coding.encode(&edition.body, Effort::Kept).map_or_else(body, Bytes::from);
            place(coding).map_or_else(body, |place| edition.coded[place].get_or_init(compressed).clone())
        });
        coded.await.unwrap_or_else(|_| self.body.clone())
    }
}

/// Where a coding is kept.
fn place(coding: Coding) -> Option<usize> {
    match coding {
        Coding::Identity => None,
        Coding::Br => Some(0),
        Coding::Zstd => Some(1),
        Coding::Gzip => Some(2),
    }
}
