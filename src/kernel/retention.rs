//! How long what is kept: the one table. The jobs that clear away read it, and
//! the service shows it to everybody as it stands here.
//!
//! To add a line: here, and where it is cleared away, by [`Kept::before`] or
//! [`Kept::before_week`]. A number of days stands nowhere else.

use chrono::{Days, NaiveDate};

/// The days of the week after its Monday: where only a week is known, its last
/// day counts.
const REST_OF_WEEK: u64 = 6;

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// What is kept; never changes afterwards.
    pub what: &'static str,
    /// For how many days.
    pub days: u16,
    /// Counted from the end of what.
    pub from: &'static str,
    /// What happens then.
    pub then: &'static str,
}

macro_rules! kept {
    ($($(#[$doc:meta])* $name:ident: $what:literal, $days:literal, $from:literal, $then:literal;)+) => {
        /// What is kept for a time.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kept {
            $($(#[$doc])* $name,)+
        }

        impl Kept {
            /// The whole table.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Its line.
            pub const fn rule(self) -> Rule {
                match self {
                    $(Self::$name => Rule { what: $what, days: $days, from: $from, then: $then },)+
                }
            }
        }
    };
}

kept! {
    /// What was typed in check-ins, goals and answers.
    CheckInWords: "check_in_words", 400, "the day, or the week, that they are of",
        "the words are erased; the day and what was ticked stay, so that no total falls";
    /// Nudges, which no total counts.
    Nudges: "nudges", 400, "their day", "deleted";
    /// Passes that nobody uses.
    IdlePasses: "idle_passes", 400, "the week in which the pass was last seen",
        "deleted with all that it wrote, a story too, and its key";
    /// Passes that a steward removed.
    RemovedPasses: "removed_passes", 30, "the day of the removal",
        "deleted with all that it wrote, and its key; until then it can be exported";
    /// Reports that were decided, and stories' reviews.
    ClosedReports: "closed_reports", 90, "the day on which it was closed",
        "deleted with the copies of what was reported, any appeal, and its key; that it was decided stays";
    /// Keys that have no pass and no report.
    OrphanKeys: "keys_without_owner", 7, "the week in which the key was made", "deleted";
    /// Invitations to a circle.
    CircleInvitations: "circle_invitations", 0, "their last day, seven days after they were made", "deleted";
    /// Vouchers that were used.
    SpentVouchers: "spent_vouchers", 0, "the month after the one that they name, in which they run out", "deleted";
    /// Circles that everybody left.
    EmptyCircles: "empty_circles", 0, "the night after the last pass went", "deleted";
    /// Accounts that nobody uses.
    IdleAccounts: "idle_accounts", 800, "the week in which the account was last seen", "deleted, its vault with it";
    /// How many vouchers an account was given.
    VoucherCounts: "voucher_counts", 30, "the week in which a voucher was given", "forgotten";
    /// Sign-ins of accounts.
    MemberSessions: "member_sessions", 180, "the week in which it was last used", "deleted";
    /// Sign-ins of passes.
    CircleSessions: "circle_sessions", 400, "the week in which it was last used", "deleted";
    /// Corrections of the directory that were answered.
    AnsweredFeedback: "answered_feedback", 90, "the answer", "deleted";
    /// Corrections that nobody answered.
    UnansweredFeedback: "unanswered_feedback", 365, "the day on which it was given", "deleted";
    /// The words of corrections, whatever became of them.
    FeedbackWords: "feedback_words", 400, "the day on which it was given", "deleted at the latest";
    /// That a meeting was taken out of a directory, for apps that keep a copy.
    Departures: "departures", 100, "the day on which a meeting was taken out of the directory, or moved to another office",
        "forgotten; an app that was not here since makes its copy anew";
    /// Runs of sources.
    ImportRuns: "import_runs", 90, "the day on which it began",
        "deleted with its report, what it found before it, and its source; of each source the last that was applied stays";
    /// What webhooks were told, and what became of it.
    WebhookDeliveries: "webhook_deliveries", 30, "what it tells of", "deleted";
    /// Invitations of offices.
    OfficeInvitations: "office_invitations", 30, "their use, or their end", "deleted";
    /// Sign-ins of offices.
    OfficeSessions: "office_sessions", 1, "their end", "deleted";
    /// Answers that are kept for a request that is sent again.
    RepeatedWrites: "idempotency_keys", 1, "the first request", "deleted";
}

impl Kept {
    /// For how many days.
    pub const fn days(self) -> u16 {
        self.rule().days
    }

    /// The first day that is still kept today: what is of an earlier one goes.
    pub fn before(self, today: NaiveDate) -> NaiveDate {
        today.checked_sub_days(Days::new(self.days().into())).unwrap_or(NaiveDate::MIN)
    }

    /// The same where the Monday of a week is all that is known: what is of an
    /// earlier Monday goes.
    pub fn before_week(self, today: NaiveDate) -> NaiveDate {
        self.before(today).checked_sub_days(Days::new(REST_OF_WEEK)).unwrap_or(NaiveDate::MIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2027, month, day).unwrap()
    }

    #[test]
    fn what_is_of_a_day_goes_when_its_days_are_over() {
        assert_eq!(Kept::RemovedPasses.before(on(3, 31)), on(3, 1));
    }

    #[test]
    fn a_week_counts_to_its_sunday() {
        // Last seen in the week of Monday, 1 March: at the latest on Sunday, the 7th.
        assert!(Kept::OrphanKeys.before_week(on(3, 14)) <= on(3, 1));
        assert!(Kept::OrphanKeys.before_week(on(3, 15)) > on(3, 1));
    }

    #[test]
    fn no_line_stands_twice_and_each_says_what_happens() {
        for (at, kept) in Kept::ALL.iter().enumerate() {
            let rule = kept.rule();
            assert!(Kept::ALL[..at].iter().all(|other| other.rule().what != rule.what), "{}", rule.what);
            assert!(!rule.from.is_empty() && !rule.then.is_empty(), "{}", rule.what);
        }
    }
}
