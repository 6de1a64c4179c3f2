//! The smaller objects inside of the answers.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::codes::{Open, OpenNoticeKind};
use crate::directory::{self, Conference, Contact, Contribution, Notice};
use crate::kernel::{LocalTime, NoticeId};

/// How to join online or by phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Conference)]
pub struct ConferenceView<'a> {
    /// Absolute http(s) address that opens the meeting.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub url: Option<&'a str>,
    /// For instance a password.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub url_notes: Option<&'a str>,
    /// Number to dial, of `0-9 + , # *`; a comma is a pause.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub phone: Option<&'a str>,
    /// For instance a meeting number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub phone_notes: Option<&'a str>,
    /// Name of the service behind `url`, for instance `Zoom`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub provider: Option<&'static str>,
}

impl<'a> ConferenceView<'a> {
    /// What there is to say; `None` if nothing.
    pub fn of(conference: &'a Conference) -> Option<Self> {
        (!conference.is_empty()).then(|| Self {
            url: conference.url.as_deref(),
            url_notes: conference.url_notes.as_deref(),
            phone: conference.phone.as_deref(),
            phone_notes: conference.phone_notes.as_deref(),
            provider: conference.url.as_deref().and_then(directory::provider),
        })
    }
}

/// Where Seventh Tradition contributions go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Contribution)]
pub struct ContributionView<'a> {
    /// `@Handle` at Venmo.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub venmo: Option<&'a str>,
    /// `$Cashtag` at Cash App.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub square: Option<&'a str>,
    /// PayPal.me user name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub paypal: Option<&'a str>,
    /// Code at homegroup.online.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub homegroup_online: Option<&'a str>,
}

impl<'a> ContributionView<'a> {
    /// What there is to say; `None` if nothing.
    pub fn of(contribution: &'a Contribution) -> Option<Self> {
        (!contribution.is_empty()).then_some(Self {
            venmo: contribution.venmo.as_deref(),
            square: contribution.square.as_deref(),
            paypal: contribution.paypal.as_deref(),
            homegroup_online: contribution.homegroup_online.as_deref(),
        })
    }
}

/// Somebody to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Contact)]
pub struct ContactView<'a> {
    /// First name and at most an initial.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<&'a str>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub email: Option<&'a str>,
    /// Phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub phone: Option<&'a str>,
}

impl<'a> ContactView<'a> {
    /// The contact; `None` where the name looks like a full one, because
    /// nobody's last name is published.
    pub fn of(contact: &'a Contact) -> Option<Self> {
        (!contact.likely_last_name).then_some(Self::for_office(contact))
    }

    /// The contact, whatever its name looks like: for its office alone.
    pub fn for_office(contact: &'a Contact) -> Self {
        Self { name: contact.name.as_deref(), email: contact.email.as_deref(), phone: contact.phone.as_deref() }
    }
}

/// A dated or repeating exception. Dates are local to the meeting, ends
/// included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Notice)]
pub struct NoticeView<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: NoticeId,
    /// What it says.
    pub kind: OpenNoticeKind,
    /// The first date it applies to.
    pub from: NaiveDate,
    /// The last date; absent: no end for a repeating one, `from` alone else.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub to: Option<NaiveDate>,
    /// Which of the dates; absent: each.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub repeats: Option<RepeatsView<'a>>,
    /// The other local time, `HH:MM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub time: Option<LocalTime>,
    /// The other place, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub location: Option<&'a str>,
    /// The other way to join.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub conference: Option<ConferenceView<'a>>,
    /// What to tell people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub words: Option<&'a str>,
}

/// A monthly pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Repeats)]
pub struct RepeatsView<'a> {
    /// Which weekday of the month, 1 to 5, and -1 for the last.
    pub weeks_of_month: &'a [i8],
}

impl<'a> NoticeView<'a> {
    /// The notice as it is shown.
    pub fn of(notice: &'a Notice) -> Self {
        let weeks_of_month = notice.weeks_of_month.as_slice();
        Self {
            id: notice.id,
            kind: Open(notice.kind.into()),
            from: notice.from,
            to: notice.to,
            repeats: (!weeks_of_month.is_empty()).then_some(RepeatsView { weeks_of_month }),
            time: notice.time,
            location: notice.location.as_deref(),
            conference: ConferenceView::of(&notice.conference),
            words: notice.words.as_deref(),
        }
    }
}
