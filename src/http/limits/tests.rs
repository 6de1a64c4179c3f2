use actix_web::{
    App, HttpMessage, HttpRequest, HttpResponse,
    middleware::from_fn,
    test::{TestRequest, call_service, init_service},
    web::{self, Data},
};
use chrono::{TimeDelta, TimeZone, Utc};
use utoipa::openapi::{
    HttpMethod, OpenApi, PathItem, PathsBuilder, path::OperationBuilder, security::SecurityRequirement,
};

use super::*;
use crate::{
    config::TrustedProxies,
    http::{ErrorCode, MethodTable, Methods},
    kernel::{FixedClock, SeededEntropy},
};

fn limits() -> (Limits, Arc<FixedClock>) {
    let clock = Arc::new(FixedClock::at(Utc.with_ymd_and_hms(2026, 5, 4, 17, 0, 0).unwrap()));
    (Limits::new(&(Arc::clone(&clock) as Arc<dyn Clock>), &SeededEntropy::new(1)), clock)
}

#[test]
fn feedback_is_taken_five_times_and_then_once_in_twelve_minutes() {
    let (limits, clock) = limits();
    for left in (0..5).rev() {
        let remaining = limits.check(Quota::Feedback, b"a").unwrap().unwrap();
        assert_eq!((remaining.left, remaining.within_s), (left, 3_600));
    }
    let refused = limits.check(Quota::Feedback, b"a").unwrap_err();
    assert_eq!(refused.code(), ErrorCode::TooManyRequests);
    let response = refused.respond("");
    let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(header("retry-after"), "720");
    assert_eq!(header("ratelimit"), "\"feedback\";r=0;t=720");
    assert_eq!(header("ratelimit-policy"), "\"feedback\";q=5;w=3600");
    clock.advance(TimeDelta::seconds(719));
    assert!(limits.check(Quota::Feedback, b"a").is_err());
    clock.advance(TimeDelta::seconds(1));
    assert!(limits.check(Quota::Feedback, b"a").is_ok());
    assert!(limits.check(Quota::Feedback, b"a").is_err());
}

#[test]
fn callers_and_quotas_are_counted_apart() {
    let (limits, _clock) = limits();
    for _ in 0..30 {
        limits.check(Quota::SignIn, b"a").unwrap();
    }
    assert!(limits.check(Quota::SignIn, b"a").is_err());
    assert!(limits.check(Quota::SignIn, b"b").is_ok());
    assert!(limits.check(Quota::Public, b"a").is_ok());
}

#[test]
fn every_quota_lets_through_what_it_says() {
    for quota in Quota::ALL {
        let (limits, _clock) = limits();
        let through = (0..2_000).take_while(|_| limits.check(*quota, b"a").is_ok()).count();
        assert_eq!(u32::try_from(through), Ok(quota.requests()), "{quota:?}");
    }
}

#[test]
fn a_clock_put_back_gives_back_as_before() {
    let (limits, clock) = limits();
    clock.advance(TimeDelta::days(1));
    assert_eq!((0..700).filter(|_| limits.check(Quota::Public, b"a").is_ok()).count(), 600);
    clock.advance(TimeDelta::hours(-1));
    assert!(limits.check(Quota::Public, b"a").is_err());
    clock.advance(TimeDelta::seconds(1));
    assert_eq!((0..700).filter(|_| limits.check(Quota::Public, b"a").is_ok()).count(), 10);
}

#[test]
fn switched_off_nothing_is_counted() {
    let limits = Limits::off();
    assert!((0..10_000).all(|_| limits.check(Quota::Feedback, b"a").is_ok_and(|left| left.is_none())));
}

/// What an operation does that asks for a token.
async fn guarded(request: HttpRequest, limits: Data<Limits>) -> Result<HttpResponse, ApiError> {
    if request.headers().get("authorization").is_none_or(|token| token != "Bearer good") {
        return Err(ApiError::new(ErrorCode::TokenInvalid));
    }
    if let Some(remaining) = limits.check(Quota::Key, b"key")? {
        request.extensions_mut().insert(remaining);
    }
    Ok(HttpResponse::Ok().insert_header(("cache-control", "no-store")).finish())
}

#[actix_web::test]
async fn a_good_token_is_counted_by_its_account_and_a_bad_one_as_the_publics() {
    let office = SecurityRequirement::new("office", [""; 0]);
    let item = PathItem::new(HttpMethod::Get, OperationBuilder::new().security(office).build());
    let mut document = OpenApi::default();
    document.paths = PathsBuilder::new().path("/guarded", item).build();
    let (limits, _clock) = limits();
    let app = App::new()
        .app_data(Data::new(limits))
        .app_data(Data::new(TrustedProxies::default()))
        .app_data(Data::new(MethodTable::from(&Methods::of(&document))))
        .route("/guarded", web::get().to(guarded))
        .wrap(from_fn(limit_requests));
    let app = init_service(app).await;
    let ask = async |token: &str| {
        let request = TestRequest::get().uri("/guarded").insert_header(("authorization", token)).to_request();
        let response = call_service(&app, request).await;
        let left = response.headers().get("ratelimit").map(|value| value.to_str().unwrap().to_owned());
        (response.status().as_u16(), left)
    };
    for _ in 0..600 {
        assert_eq!(ask("Bearer bad").await.0, 401);
    }
    assert_eq!(ask("Bearer bad").await, (429, Some("\"public\";r=0;t=1".to_owned())));
    assert_eq!(ask("Bearer good").await, (200, Some("\"key\";r=1199;t=60".to_owned())));
    let without = call_service(&app, TestRequest::get().uri("/guarded").to_request()).await;
    assert_eq!(without.status(), 429);
}
