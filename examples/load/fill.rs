//! Fills a database with a made-up directory, as fast as Postgres takes rows
//! (`COPY`).
//!
//! All of it is one transaction with one number of the clock. Triggers and
//! checks of foreign keys, which look at each row, are left out of it: what is
//! made up points to what is made up, and no trigger acts on new rows but the
//! clock's, which has had its turn by then.

use std::fmt::{Display, Write as _};

use anyhow::Context;
use openchair::{
    db,
    directory::{Contribution, Directory, Group, Intergroup, Location, Meeting, Notice, Region, TimezoneSource},
};
use serde::Serialize;
use sqlx::{Connection, Executor, PgConnection, Postgres, Transaction};

use super::made_up::MadeUp;

/// Fills an empty, migrated database, as its owner; `told` hears how many
/// meetings are in it so far.
///
/// # Errors
/// When there is a directory already, or the database refuses.
pub async fn fill(owner: &mut PgConnection, made_up: &MadeUp, mut told: impl FnMut(usize)) -> anyhow::Result<()> {
    let there: i64 = sqlx::query_scalar("SELECT count(*) FROM directory.intergroups").fetch_one(&mut *owner).await?;
    anyhow::ensure!(there == 0, "there is a directory of {there} offices already");
    let mut transaction = owner.begin().await?;
    let revision: i64 =
        sqlx::query_scalar("UPDATE directory.directory_clock SET revision = revision + 1 RETURNING revision")
            .fetch_one(&mut *transaction)
            .await?;
    transaction.execute("SET LOCAL session_replication_role = replica").await?;
    let mut filled = 0;
    for office in made_up.offices() {
        let office = office?;
        copy_office(&mut transaction, &office, revision).await?;
        filled += office.meetings.len();
        told(filled);
    }
    sqlx::query("SELECT pg_notify($1, $2)")
        .bind(db::CHANNEL)
        .bind(revision.to_string())
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    // Or the first who asks waits for the planner to know nothing.
    for table in ["intergroups", "regions", "groups", "locations", "meetings", "notices"] {
        owner.execute(sqlx::AssertSqlSafe(format!("VACUUM (ANALYZE) directory.{table}"))).await?;
    }
    Ok(())
}

async fn copy_office(
    transaction: &mut Transaction<'_, Postgres>,
    office: &Directory,
    revision: i64,
) -> anyhow::Result<()> {
    let copied = [
        (
            "intergroups (id, slug, name, timezone, website, email, phone, location, logo, version, revision,
             created_at, updated_at)",
            Rows::of(&office.intergroups, |row, one| intergroup(row, one, revision)),
        ),
        (
            "regions (id, intergroup_id, parent_id, slug, name, version, revision)",
            Rows::of(&office.regions, |row, one| region(row, one, revision)),
        ),
        (
            "groups (id, intergroup_id, slug, name, notes, website, contacts_public, version, revision, updated_at)",
            Rows::of(&office.groups, |row, one| group(row, one, revision)),
        ),
        (
            "locations (id, intergroup_id, name, formatted_address, address, city, state, postal_code, country,
             latitude, longitude, approximate, notes, version, revision, updated_at)",
            Rows::of(&office.locations, |row, one| location(row, one, revision)),
        ),
        (
            "meetings (id, intergroup_id, slug, group_id, location_id, region_id, name, day, start_time,
             duration_minutes, timezone, timezone_source, district, types, notes, conference_url,
             conference_url_notes, conference_phone, conference_phone_notes, venmo, square, paypal,
             homegroup_online, website, feedback_url, published, contacts_public, version, revision, created_at,
             updated_at)",
            Rows::of(&office.meetings, |row, one| meeting(row, one, revision)),
        ),
        (
            "notices (id, intergroup_id, meeting_id, kind, from_date, to_date, weeks_of_month, words, version,
             revision)",
            Rows::of(&office.meetings, |row, one| {
                one.notices.iter().for_each(|notice| self::notice(row, one, notice, revision));
            }),
        ),
    ];
    for (columns, rows) in copied {
        let mut copy = transaction.copy_in_raw(&format!("COPY directory.{columns} FROM STDIN")).await?;
        copy.send(rows.into_bytes()).await?;
        copy.finish().await.with_context(|| columns.to_owned())?;
    }
    Ok(())
}

/// Rows in the text form of `COPY`.
struct Rows(String);

impl Rows {
    fn of<T>(things: &[T], write: impl Fn(&mut Self, &T)) -> String {
        let mut rows = Self(String::with_capacity(things.len() * 512));
        things.iter().for_each(|one| write(&mut rows, one));
        rows.0
    }

    /// A cell that needs no escaping: an id, a number, a moment, a code.
    fn plain(&mut self, cell: impl Display) -> &mut Self {
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{cell}\t");
        self
    }

