//! What a database error means to a caller.

use sqlx::Error;

/// Whether the database could not be reached or is changing hands, so that
/// the same request may succeed later. `Protocol` is among them because a
/// proxy in the middle of a failover answers a connection with garbage.
pub fn is_unavailable(error: &Error) -> bool {
    match error {
        Error::Io(_) | Error::Tls(_) | Error::Protocol(_) | Error::PoolTimedOut | Error::PoolClosed => true,
        // admin_shutdown, crash_shutdown, cannot_connect_now, read_only_sql_transaction, too_many_connections,
        // a database that takes no connections for now, and two that waited for one another
        Error::Database(db) => {
            let codes = ["57P01", "57P02", "57P03", "25006", "53300", "55000", "40P01"];
            db.code().is_some_and(|code| codes.contains(&&*code))
        }
        _ => false,
    }
}

/// Whether the database refused the statement by the constraint of that name.
pub fn is_constraint(error: &Error, name: &str) -> bool {
    matches!(error, Error::Database(db) if db.constraint() == Some(name))
}

/// What may be logged of an error: never the database's message, which repeats
/// the values it was given.
pub fn describe(error: &Error) -> String {
    match error {
        Error::Database(db) => format!(
            "database error {} on {}, constraint {}",
            db.code().as_deref().unwrap_or("?"),
            db.table().unwrap_or("?"),
            db.constraint().unwrap_or("none"),
        ),
        Error::Decode(_) | Error::ColumnDecode { .. } => "a stored value cannot be decoded".to_owned(),
        other => other.to_string(),
    }
}
