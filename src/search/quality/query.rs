//! Which part of a report is asked for.

use uuid::Uuid;

use super::kind::{FindingKind, Kinds};
use crate::{
    http::{PageCursor, QueryString, Refusal},
    kernel::{IntergroupId, Invalid},
    search::listing,
};

/// `kind` (repeatable or with commas; all where it is absent), `limit` 1 to 100
/// (default 100) and `cursor`.
#[derive(Debug, Clone)]
pub struct QualityQuery {
    kinds: Option<Kinds>,
    pub(super) limit: usize,
    after: Option<(FindingKind, String, Uuid)>,
    cursor: PageCursor,
}

impl QualityQuery {
    /// Reads the query of an intergroup's report.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(intergroup: IntergroupId, mut query: QueryString) -> Result<Self, Vec<Invalid>> {
        let kinds = query.take_list("kind", FindingKind::ALL.len(), |text| {
            FindingKind::of_code(text).ok_or_else(|| {
                let codes = FindingKind::ALL.map(FindingKind::code).join(", ");
                Refusal::new("invalid", format!("must be one of {codes}"))
            })
        });
        let kinds = kinds.map(|kinds| kinds.into_iter().fold(Kinds::default(), |set, kind| set.with(kind, true)));
        let limit = listing::take_limit(&mut query);
        let cursor = PageCursor::of("quality", &(intergroup, kinds));
        let after = query.take_one("cursor", |text| {
            let (key, id) = cursor.read(text)?;
            let place = key.split_once('/').and_then(|(code, name)| Some((FindingKind::of_code(code)?, name)));
            place.map(|(kind, name)| (kind, name.to_owned(), id)).ok_or_else(PageCursor::refused)
        });
        query.finish()?;
        Ok(Self { kinds, limit, after, cursor })
    }

    /// Whether a kind is asked for.
    pub(super) fn wants(&self, kind: FindingKind) -> bool {
        self.kinds.is_none_or(|kinds| kinds.has(kind))
    }

    /// Whether a finding, of a meeting of that folded name, comes after the
    /// page before.
    pub(super) fn is_ahead(&self, kind: FindingKind, name: &str, id: Uuid) -> bool {
        self.after.as_ref().is_none_or(|after| (kind, name, id) > (after.0, after.1.as_str(), after.2))
    }

    /// The cursor behind a finding.
    pub(super) fn cursor(&self, kind: FindingKind, name: &str, id: Uuid) -> String {
        self.cursor.write(&format!("{}/{name}", kind.code()), id)
    }
}