    fn text(&mut self, cell: &str) -> &mut Self {
        for c in cell.chars() {
            match c {
                '\\' => self.0.push_str("\\\\"),
                '\t' => self.0.push_str("\\t"),
                '\n' => self.0.push_str("\\n"),
                '\r' => self.0.push_str("\\r"),
                c => self.0.push(c),
            }
        }
        self.0.push('\t');
        self
    }

    fn maybe(&mut self, cell: Option<&String>) -> &mut Self {
        match cell {
            Some(cell) => self.text(cell),
            None => self.plain("\\N"),
        }
    }

    fn maybe_plain(&mut self, cell: Option<impl Display>) -> &mut Self {
        match cell {
            Some(cell) => self.plain(cell),
            None => self.plain("\\N"),
        }
    }

    /// The word that it is in JSON, which is the one in the database.
    fn word(&mut self, cell: impl Serialize) -> &mut Self {
        // A variant is always one; without a word the database would refuse it.
        let word = serde_json::to_string(&cell).unwrap_or_default();
        self.plain(word.trim_matches('"'))
    }

    fn contribution(&mut self, to: &Contribution) -> &mut Self {
        self.maybe(to.venmo.as_ref())
            .maybe(to.square.as_ref())
            .maybe(to.paypal.as_ref())
            .maybe(to.homegroup_online.as_ref())
    }

    fn end(&mut self) {
        self.0.pop();
        self.0.push('\n');
    }
}

fn intergroup(row: &mut Rows, one: &Intergroup, revision: i64) {
    row.plain(one.id).text(one.slug.as_str()).text(&one.name).plain(one.timezone);
    row.maybe(one.website.as_ref()).maybe(one.email.as_ref()).maybe(one.phone.as_ref());
    row.maybe(one.location.as_ref()).maybe(one.logo.as_ref());
    row.plain(one.version).plain(revision).plain(one.updated_at).plain(one.updated_at).end();
}

fn region(row: &mut Rows, one: &Region, revision: i64) {
    row.plain(one.id).plain(one.intergroup_id).maybe_plain(one.parent_id).text(one.slug.as_str()).text(&one.name);
    row.plain(one.version).plain(revision).end();
}

fn group(row: &mut Rows, one: &Group, revision: i64) {
    row.plain(one.id).plain(one.intergroup_id).text(one.slug.as_str()).text(&one.name);
    row.maybe(one.notes.as_ref()).maybe(one.website.as_ref()).plain(one.contacts_public);
    row.plain(one.version).plain(revision).plain("2026-01-05T00:00:00Z").end();
}

fn location(row: &mut Rows, one: &Location, revision: i64) {
    let place = &one.place;
    row.plain(one.id).plain(one.intergroup_id).maybe(place.name.as_ref()).maybe(place.formatted_address.as_ref());
    row.maybe(place.address.as_ref()).maybe(place.city.as_ref()).maybe(place.state.as_ref());
    row.maybe(place.postal_code.as_ref()).maybe(place.country.as_ref());
    row.maybe_plain(place.latitude).maybe_plain(place.longitude).plain(place.approximate).maybe(place.notes.as_ref());
    row.plain(one.version).plain(revision).plain("2026-01-05T00:00:00Z").end();
}

fn meeting(row: &mut Rows, one: &Meeting, revision: i64) {
    let content = &one.content;
    row.plain(one.id).plain(one.intergroup_id).text(one.slug.as_str());
    row.maybe_plain(one.group_id).maybe_plain(one.location_id).maybe_plain(one.region_id).text(&content.name);
    row.maybe_plain(content.start.map(|start| start.day.number())).maybe_plain(content.start.map(|start| start.time));
    row.maybe_plain(content.duration_minutes).plain(content.timezone);
    row.plain(match content.timezone_source {
        TimezoneSource::Given => "given",
        TimezoneSource::Coordinates => "coordinates",
        TimezoneSource::Intergroup => "intergroup",
    });
    row.maybe(content.district.as_ref()).plain(format_args!("{{{}}}", content.types.join(",")));
    row.maybe(content.notes.as_ref());
    let conference = &content.conference;
    row.maybe(conference.url.as_ref()).maybe(conference.url_notes.as_ref());
    row.maybe(conference.phone.as_ref()).maybe(conference.phone_notes.as_ref());
    row.contribution(&content.contribution);
    row.maybe(content.website.as_ref()).maybe(content.feedback_url.as_ref()).plain(true).plain(one.contacts_public);
    row.plain(one.version).plain(revision).plain(one.updated_at).plain(one.updated_at).end();
}

fn notice(row: &mut Rows, of: &Meeting, one: &Notice, revision: i64) {
    let weeks: Vec<String> = one.weeks_of_month.iter().map(ToString::to_string).collect();
    row.plain(one.id).plain(of.intergroup_id).plain(of.id).word(one.kind).plain(one.from).maybe_plain(one.to);
    row.plain(format_args!("{{{}}}", weeks.join(","))).maybe(one.words.as_ref());
    row.plain(1).plain(revision).end();
}
