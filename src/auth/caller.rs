//! Who is calling and what they may do, as of this very request.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::kernel::{AccountId, IntergroupId, KeyId, SessionId};

/// What somebody may do in an intergroup and all that belong to it; each
/// contains those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees what the public does not.
    Observer,
    /// Keeps the directory.
    Editor,
    /// Decides who else may, and sees who did what.
    Owner,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Observer, Self::Editor, Self::Owner];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Observer => "observer",
            Self::Editor => "editor",
            Self::Owner => "owner",
        }
    }

    /// The role of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// What an office key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum KeyScope {
    /// See what the office sees of its directory.
    #[serde(rename = "directory:read")]
    DirectoryRead,
    /// Keep the directory.
    #[serde(rename = "directory:write")]
    DirectoryWrite,
    /// Push imports.
    #[serde(rename = "imports:write")]
    ImportsWrite,
    /// Read the inbox.
    #[serde(rename = "feedback:read")]
    FeedbackRead,
}

impl KeyScope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::DirectoryRead, Self::DirectoryWrite, Self::ImportsWrite, Self::FeedbackRead];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DirectoryRead => "directory:read",
            Self::DirectoryWrite => "directory:write",
            Self::ImportsWrite => "imports:write",
            Self::FeedbackRead => "feedback:read",
        }
    }

    /// The scope of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

/// What an operation asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// The least role of a person.
    pub role: Role,
    /// The scope that a key has to have; `None`: not for keys.
    pub scope: Option<KeyScope>,
    /// Whether the password has to have been given just now.
    pub step_up: bool,
}

/// What [`crate::auth`] learnt of a live session, as the database says it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SessionRights {
    pub stepped_up_until: DateTime<Utc>,
    pub has_totp: bool,
    pub rights: Vec<Right>,
}

/// One intergroup that a grant covers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Right {
    /// The intergroup that the grant is of.
    pub root: Uuid,
    pub intergroup_id: Uuid,
    pub role: Role,
    /// It asks for a second factor that the account has not.
    pub needs_totp: bool,
}

/// The same of an office key.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyRights {
    pub key_id: Uuid,
    pub root: Uuid,
    pub scopes: Vec<KeyScope>,
    pub intergroups: Vec<Uuid>,
    /// Whether it is noted that it was used today.
    pub used_today: bool,
}

/// Somebody, or something, that acts for offices.
#[derive(Debug)]
pub enum Caller {
    /// A person who signed in.
    Account(AccountCaller),
    /// A machine with a key.
    Key(KeyCaller),
}

/// A person who signed in.
#[derive(Debug)]
pub struct AccountCaller {
    /// Their account.
    pub id: AccountId,
    /// The session that the token is of.
    pub session: SessionId,
    /// Until when their password counts as given just now.
    pub stepped_up_until: DateTime<Utc>,
    /// Whether they have a second factor.
    pub has_totp: bool,
    roots: Vec<(IntergroupId, Role)>,
    /// The highest role in each intergroup, and whether a second factor is missing there.
    rights: HashMap<IntergroupId, (Role, bool)>,
}

/// A machine with a key.
#[derive(Debug)]
pub struct KeyCaller {
    /// The key.
    pub id: KeyId,
    root: IntergroupId,
    scopes: Vec<KeyScope>,
    intergroups: Vec<IntergroupId>,
}

/// Why a caller may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// They have nothing to do with that intergroup.
    Foreign,
    /// They may see it, but not do that.
    NotAllowed,
    /// The intergroup asks for a second factor.
    NeedsTotp,
    /// The password has to be given again first.
    NeedsStepUp,
}

impl AccountCaller {
    pub(super) fn of_session((session, id): (SessionId, AccountId), found: SessionRights) -> Self {
        let mut roots: HashMap<IntergroupId, Role> = HashMap::new();
        let mut rights: HashMap<IntergroupId, (Role, bool)> = HashMap::new();
        for right in found.rights {
            if right.root == right.intergroup_id {
                roots.insert(IntergroupId(right.root), right.role);
            }
            let entry = rights.entry(IntergroupId(right.intergroup_id)).or_insert((right.role, right.needs_totp));
            entry.0 = entry.0.max(right.role);
        }
        Self {
            id,
            session,
            stepped_up_until: found.stepped_up_until,
            has_totp: found.has_totp,
            roots: roots.into_iter().collect(),
            rights,
        }
    }

    /// The intergroups that they hold a grant of.
    pub fn granted(&self) -> impl Iterator<Item = IntergroupId> {
        self.roots.iter().map(|(root, _)| *root)
    }
}

impl Caller {
    pub(super) fn of_key(found: KeyRights) -> Self {
        Self::Key(KeyCaller {
            id: KeyId(found.key_id),
            root: IntergroupId(found.root),
            scopes: found.scopes,
            intergroups: found.intergroups.into_iter().map(IntergroupId).collect(),
        })
    }

    /// Whether the caller may do what asks for `need` in an intergroup.
    ///
    /// # Errors
    /// Why not.
    pub fn may(&self, need: Need, office: IntergroupId, now: DateTime<Utc>) -> Result<(), Denial> {
        match self {
            Self::Account(account) => {
                let (role, needs_totp) = *account.rights.get(&office).ok_or(Denial::Foreign)?;
                if needs_totp {
                    return Err(Denial::NeedsTotp);
                }
                if role < need.role {
                    return Err(Denial::NotAllowed);
                }
                if need.step_up && account.stepped_up_until <= now {
                    return Err(Denial::NeedsStepUp);
                }
                Ok(())
            }
            Self::Key(key) => {
                if !key.intergroups.contains(&office) {
                    return Err(Denial::Foreign);
                }
                let has = need.scope.is_some_and(|scope| key.scopes.contains(&scope));
                if has { Ok(()) } else { Err(Denial::NotAllowed) }
            }
        }
    }

    /// All intergroups in which the caller may do what asks for `need`.
    pub fn offices(&self, need: Need, now: DateTime<Utc>) -> HashSet<IntergroupId> {
        let all: Vec<IntergroupId> = match self {
            Self::Account(account) => account.rights.keys().copied().collect(),
            Self::Key(key) => key.intergroups.clone(),
        };
        all.into_iter().filter(|office| self.may(need, *office, now).is_ok()).collect()
    }

    /// The intergroups whose grants let the caller do what asks for `need`:
    /// what the database lets a transaction write.
    pub fn roots(&self, need: Need) -> Vec<IntergroupId> {
        match self {
            Self::Account(account) => {
                let enough = account.roots.iter().filter(|(_, role)| *role >= need.role);
                enough.map(|(root, _)| *root).collect()
            }
            Self::Key(key) => {
                let has = need.scope.is_some_and(|scope| key.scopes.contains(&scope));
                has.then_some(key.root).into_iter().collect()
            }
        }
    }

    /// Whose requests are counted and repeated together.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Account(account) => account.id.0,
            Self::Key(key) => key.id.0,
        }
    }
}
