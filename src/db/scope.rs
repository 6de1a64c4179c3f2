//! Transactions on the directory, each with the scope it may see.

use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use crate::kernel::IntergroupId;

/// What a transaction on the directory may see and change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Read everything, write nothing: the snapshot.
    Read,
    /// Everything: the operator at the command line.
    Operator,
    /// These intergroups and their descendants.
    Offices(Vec<IntergroupId>),
    /// Accounts, sessions and grants, and nothing of the directory.
    SignIn,
    /// Adding a correction from the public, and looking after it.
    Feedback,
}

impl Scope {
    /// One intergroup and its descendants.
    pub fn office(id: IntergroupId) -> Self {
        Self::Offices(vec![id])
    }

    fn setting(&self) -> String {
        match self {
            Self::Read => "read".to_owned(),
            Self::Operator => "operator".to_owned(),
            Self::Offices(ids) => {
                format!("office:{}", ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
            }
            Self::SignIn => "sign_in".to_owned(),
            Self::Feedback => "feedback".to_owned(),
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
    set_scope(&mut transaction, &scope).await?;
    Ok(transaction)
}

/// Begins a transaction that writes something besides the directory.
///
/// # Errors
/// When the database cannot be reached.
pub async fn begin(pool: &PgPool, scope: Scope) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    set_scope(&mut transaction, &scope).await?;
    Ok(transaction)
}

/// Begins a writing transaction: sets its scope and advances the clock, which
/// makes writers take turns.
///
/// # Errors
/// When the database cannot be reached.
pub async fn begin_write(pool: &PgPool, scope: Scope) -> Result<Write, sqlx::Error> {
    Write::advance(begin(pool, scope).await?).await
}

impl Write {
    /// Advances the clock in a transaction that has its scope already.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn advance(mut transaction: Transaction<'static, Postgres>) -> Result<Self, sqlx::Error> {
        let revision =
            sqlx::query_scalar!("UPDATE directory.directory_clock SET revision = revision + 1 RETURNING revision")
                .fetch_one(&mut *transaction)
                .await?;
        Ok(Self { transaction, revision })
    }

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

/// Sets what the rest of the transaction may see and change.
///
/// # Errors
/// When the database cannot be reached.
pub async fn set_scope(connection: &mut PgConnection, scope: &Scope) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT set_config('openchair.scope', $1, true)", scope.setting()).fetch_one(connection).await?;
    Ok(())
}
