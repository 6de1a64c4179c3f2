//! OpenChair: meetings and groups for Alcoholics Anonymous intergroups and the
//! apps that serve their members.
//!
//! # The map
//!
//! Imports point one way, from below to above:
//!
//! | module | what |
//! |---|---|
//! | [`kernel`] | clock, ids, time zones, text folding: what three features use |
//! | [`config`] | settings: defaults < file < environment < flags |
//! | [`db`] | pools by role, scoped transactions, migrations, the wake-up |
//! | [`http`] | errors, query strings, conditional answers, request ids, headers |
//! | [`mail`] | sending letters |
//! | [`auth`] | tokens, keys, signing in, who is calling |
//! | [`directory`] | intergroups, regions, groups, locations, meetings, notices |
//! | [`feeds`] | formats in and out, fetching, normalising |
//! | [`sync`] | plan, guard, apply |
//! | [`search`] | the snapshot in memory and every public read |
//! | [`calendars`] | meetings as iCalendar |
//! | [`mod@print`] | meeting lists on paper |
//! | [`offices`] | what offices do: guard, writes, history, audit, keys |
//! | [`feedback`] | corrections from the public: receipts, the inbox, answers |
//! | [`webhooks`] | telling offices' other programs what happened |
//! | [`digest`] | the letter of the week, for those who want one |
//! | [`helplines`] | where help is: crisis lines by country |
//! | [`milestones`] | customary milestones as data, reckoned on the device |
//! | [`members`] | anonymous accounts, which know nothing of circles |
//! | [`circles`] | passes, invitations, check-ins and all that peers say |
//! | [`stories`] | shared experience, read by all members |
//! | [`moderation`] | reports, reviews, decisions, appeals |
//! | [`upkeep`] | the work of the night: clearing away, writing afresh |
//! | [`ops`] | whether the service is well, and what it is |
//! | [`app`] | the program put together; the embedded Postgres |
//! | [`cli`] | the command line |
//!
//! How a source becomes an answer: `feeds` reads and normalises it, `sync`
//! plans and applies, `directory` keeps it, `search` loads it whole into a
//! snapshot and answers from there. Postgres is the truth; no public read
//! touches it.

pub mod app;
pub mod auth;
pub mod calendars;
pub mod circles;
pub mod cli;
pub mod config;
pub mod db;
pub mod digest;
pub mod directory;
pub mod feedback;
pub mod feeds;
pub mod helplines;
pub mod http;
pub mod kernel;
pub mod mail;
pub mod members;
pub mod milestones;
pub mod moderation;
pub mod offices;
pub mod ops;
pub mod print;
pub mod search;
pub mod stories;
pub mod sync;
pub mod upkeep;
pub mod webhooks;
