//! Calendars of whole offices, kept while they stay the same.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Datelike, Utc};

use crate::{
    http::Edition,
    kernel::IntergroupId,
    search::{IntergroupEntry, Snapshot},
};

/// The calendars of intergroups that were asked for, of one revision and month.
#[derive(Debug, Default)]
pub struct Calendars(Mutex<OfMonth>);

#[derive(Debug, Default)]
struct OfMonth {
    /// Revision, year and month; a calendar depends on nothing else.
    of: (i64, i32, u32),
    calendars: HashMap<IntergroupId, Arc<Edition>>,
}

impl Calendars {
    /// The calendar of an intergroup.
    ///
    /// # Errors
    /// When the bytes of the snapshot are not what it says they are.
    pub fn get(
        &self,
        snapshot: &Snapshot,
        intergroup: &IntergroupEntry,
        now: DateTime<Utc>,
    ) -> Result<Arc<Edition>, serde_json::Error> {
        let of = (snapshot.revision(), now.year(), now.month());
        if let Some(known) = self.of_month(of, |calendars| calendars.get(&intergroup.id).cloned()) {
            return Ok(known);
        }
        let made = Arc::new(Edition::new(super::of_intergroup(snapshot, intergroup, now)?));
        self.of_month(of, |calendars| calendars.insert(intergroup.id, made.clone()));
        Ok(made)
    }

    fn of_month<T>(&self, of: (i64, i32, u32), look: impl FnOnce(&mut HashMap<IntergroupId, Arc<Edition>>) -> T) -> T {
        // Nothing is left half done where somebody panics.
        let mut month = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if month.of != of {
            *month = OfMonth { of, calendars: HashMap::new() };
        }
        look(&mut month.calendars)
    }
}
