//! The guard in a handler's signature: who calls, what they act on, and the
//! transaction in which both are true.
//!
//! What happens, in the contract's order of checks: the token or key is
//! checked; the body is read whole (no connection is held while it arrives);
//! the transaction begins with what the caller may do at this moment, which is
//! also all that its statements see; the thing is found; the rights are
//! compared; an operation that writes narrows its scope to what the caller may
//! write, and takes the directory's clock; a repeated write is answered as
//! before. Only then does the handler run. Dropping a guard undoes everything.

use std::{future::Future, marker::PhantomData, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload as RawPayload,
    http::Method,
    web::{Data, Payload},
};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::{PgConnection, Postgres, Transaction};
use utoipa::PartialSchema;

use super::{
    asks::{Asks, Writes},
    claim::Claim,
    target::Target,
};
use crate::{
    auth::{Auth, Caller, Denial, Doer, Need},
    db::{self, Pools, Scope, Write},
    directory::{Actor, Stamp},
    http::{ApiError, BodyRules, ErrorCode, IfMatch, Limits, QueryString, Ready, read_input, read_json},
    kernel::{Clock, Entropy, IntergroupId},
    search::Snapshots,
};

/// A caller who may do what `A` asks for to `thing`.
pub struct Guard<T, A> {
    /// Who calls.
    pub caller: Caller,
    /// What they act on.
    pub thing: T,
    /// The query's parameters, for those that take any.
    pub query: QueryString,
    pub(super) request: HttpRequest,
    pub(super) now: DateTime<Utc>,
    pub(super) work: Work,
    pub(super) claim: Option<Claim>,
    pub(super) snapshots: Data<Snapshots>,
    auth: Data<Auth>,
    entropy: Data<dyn Entropy>,
    body: Option<Value>,
    asks: PhantomData<A>,
}

/// The transaction of a request.
pub(super) enum Work {
    /// Without the directory's clock.
    Plain(Transaction<'static, Postgres>),
    /// With it.
    Clocked(Write),
}

impl Work {
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        match self {
            Self::Plain(transaction) => transaction,
            Self::Clocked(write) => &mut write.transaction,
        }
    }

    async fn begin(
        mut transaction: Transaction<'static, Postgres>,
        writes: Writes,
        roots: Vec<IntergroupId>,
    ) -> Result<Self, sqlx::Error> {
        if writes == Writes::Nothing {
            return Ok(Self::Plain(transaction));
        }
        db::set_scope(&mut transaction, &Scope::Offices(roots)).await?;
        match writes {
            Writes::Directory => Ok(Self::Clocked(Write::advance(transaction).await?)),
            _ => Ok(Self::Plain(transaction)),
        }
    }
}

impl<T: Target, A: Asks> Guard<T, A> {
    async fn admit(request: HttpRequest, payload: Option<Payload>) -> Result<Self, actix_web::Error> {
        let auth: Data<Auth> = part(&request)?;
        let limits: Data<Limits> = part(&request)?;
        let credentials = auth.credentials(&request, &limits).await?;
        let query = QueryString::parse(request.query_string()).map_err(ApiError::parameters)?;
        if !A::TAKES_QUERY {
            query.clone().finish().map_err(ApiError::parameters)?;
        }
        let body = match payload {
            Some(payload) => read_json(&request, payload, rules(&request)).await?,
            None => None,
        };
        let (snapshots, entropy, clock) =
            (part::<Snapshots>(&request)?, part::<dyn Entropy>(&request)?, part::<dyn Clock>(&request)?);
        let now = clock.now();
        let (mut transaction, mut caller) = auth.enter(&credentials).await?;
        let thing = find::<T>(&mut transaction, &request, &snapshots).await?;
        permit(&request, &caller, A::NEED, thing.office(), now)?;
        let claim = match A::WRITES {
            Writes::Directory if *request.method() == Method::POST => {
                // Others who repeat it must see the claim, and hold no connection to wait for it.
                transaction.commit().await.map_err(ApiError::from)?;
                let pool = part::<Pools>(&request)?.directory.clone();
                let claim = Claim::of(&request, &caller, body.as_ref(), pool, &**entropy, now).await?;
                (transaction, caller) = auth.enter(&credentials).await?;
                claim
            }
            _ => None,
        };
        if let Some(Claim::Done(answer)) = claim {
            return Err(Ready::new(answer).into());
        }
        let roots = caller.roots(A::NEED);
        let mut work = Work::begin(transaction, A::WRITES, roots).await.map_err(ApiError::from)?;
        // Under the clock nothing of the directory moves any more; before it, it may have.
        let thing = match A::WRITES {
            Writes::Nothing => thing,
            _ => find::<T>(work.connection(), &request, &snapshots).await?,
        };
        permit(&request, &caller, A::NEED, thing.office(), now)?;
        let asks = PhantomData;
        Ok(Self { caller, thing, query, request, now, work, claim, snapshots, auth, entropy, body, asks })
    }

    /// Whose the thing is.
    pub fn office(&self) -> IntergroupId {
        self.thing.office()
    }

    /// Where the caller may do the same: what may be moved there.
    pub fn elsewhere(&self) -> impl Fn(IntergroupId) -> bool + use<T, A> {
        let offices = self.caller.offices(A::NEED, self.now);
        #[cfg(debug_assertions)]
        let trusting = self.request.app_data::<Data<TrustsDatabaseAlone>>().is_some();
        #[cfg(not(debug_assertions))]
        let trusting = false;
        move |office| trusting || offices.contains(&office)
    }

