//! Starting a circle, inviting, joining. Both ways in are safe to repeat: the
//! same voucher or invitation with the same pass key gives the same pass; a
//! voucher on the day on which it was spent and the next, in UTC. When that was
//! is kept nowhere but in a hash with voucher and key.

use chrono::{Days, NaiveDate};
use sqlx::PgConnection;

use super::{
    invitation::{InvitationCode, OPEN_DAYS},
    model::{AGREEMENT_VERSION, Asks, Pass, stewards_since, this_week},
    service::Circles,
    store::{self, FoundPass, InvitationRow, NewPass},
    token::PassToken,
};
use crate::{
    auth::{DeviceKey, Issued, KeyUse, Voucher, VoucherError, VoucherKind},
    db,
    http::{ApiError, ErrorCode},
    kernel::{CircleId, CircleInvitationId, Invalid, PassId, words},
};

/// The most invitations of a circle that are open at once.
const MOST_OPEN: i64 = 24;

/// Who came in, and where.
pub(super) struct Joined {
    pub circle: CircleId,
    pub seats: i16,
    pub taken: i64,
    pub pass: PassId,
    pub alias: String,
    pub steward: bool,
    /// When it wants to be asked, and about what.
    pub asking: (Option<i16>, Option<String>),
    pub issued: Issued,
    /// Whether the pass was there before.
    pub again: bool,
}

/// An invitation that was just made.
pub(super) struct NewInvitation {
    pub id: CircleInvitationId,
    pub code: InvitationCode,
    pub link: String,
    pub expires_on: NaiveDate,
}

impl Circles {
    /// Spends a voucher and starts a circle.
    pub(super) async fn start(&self, voucher: &str, key: &DeviceKey, seats: i16) -> Result<Joined, ApiError> {
        let now = self.clock.now();
        let voucher = Voucher::open(voucher, VoucherKind::Circle, now, &self.secret).map_err(voucher_not_open)?;
        let mut transaction = self.pool.begin().await?;
        if let Some(found) = self.spend(&mut transaction, &voucher, key).await? {
            let found = Some(found).filter(|found| found.circle_id.is_some() && !found.removed);
            let found = found.ok_or_else(|| voucher_not_open(VoucherError))?;
            let joined = self.come_back(&mut transaction, found).await?;
            transaction.commit().await?;
            return Ok(joined);
        }
        let circle = CircleId(self.entropy.uuid_v4());
        store::insert_circle(&mut transaction, circle, seats).await?;
        let joined = self.take_seat(&mut transaction, (circle, seats), key, true).await?;
        transaction.commit().await?;
        Ok(joined)
    }

    /// Spends a voucher with a key; the key's pass where the same was done
    /// today or yesterday, so that the answer may have been lost.
    pub(super) async fn spend(
        &self,
        connection: &mut PgConnection,
        voucher: &Voucher,
        key: &DeviceKey,
    ) -> Result<Option<FoundPass>, ApiError> {
        let (hash, today) = (voucher.hash(), self.clock.now().date_naive());
        let now = voucher.hash_with(key, today);
        if store::spend_voucher(connection, (&hash, &now), voucher.month).await? {
            return Ok(None);
        }
        let yesterday = today.pred_opt().map(|day| voucher.hash_with(key, day).to_vec());
        let again: Vec<Vec<u8>> = yesterday.into_iter().chain([now.to_vec()]).collect();
        let found = if store::was_spent(connection, &hash, &again).await? {
            store::find_pass_by_key(connection, &key.hash(KeyUse::Pass)).await?
        } else {
            None
        };
        found.map(Some).ok_or_else(|| voucher_not_open(VoucherError))
    }

