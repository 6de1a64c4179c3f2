//! What a call of signing in brings, and what is done with it: the same for
//! offices and moderators, whose handlers say which of the two it is.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, http::StatusCode, web::Data};
use serde::de::DeserializeOwned;
use utoipa::PartialSchema;

use super::{
    done, private,
    shapes::{
        ChangePasswordInput, ConfirmTotpInput, EnrolInput, ForgotPasswordInput, RecoveryCodesView, RefreshInput,
        ResetPasswordInput, SignInInput, StepUpInput, StepUpView, TokenPair, TotpView,
    },
};
use crate::{
    auth::{Auth, audience::Audience, caller::AccountCaller},
    config::TrustedProxies,
    http::{ApiError, BodyRules, ClientAddress, ErrorCode, Limits, QueryString, Quota, client_address, read_body},
};

/// A request of signing in, and who answers it.
pub struct Call {
    request: HttpRequest,
    payload: dev::Payload,
    pub(super) auth: Data<Auth>,
    limits: Data<Limits>,
    proxies: Data<TrustedProxies>,
}

impl FromRequest for Call {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let mut data = || {
            Some(Self {
                auth: request.app_data::<Data<Auth>>()?.clone(),
                limits: request.app_data::<Data<Limits>>()?.clone(),
                proxies: request.app_data::<Data<TrustedProxies>>()?.clone(),
                request: request.clone(),
                payload: payload.take(),
            })
        };
        let missing = || ApiError::internal(anyhow::anyhow!("the application lacks a part")).into();
        ready(data().ok_or_else(missing))
    }
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Call")
    }
}

impl Call {
    /// Lets in who has no token, so many times a minute.
    fn admit(&self) -> Result<ClientAddress, ApiError> {
        let address = client_address(&self.request, &self.proxies);
        self.limits.check(Quota::SignIn, address)?;
        QueryString::parse(self.request.query_string())?.finish()?;
        Ok(address)
    }

    /// The body.
    pub(super) async fn read<T: DeserializeOwned + PartialSchema>(self) -> Result<T, ApiError> {
        read_body(&self.request, self.payload, BodyRules::JSON).await
    }

    /// Who is signed in.
    pub(super) async fn caller(&self, audience: Audience) -> Result<AccountCaller, ApiError> {
        self.auth.signed_in(audience, &self.request, &self.limits).await
    }

    /// The same, for what a moderator without a second factor may not.
    async fn proven(&self, audience: Audience) -> Result<AccountCaller, ApiError> {
        let account = self.caller(audience).await?;
        if audience == Audience::Moderator && !account.has_totp {
            return Err(ApiError::new(ErrorCode::TotpRequired));
        }
        Ok(account)
    }

    /// The same, for what needs the password to have been given just now.
    pub(super) fn stepped_up(&self, account: AccountCaller) -> Result<AccountCaller, ApiError> {
        if account.stepped_up_until <= self.auth.now() {
            return Err(ApiError::new(ErrorCode::StepUpRequired));
        }
        Ok(account)
    }

    pub(super) async fn sign_in(self, audience: Audience) -> Result<HttpResponse, ApiError> {
        let (address, auth) = (self.admit()?, self.auth.clone());
        let input: SignInInput = self.read().await?;
        let issued = auth.sign_in(audience, &input.email, &input.proof(), address).await?;
        Ok(private(StatusCode::OK, &TokenPair::of(&issued)))
    }

    pub(super) async fn enrol(self, audience: Audience) -> Result<HttpResponse, ApiError> {
        self.admit()?;
        let auth = self.auth.clone();
        let input: EnrolInput = self.read().await?;
        let issued = auth.enrol(audience, &input.invitation, &input.proof()).await?;
        Ok(private(StatusCode::CREATED, &TokenPair::of(&issued)))
    }

    pub(super) async fn refresh(self, audience: Audience) -> Result<HttpResponse, ApiError> {
        QueryString::parse(self.request.query_string())?.finish()?;
        let auth = self.auth.clone();
        let input: RefreshInput = self.read().await?;
        let issued = auth.refresh(audience, &input.refresh_token).await?;
        Ok(private(StatusCode::OK, &TokenPair::of(&issued)))
    }

    pub(super) async fn revoke(self, audience: Audience) -> Result<HttpResponse, ApiError> {
        let account = self.caller(audience).await?;
        self.auth.end(account.session).await?;
        Ok(done(StatusCode::NO_CONTENT))
    }

    pub(super) async fn revoke_all(self, audience: Audience) -> Result<HttpResponse, ApiError> {
        let account = self.caller(audience).await?;
        self.auth.end_all(account.id).await?;
        Ok(done(StatusCode::NO_CONTENT))
    }

    pub(super) async fn step_up(self, audience: Audience) -> Result<HttpResponse, ApiError> {
        let (account, auth) = (self.caller(audience).await?, self.auth.clone());
        let input: StepUpInput = self.read().await?;
        let stepped_up_until = auth.step_up(account.id, account.session, &input.proof()).await?;
        Ok(private(StatusCode::OK, &StepUpView { stepped_up_until }))
    }

    pub(super) async fn change_password(self, audience: Audience) -> Result<HttpResponse, ApiError> {
        let (account, auth) = (self.proven(audience).await?, self.auth.clone());
        let input: ChangePasswordInput = self.read().await?;
        let issued = auth.change_password(account.id, &input.proof(), &input.new_password()).await?;
        Ok(private(StatusCode::OK, &TokenPair::of(&issued)))
    }

    pub(super) async fn forgot_password(self, audience: Audience) -> Result<HttpResponse, ApiError> {
        let (address, auth) = (self.admit()?, self.auth.clone());
        let input: ForgotPasswordInput = self.read().await?;
        auth.forgot_password(audience, &input.email, address).await?;
        Ok(done(StatusCode::ACCEPTED))
    }

    pub(super) async fn reset_password(self, audience: Audience) -> Result<HttpResponse, ApiError> {
        self.admit()?;
        let auth = self.auth.clone();
        let input: ResetPasswordInput = self.read().await?;
        auth.reset_password(audience, &input.reset_code, &input.new_password()).await?;
        Ok(done(StatusCode::NO_CONTENT))
    }

    pub(super) async fn propose_totp(self, audience: Audience) -> Result<HttpResponse, ApiError> {
        let account = self.stepped_up(self.caller(audience).await?)?;
        let proposed = self.auth.propose_totp(account.id).await?;
        Ok(private(StatusCode::CREATED, &TotpView { secret: proposed.secret, otpauth_url: proposed.link }))
    }

    pub(super) async fn confirm_totp(self, audience: Audience) -> Result<HttpResponse, ApiError> {
        let (account, auth) = (self.stepped_up(self.caller(audience).await?)?, self.auth.clone());
        let input: ConfirmTotpInput = self.read().await?;
        let codes = auth.confirm_totp(account.id, account.session, &input.code).await?;
        Ok(private(StatusCode::OK, &RecoveryCodesView::of(&codes)))
    }

    pub(super) async fn remove_totp(self, audience: Audience) -> Result<HttpResponse, ApiError> {
        let account = self.stepped_up(self.proven(audience).await?)?;
        self.auth.remove_totp(account.id).await?;
        Ok(done(StatusCode::NO_CONTENT))
    }

    pub(super) async fn replace_recovery_codes(self, audience: Audience) -> Result<HttpResponse, ApiError> {
        let account = self.stepped_up(self.proven(audience).await?)?;
        let codes = self.auth.new_recovery_codes(account.id).await?;
        Ok(private(StatusCode::CREATED, &RecoveryCodesView::of(&codes)))
    }
}
