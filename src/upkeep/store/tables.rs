//! The tables that there are.

use sqlx::PgConnection;

/// A table, as the catalogue knows it; names are quoted where they need it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct NightTable {
    /// With its schema.
    pub name: String,
    /// Its primary key's index, by which it is ordered; absent where it has none.
    pub index: Option<String>,
    /// The first column of that key.
    pub key: Option<String>,
    /// The type of that column.
    pub key_type: Option<String>,
    /// Its other columns whose values may be long, which are then kept apart under
    /// numbers that count up: they are written afresh, too.
    pub long: Vec<String>,
}

/// Every table of a schema that is about persons: all but the list of
/// migrations and the state of the night itself.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_tables(connection: &mut PgConnection, schema: &str) -> Result<Vec<NightTable>, sqlx::Error> {
    sqlx::query_as(
        "SELECT format('%I.%I', n.nspname, c.relname) AS name,
                quote_ident(ic.relname) AS index,
                quote_ident(k.attname) AS key,
                format_type(k.atttypid, NULL) AS key_type,
                array(SELECT quote_ident(l.attname) FROM pg_attribute l
                      WHERE l.attrelid = c.oid AND l.attnum > 0 AND NOT l.attisdropped AND l.attstorage <> 'p'
                        AND l.attnum <> k.attnum
                        AND l.atttypid IN ('bytea'::regtype, 'text'::regtype) ORDER BY l.attnum) AS long
         FROM pg_class c
         JOIN pg_namespace n ON n.oid = c.relnamespace
         LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
         LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
         LEFT JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = i.indkey[0]
         WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND c.relname NOT IN ('_sqlx_migrations', 'upkeep')
         ORDER BY c.relname",
    )
    .bind(schema)
    .fetch_all(connection)
    .await
}