    /// Whether the thing may go where a patch says, if it says so: moving needs
    /// the same rights on both sides.
    ///
    /// # Errors
    /// 403 where it may not.
    pub fn may_move_to(&self, patch: &Value) -> Result<(), ApiError> {
        let target = patch.get("intergroup_id").and_then(Value::as_str).and_then(|text| text.parse().ok());
        target.map_or(Ok(()), |target| self.also(A::NEED, target))
    }
}

impl<T, A> Guard<T, A> {
    /// The body as the input of the operation.
    ///
    /// # Errors
    /// `malformed_request` without one; 422 with everything that is wrong.
    pub fn input<I: DeserializeOwned + PartialSchema>(&mut self) -> Result<I, ApiError> {
        read_input(self.take_body()?)
    }

    /// The body as it came.
    ///
    /// # Errors
    /// `malformed_request` without one.
    pub fn take_body(&mut self) -> Result<Value, ApiError> {
        self.body.take().ok_or_else(|| ApiError::malformed("A JSON body is needed."))
    }

    /// The body where one came.
    pub fn body(&self) -> Option<&Value> {
        self.body.as_ref()
    }

    /// What the request's `If-Match` asks for, which a change must have: also
    /// one that turns out to change nothing.
    ///
    /// # Errors
    /// `precondition_required` without one, `malformed_request` when it is no
    /// list of entity tags.
    pub fn if_match(&self) -> Result<IfMatch, ApiError> {
        match IfMatch::of(&self.request)? {
            IfMatch::Absent => Err(ApiError::new(ErrorCode::PreconditionRequired)),
            given => Ok(given),
        }
    }

    /// Ends the transaction, for what is done in others of its own: what took
    /// part in the decision stands as it was at this moment.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn leave(self) -> Result<(T, HttpRequest, Data<Snapshots>), ApiError> {
        if let Work::Plain(transaction) = self.work {
            transaction.commit().await?;
        }
        Ok((self.thing, self.request, self.snapshots))
    }

    /// Who the record says did it.
    pub fn doer(&self) -> Doer {
        match &self.caller {
            Caller::Account(account) => Doer::Account(account.id),
            Caller::Key(key) => Doer::Key(key.id),
        }
    }

    /// Who changes the directory.
    pub fn actor(&self) -> Actor {
        match &self.caller {
            Caller::Account(account) => Actor::Account(account.id),
            Caller::Key(key) => Actor::Key(key.id),
        }
    }

    /// What everything bears that this request changes in the directory.
    pub fn stamp(&self) -> Stamp {
        let revision = match &self.work {
            Work::Clocked(write) => write.revision,
            Work::Plain(_) => 0,
        };
        Stamp { revision, now: self.now, actor: self.actor() }
    }

    /// The request, for what is not read from it yet.
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// The connection of the transaction.
    pub fn connection(&mut self) -> &mut PgConnection {
        self.work.connection()
    }

    /// Where ids come from.
    pub fn entropy(&self) -> Data<dyn Entropy> {
        self.entropy.clone()
    }

    /// Signing in and what belongs to it.
    pub fn auth(&self) -> Data<Auth> {
        self.auth.clone()
    }

    /// Asks for more than the operation does in general, of an intergroup.
    ///
    /// # Errors
    /// 403 with what is missing.
    pub fn also(&self, need: Need, office: IntergroupId) -> Result<(), ApiError> {
        permit(&self.request, &self.caller, need, office, self.now)
    }
}

impl<T: Target, A: Asks> FromRequest for Guard<T, A> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut RawPayload) -> Self::Future {
        let request = request.clone();
        let payload = (!A::TAKES_BODY).then(|| Payload::from_request(&request, payload).into_inner());
        Box::pin(async move { Self::admit(request, payload.transpose()?).await })
    }
}

async fn find<T: Target>(
    connection: &mut PgConnection,
    request: &HttpRequest,
    snapshots: &Snapshots,
) -> Result<T, ApiError> {
    match T::find(connection, request).await? {
        Some(thing) => Ok(thing),
        None if snapshots.current().is_some_and(|current| T::is_public(&current.snapshot, request)) => {
            Err(ApiError::new(ErrorCode::Forbidden))
        }
        None => Err(ApiError::not_found()),
    }
}

fn permit(
    request: &HttpRequest,
    caller: &Caller,
    need: Need,
    office: IntergroupId,
    now: DateTime<Utc>,
) -> Result<(), ApiError> {
    // In builds for tests only: whether the database holds without us.
    #[cfg(debug_assertions)]
    if request.app_data::<Data<TrustsDatabaseAlone>>().is_some() {
        return Ok(());
    }
    _ = request;
    caller.may(need, office, now).map_err(|denial| {
        ApiError::new(match denial {
            Denial::Foreign | Denial::NotAllowed => ErrorCode::Forbidden,
            Denial::NeedsTotp => ErrorCode::TotpRequired,
            Denial::NeedsStepUp => ErrorCode::StepUpRequired,
        })
    })
}

/// Present in the application's data, it turns this module's comparison of
/// rights off, so that a test can see what row-level security does alone.
#[cfg(debug_assertions)]
#[derive(Debug)]
pub struct TrustsDatabaseAlone;

fn rules(request: &HttpRequest) -> BodyRules {
    if *request.method() == Method::PATCH { BodyRules::MERGE_PATCH } else { BodyRules::JSON }
}

pub(super) fn part<P: ?Sized + 'static>(request: &HttpRequest) -> Result<Data<P>, ApiError> {
    let found = request.app_data::<Data<P>>().cloned();
    found.ok_or_else(|| ApiError::internal(anyhow::anyhow!("the application lacks a part")))
}

impl<T, A> std::fmt::Debug for Guard<T, A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard").finish_non_exhaustive()
    }
}