    /// Takes up an invitation.
    pub(super) async fn join(&self, code: &str, key: &DeviceKey) -> Result<Joined, ApiError> {
        let mut transaction = self.pool.begin().await?;
        let InvitationRow { circle_id: circle, .. } =
            self.find_invitation(&mut transaction, code, "/invitation").await?;
        // From here on those who come and go take turns: always the circle
        // first, then what is in it.
        let seats = store::lock_circle(&mut transaction, circle).await?;
        let seats = seats.ok_or_else(|| not_open("/invitation"))?;
        let invitation = self.hold_invitation(&mut transaction, code).await?;
        if let Some(found) = store::find_pass_by_key(&mut transaction, &key.hash(KeyUse::Pass)).await? {
            if found.circle_id != Some(circle) || found.removed {
                return Err(key_in_use());
            }
            let joined = self.come_back(&mut transaction, found).await?;
            transaction.commit().await?;
            return Ok(joined);
        }
        if invitation.used {
            return Err(not_open("/invitation"));
        }
        let joined = self.take_seat(&mut transaction, (circle, seats), key, false).await?;
        store::use_invitation(&mut transaction, invitation.id).await?;
        transaction.commit().await?;
        Ok(joined)
    }

    /// What whoever holds a code may know: seats, those taken, and until when
    /// it is open.
    pub(super) async fn check_invitation(&self, code: &str) -> Result<(i16, i64, NaiveDate), ApiError> {
        let mut transaction = self.pool.begin().await?;
        let invitation = self.find_invitation(&mut transaction, code, "/code").await?;
        if invitation.used {
            return Err(not_open("/code"));
        }
        let (seats, taken) = store::seats(&mut transaction, invitation.circle_id).await?;
        Ok((seats, taken, invitation.expires_on))
    }

    /// Makes an invitation to the circle of a pass.
    pub(super) async fn invite(&self, token: &PassToken) -> Result<NewInvitation, ApiError> {
        let now = self.clock.now();
        let (mut transaction, pass) = self.enter(token, Asks::Writes).await?;
        let circle = pass.circle()?;
        store::lock_circle(&mut transaction, circle).await?;
        if store::count_open_invitations(&mut transaction, circle, now.date_naive()).await? >= MOST_OPEN {
            return Err(ApiError::new(ErrorCode::Conflict)
                .with_detail("The circle has 24 open invitations already; take one back first."));
        }
        let (id, code) = (CircleInvitationId(self.entropy.uuid_v4()), InvitationCode::generate(&*self.entropy));
        let expires_on = now.date_naive().checked_add_days(Days::new(OPEN_DAYS)).unwrap_or(NaiveDate::MAX);
        store::insert_invitation(&mut transaction, (id, circle), &code.hash(), expires_on).await?;
        transaction.commit().await?;
        // Behind the #, so that it reaches no server and no log.
        let link = self.public_url.join(&format!("/join#{}", code.reveal()));
        Ok(NewInvitation { id, code, link, expires_on })
    }

    /// The open invitations of a pass's circle.
    pub(super) async fn open_invitations(&self, token: &PassToken) -> Result<Vec<InvitationRow>, ApiError> {
        let (mut connection, pass) = self.look(token, Asks::Reads).await?;
        let today = self.clock.now().date_naive();
        Ok(store::list_open_invitations(&mut connection, pass.circle()?, today).await?)
    }

