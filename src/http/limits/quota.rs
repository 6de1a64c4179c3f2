//! The limits there are, and how they are told.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

pub(in crate::http) const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");
pub(in crate::http) const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

macro_rules! quotas {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $requests:literal, $window_s:literal;)*) => {
        /// How many requests in how many seconds. They are given back one by
        /// one, evenly over the window.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Quota { $($(#[doc = $doc])+ $variant,)* }

        impl Quota {
            /// Every quota there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name in the headers.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The most requests at once.
            pub fn requests(self) -> u32 {
                match self { $(Self::$variant => $requests,)* }
            }

            /// How long it takes until all are given back.
            pub fn window_s(self) -> u32 {
                match self { $(Self::$variant => $window_s,)* }
            }
        }
    };
}

quotas! {
    /// What needs no token, by address; and tokens that are refused.
    Public = "public", 600, 60;
    /// Feedback on meetings, by address.
    Feedback = "feedback", 5, 3_600;
    /// Tries to sign in, by address; what one account gets is counted elsewhere.
    SignIn = "sign-in", 30, 60;
    /// What an office account does.
    Office = "office", 600, 60;
    /// What a moderator's account does.
    Moderator = "moderator", 600, 60;
    /// What an office key does.
    Key = "key", 1_200, 60;
    /// New accounts, by address: a room full of people on one network.
    SignUp = "sign-up", 20, 3_600;
    /// What a member's account does.
    Member = "member", 60, 60;
    /// How often an account's vault is written.
    Vault = "vault", 10, 3_600;
    /// What a pass does.
    Pass = "pass", 60, 60;
    /// What a pass writes for others to read.
    Post = "post", 20, 86_400;
    /// Thanks of a member for stories.
    Thanks = "thanks", 50, 86_400;
    /// What a pass, or a member, reports.
    Report = "report", 10, 86_400;
}

/// What is left of a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remaining {
    /// Of which.
    pub quota: Quota,
    /// So many requests more.
    pub left: u32,
    /// In so many seconds: the quota's window, or, when nothing is left, the
    /// seconds until there is.
    pub within_s: u32,
}

impl Remaining {
    /// The fields of draft-ietf-httpapi-ratelimit-headers-10.
    pub(super) fn headers(self) -> [(HeaderName, String); 2] {
        let Self { quota, left, within_s } = self;
        let (name, requests, window_s) = (quota.name(), quota.requests(), quota.window_s());
        [
            (RATELIMIT_POLICY, format!("\"{name}\";q={requests};w={window_s}")),
            (RATELIMIT, format!("\"{name}\";r={left};t={within_s}")),
        ]
    }

    /// Adds them to an answer, which must be one that no cache keeps: the next
    /// reader would take them for its own.
    pub fn write(self, headers: &mut HeaderMap) {
        for (name, value) in self.headers() {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
    }
}
