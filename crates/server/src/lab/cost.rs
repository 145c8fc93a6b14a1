//! What one check of a credential costs, on this machine, now.
//!
//! 1. A check by a process that has not met the credential: of a ticket, reading its row from the file and judging it; of a JWT, verifying
//!    its signature and judging its claims.
//! 2. A check by a process that has: what the server does with a request before anything else, from the headers to the caller.
//! 3. Measured is CPU time of one thread, over and over; the median stands. What a check asks of the store is counted on the server itself,
//!    right after a restart.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::ConnectInfo;
use cloakroom::jwt::{Expectation, Verifier};
use cloakroom::session::{Proof, SessionToken, Usage};
use cloakroom::{AccessClaims, OwnHost, RequestHead, Timestamp};
use cloakroom_primitives::cpu_time_of_this_thread;
use cloakroom_store::sqlite::sessions;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use super::agents::Visitor;
use super::error::LabError;
use super::hosts::{host_of, origin_at};
use super::house::House;
use super::orders::Setting;
use super::report::Measured;
use super::scenario::Scenario;
use super::scene::{Scene, Wish};
use crate::app::App;

/// How often each check is repeated.
const REPEATS: u32 = 1_001;

/// How many looks into memory are measured at once: one alone takes less time than reading the clock.
const AT_ONCE: u32 = 16;

/// Measures the check of a cell, in a house of its own.
pub(super) async fn measure(cell: cloakroom::session::Cell, now: Timestamp) -> Result<Measured, LabError> {
    let mut scene = Scene::open(Scenario::NextRequest, cell, now).await?;
    scene.signed_in(Wish::default()).await?;
    scene.ask_orders(Setting::VerifiesAlone).await?;
    let (reads, writes) = asked_of_the_store(&scene.house, &scene.visitor).await?;
    let app = scene.house.app().await?;
    let token = scene.visitor.credential(scene.now()).ok_or(LabError::Unexpected("nobody has signed in"))?;
    let now = scene.now();
    let first = match cell.proof() {
        Proof::Session => read_and_judge(&app, &token, now, cell.carrier())?,
        Proof::Jwt => verify_and_judge(&app, &token, now)?,
    };
    let again = look_into_memory(&app, &scene)?;
    Ok(Measured {
        cpu_us: Some(first),
        cpu_again_us: Some(again),
        repeats: REPEATS,
        store_reads: Some(reads),
        store_writes: Some(writes),
        // These two follow from how the cells are built, and the pages say so; what the store was asked is counted.
        lookups: Some(u32::from(cell.proof() == Proof::Session)),
        signatures: Some(u32::from(cell.proof() == Proof::Jwt)),
        ..Measured::default()
    })
}

/// What the first check of a process asks of the store: reads and writes.
async fn asked_of_the_store(house: &House, visitor: &Visitor) -> Result<(u32, u32), LabError> {
    house.restart().await?;
    let app = house.app().await?;
    let headers = headers_of(visitor, house.now())?;
    let host = OwnHost::of(&origin_at(host_of(visitor.cell), house.address().port()));
    let head = RequestHead { method: &Method::GET, headers: &headers, host: Some(&host), client: Some(visitor.from) };
    let before = house.switch().counted();
    let answer = app.auth.authenticate(&head, Usage::Active, house.now()).await;
    let after = house.switch().counted();
    if !matches!(answer, Ok(cloakroom::Authentication::Verified(_))) {
        return Err(LabError::Unexpected("a good credential is not taken"));
    }
    Ok((after.reads - before.reads, after.writes - before.writes))
}

fn read_and_judge(app: &App, token: &str, now: Timestamp, carrier: cloakroom::session::Carrier) -> Result<f64, LabError> {
    let mut good = true;
    let median = median_of(1, || {
        let judged = SessionToken::parse(token).ok().and_then(|token| {
            let found = app.store.readers().with(|connection| sessions::find(connection, token.session()));
            found.ok().flatten().map(|session| session.judge(&token.hash(), carrier, now))
        });
        good &= judged == Some(cloakroom::session::Verdict::Live);
    });
    if good { Ok(median) } else { Err(LabError::Unexpected("a good ticket is not taken")) }
}

fn verify_and_judge(app: &App, token: &str, now: Timestamp) -> Result<f64, LabError> {
    let ring = app.auth.key_ring().ok_or(LabError::Unexpected("there is no key"))?.clone();
    let issuer = app.auth.origin().to_string();
    let expectation = Expectation {
        audiences: vec![issuer.clone()],
        issuer,
        typ: cloakroom::ACCESS_TOKEN_TYPE.to_owned(),
        leeway: Duration::ZERO,
    };
    let verifier: Verifier<AccessClaims> = Verifier::new(ring, expectation, 0);
    let mut good = true;
    let median = median_of(1, || good &= verifier.verify(token, now).is_ok());
    if good { Ok(median) } else { Err(LabError::Unexpected("a good JWT is not taken")) }
}

fn look_into_memory(app: &App, scene: &Scene) -> Result<f64, LabError> {
    let mut request = http::Request::new(());
    *request.headers_mut() = headers_of(&scene.visitor, scene.now())?;
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(scene.visitor.from, 1)));
    let mut good = true;
    let median = median_of(AT_ONCE, || good &= app.auth.peek_caller(&request).is_some());
    if good { Ok(median) } else { Err(LabError::Unexpected("a known credential is not remembered")) }
}

/// The headers of an ordinary request.
fn headers_of(visitor: &Visitor, now: Timestamp) -> Result<HeaderMap, LabError> {
    let request = visitor.request("GET", "/orders", now);
    let mut headers = HeaderMap::new();
    let all = request.headers.iter().map(|(name, value)| (*name, value.as_str())).chain([("host", visitor.host())]);
    for (name, value) in all {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| LabError::Unexpected("a header has a name"))?;
        headers.insert(name, HeaderValue::from_str(value).map_err(|_| LabError::Unexpected("a header has a value"))?);
    }
    headers.remove(header::CONTENT_LENGTH);
    Ok(headers)
}

/// The median CPU time of one call, in microseconds to the hundredth; `at_once` calls are measured together.
fn median_of(at_once: u32, mut call: impl FnMut()) -> f64 {
    call();
    let mut samples: Vec<Duration> = (0..REPEATS)
        .map(|_| {
            let before = cpu_time_of_this_thread();
            for _ in 0..at_once {
                call();
            }
            cpu_time_of_this_thread().saturating_sub(before)
        })
        .collect();
    samples.sort_unstable();
    let median = samples[samples.len() / 2].as_secs_f64() * 1e6 / f64::from(at_once);
    (median * 100.0).round() / 100.0
}
