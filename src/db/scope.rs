//! Transactions on the directory, each with the scope it may see.

use sqlx::{PgPool, Postgres, Transaction};

use crate::kernel::IntergroupId;

/// What a transaction on the directory may see and change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Read everything, write nothing: the snapshot.
    Read,
    /// Everything: the operator at the command line.
    Operator,
    /// One intergroup and its descendants.
    Office(IntergroupId),
}

impl Scope {
    fn setting(self) -> String {
        match self {
            Self::Read => "read".to_owned(),
            Self::Operator => "operator".to_owned(),
            Self::Office(id) => format!("office:{id}"),
        }
    }
}

/// A directory transaction that holds the clock: whatever it changes bears
/// `revision`, and commit order is revision order.
#[derive(Debug)]
pub struct Write {
    /// The transaction; commit it with [`Write::commit`].
    pub transaction: Transaction<'static, Postgres>,
    /// The revision that everything changed in it is stamped with.
    pub revision: i64,
}

/// Begins a transaction that sees one unchanging state of the directory.
///
/// # Errors
/// When the database cannot be reached.
pub async fn begin_read(pool: &PgPool, scope: Scope) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let mut transaction = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    set_scope(&mut transaction, scope).await?;
    Ok(transaction)
}

/// Begins a writing transaction: sets its scope and advances the clock, which
/// makes writers take turns.
///
/// # Errors
/// When the database cannot be reached.
pub async fn begin_write(pool: &PgPool, scope: Scope) -> Result<Write, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    set_scope(&mut transaction, scope).await?;
    let revision =
        sqlx::query_scalar!("UPDATE directory.directory_clock SET revision = revision + 1 RETURNING revision")
            .fetch_one(&mut *transaction)
            .await?;
    Ok(Write { transaction, revision })
}

impl Write {
    /// Commits, and wakes every node that listens.
    ///
    /// # Errors
    /// When the database cannot be reached; then nothing was written.
    pub async fn commit(mut self) -> Result<i64, sqlx::Error> {
        sqlx::query!("SELECT pg_notify($1, $2)", super::CHANNEL, self.revision.to_string())
            .execute(&mut *self.transaction)
            .await?;
        self.transaction.commit().await?;
        Ok(self.revision)
    }
}

async fn set_scope(transaction: &mut Transaction<'static, Postgres>, scope: Scope) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT set_config('openchair.scope', $1, true)", scope.setting())
        .fetch_one(&mut **transaction)
        .await?;
    Ok(())
}
