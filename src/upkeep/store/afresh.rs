//! Writing a table afresh.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::NightTable;

/// How long to wait for a lock: whoever works on the table meanwhile waits
/// behind us, so it is short, and tried again.
const LOCK_WITHIN: &str = "1s";
/// How often to look whether readers that began earlier are gone, and how many
/// times.
const READERS: (Duration, u32) = (Duration::from_millis(100), 300);

/// Writes every row of a table anew, in one transaction and in the order of its
/// key; returns that transaction's number.
///
/// The order comes first, so that long values are numbered by it.
pub(in crate::upkeep) async fn write_afresh(
    connection: &mut PgConnection,
    table: &NightTable,
) -> Result<i64, sqlx::Error> {
    let NightTable { name, index, key, long, .. } = table;
    let (Some(index), Some(key)) = (index, key) else { return Err(no_key()) };
    // `|| ''` changes nothing and makes the value a new one.
    let long = long.iter().map(|column| format!(", {column} = {column} || ''")).collect::<Vec<_>>().concat();
    let mut transaction = connection.begin().await?;
    for sql in [
        format!("SET LOCAL lock_timeout = '{LOCK_WITHIN}'"),
        format!("LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE"),
        format!("CLUSTER {name} USING {index}"),
        format!("UPDATE {name} SET {key} = {key}{long}"),
    ] {
        transaction.execute(AssertSqlSafe(sql)).await?;
    }
    let sql = "SELECT pg_current_xact_id()::text::bigint";
    let number = sqlx::query_scalar(sql).fetch_one(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(number)
}

/// Waits until nobody can see the rows as they were before the transaction of
/// that number: until then they would be kept. False where somebody still can.
///
/// A reader counts back to the oldest transaction of the whole server, so those
/// of other databases must have ended, too.
pub(in crate::upkeep) async fn wait_for_readers(
    connection: &mut PgConnection,
    number: i64,
) -> Result<bool, sqlx::Error> {
    let sql = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint > $1
                  AND NOT EXISTS (SELECT FROM pg_stat_activity
                                  WHERE datname = current_database() AND pid <> pg_backend_pid()
                                    AND age(backend_xmin) >= age($2::text::xid))";
    // As rows bear it, in 32 bits.
    let short = (number & 0xffff_ffff).to_string();
    let (pause, times) = READERS;
    for _ in 0..times {
        if sqlx::query_scalar(sql).bind(number).bind(&short).fetch_one(&mut *connection).await? {
            return Ok(true);
        }
        tokio::time::sleep(pause).await;
    }
    Ok(false)
}

/// Puts a table in the order of its key, into a new file without former rows.
pub(in crate::upkeep) async fn cluster(connection: &mut PgConnection, table: &NightTable) -> Result<(), sqlx::Error> {
    let Some(index) = &table.index else { return Err(no_key()) };
    let mut transaction = connection.begin().await?;
    transaction.execute(AssertSqlSafe(format!("SET LOCAL lock_timeout = '{LOCK_WITHIN}'"))).await?;
    transaction.execute(AssertSqlSafe(format!("CLUSTER {} USING {index}", table.name))).await?;
    transaction.commit().await
}

/// Marks all rows as old as can be.
pub(in crate::upkeep) async fn vacuum(connection: &mut PgConnection, table: &NightTable) -> Result<(), sqlx::Error> {
    connection.execute(AssertSqlSafe(format!("VACUUM (FREEZE) {}", table.name))).await?;
    Ok(())
}

fn no_key() -> sqlx::Error {
    sqlx::Error::Protocol("a table without a primary key cannot be put in order".to_owned())
}