    /// Takes an invitation back.
    pub(super) async fn take_back(&self, token: &PassToken, id: CircleInvitationId) -> Result<(), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Writes).await?;
        if !store::delete_invitation(&mut transaction, pass.circle()?, id).await? {
            return Err(ApiError::not_found());
        }
        Ok(transaction.commit().await?)
    }

    async fn find_invitation(
        &self,
        connection: &mut PgConnection,
        code: &str,
        pointer: &'static str,
    ) -> Result<InvitationRow, ApiError> {
        let code = InvitationCode::parse(code).map_err(|_| not_open(pointer))?;
        let today = self.clock.now().date_naive();
        let found = store::find_invitation(connection, &code.hash(), today).await?;
        found.ok_or_else(|| not_open(pointer))
    }

    /// The invitation of one whose circle is locked, as it is by now.
    async fn hold_invitation(&self, connection: &mut PgConnection, code: &str) -> Result<InvitationRow, ApiError> {
        let code = InvitationCode::parse(code).map_err(|_| not_open("/invitation"))?;
        let today = self.clock.now().date_naive();
        let found = store::lock_invitation(connection, &code.hash(), today).await?;
        found.ok_or_else(|| not_open("/invitation"))
    }

    /// A new pass in a circle that is locked, or that nobody else can know yet.
    async fn take_seat(
        &self,
        connection: &mut PgConnection,
        (circle, seats): (CircleId, i16),
        key: &DeviceKey,
        steward: bool,
    ) -> Result<Joined, ApiError> {
        let (_, taken) = store::seats(connection, circle).await?;
        if taken >= i64::from(seats) {
            return Err(ApiError::new(ErrorCode::CircleFull));
        }
        let aliases = store::aliases(connection, circle).await?;
        let pass = PassId(self.entropy.uuid_v4());
        let alias = words::alias(&*self.entropy, &aliases);
        let alias = alias.ok_or_else(|| ApiError::internal(anyhow::anyhow!("no alias is free")))?.to_owned();
        let week = this_week(self.clock.now());
        let agreement_version = &AGREEMENT_VERSION.to_string();
        let new = NewPass {
            id: pass,
            circle_id: Some(circle),
            alias: &alias,
            key_hash: &key.hash(KeyUse::Pass),
            agreement_version,
            steward,
            week,
        };
        store::insert_pass(connection, &new)
            .await
            .map_err(|error| if db::is_constraint(&error, "passes_key_key") { key_in_use() } else { error.into() })?;
        let issued = self.begin_session(connection, pass).await?;
        let steward = steward || self.all_are_stewards(connection, circle).await?;
        Ok(Joined { circle, seats, taken: taken + 1, pass, alias, steward, asking: (None, None), issued, again: false })
    }

    /// A new session of a pass that came in before.
    async fn come_back(&self, connection: &mut PgConnection, found: FoundPass) -> Result<Joined, ApiError> {
        let circle = found.circle_id.ok_or_else(key_in_use)?;
        let (seats, taken) = store::seats(connection, circle).await?;
        let issued = self.begin_session(connection, found.id).await?;
        let FoundPass { id: pass, alias, steward, asking, .. } = found;
        let steward = steward || self.all_are_stewards(connection, circle).await?;
        Ok(Joined { circle, seats, taken, pass, alias, steward, asking, issued, again: true })
    }

    /// Whether no steward of a circle was there lately, so that all look after it.
    async fn all_are_stewards(&self, connection: &mut PgConnection, circle: CircleId) -> Result<bool, ApiError> {
        Ok(!store::has_steward(connection, circle, stewards_since(self.clock.now())).await?)
    }

    /// Everybody in the circle of a pass, and how many seats there are.
    pub(super) async fn peers(&self, token: &PassToken) -> Result<(Pass, i16, Vec<store::PeerRow>), ApiError> {
        let (mut connection, pass) = self.look(token, Asks::Reads).await?;
        let circle = pass.circle()?;
        let (seats, _) = store::seats(&mut connection, circle).await?;
        let peers = store::list_peers(&mut connection, circle, stewards_since(self.clock.now())).await?;
        Ok((pass, seats, peers))
    }
}

fn not_open(pointer: &'static str) -> ApiError {
    let message = "is not open: it was used or taken back, or its seven days are over; ask for a new one";
    ApiError::content(vec![Invalid::new(pointer, "not_open", message)])
}

pub(super) fn voucher_not_open(error: VoucherError) -> ApiError {
    ApiError::content(vec![Invalid::new("/voucher", "not_open", error.to_string())])
}

pub(super) fn key_in_use() -> ApiError {
    let message = "is in use for another pass; derive the next one";
    ApiError::content(vec![Invalid::new("/pass_key", "in_use", message)])
}
