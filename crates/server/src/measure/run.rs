//! One run of `cloakroom measure`: what is measured, how often, and in which order.
//!
//! 1. Each figure is the median of several samples; a sample of something fast is the mean of many in a row.
//! 2. Checks go through the function that the layer around the routes calls; requests and credentials through a socket.
//! 3. What is written goes to a store on the disk of the data folder, and counts once it is durable.

use std::net::{IpAddr, Ipv4Addr};

use cloakroom::jwt::{sign, verify_signature};
use cloakroom::session::{Cell, Store, Usage};
use cloakroom::{ACCESS_TOKEN_TYPE, AccessClaims, Authentication, RequestHead, Timestamp};
use cloakroom_primitives::{Stopwatch, encode_base64url};
use http::{HeaderMap, HeaderValue, Method, header};

use super::figures::{Figures, Measured};
use super::stage::{MeasureError, Stage};
use super::strain::{Rows, rate_of, refresh_tokens};
use crate::accounts::{EmailAddress, Password};
use crate::config::Config;

const SAMPLES: usize = 9;
/// Fast things in one sample.
const IN_A_ROW: usize = 2_000;
/// Tokens that are seen for the first time in one sample.
const FIRST_SIGHTS: usize = 200;
/// Requests sent at once; their answers fit into what a socket buffers.
const PIPELINED: usize = 200;
/// Rows of each kind.
const ROWS: usize = 2_048;

/// Measures everything. It takes about ten seconds.
pub(crate) async fn measure(config: &Config) -> Result<Measured, MeasureError> {
    let stage = Stage::open(config).await?;
    let held = Held::by_signing_in(&stage).await?;
    let jwt = jwt_costs(&stage, &held.jwt).await?;
    let session_hit_us = check_again_and_again(&stage, &held.token).await?;
    let http_us = request(&stage).await?;
    let password_ms = password(&stage).await?;
    let disk = disk(&stage).await?;
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let figures = Figures {
        password_ms,
        jwt_sign_us: jwt.sign,
        jwt_first_us: jwt.first,
        jwt_repeat_us: jwt.repeat,
        session_hit_us,
        session_miss_us: disk.miss,
        http_us,
        refreshes_per_s: disk.refreshes.round(),
        touch_rows_per_s: disk.touches.round(),
        line_cookie: line("Cookie: ", &held.cookie),
        line_token: line("Authorization: Bearer ", &held.token),
        line_jwt_cookie: line("Cookie: ", &held.jwt_cookie),
        line_jwt: line("Authorization: Bearer ", &held.jwt),
        session_bytes: disk.session_bytes.round(),
        family_bytes: disk.family_bytes.round(),
        cores_per_node: rate_of(cpus),
    };
    Ok(Measured::new(figures, cpus, stage.app.auth.now()))
}

/// One credential of each cell, as the server gave it.
struct Held {
    cookie: String,
    token: String,
    jwt_cookie: String,
    jwt: String,
}

impl Held {
    async fn by_signing_in(stage: &Stage) -> Result<Self, MeasureError> {
        let missing = MeasureError::Answer("a credential is missing");
        let cookie = stage.sign_in("cookie").await?.cookie("");
        let token = stage.sign_in("token").await?.text("session_token");
        let jwt_cookie = stage.sign_in("jwt_cookie").await?.cookie("-jwt");
        let jwt = stage.sign_in("jwt").await?.text("access_token");
        let (Some(cookie), Some(token), Some(jwt_cookie), Some(jwt)) = (cookie, token, jwt_cookie, jwt) else {
            return Err(missing);
        };
        Ok(Self { cookie, token, jwt_cookie, jwt })
    }
}

/// The length of a header line with its end.
fn line(before: &str, value: &str) -> f64 {
    rate_of(before.len() + value.len() + "\r\n".len())
}

struct JwtCosts {
    sign: f64,
    first: f64,
    repeat: f64,
}

/// Signs many tokens like `jwt`, shows each for the first time, and then one of them again and again.
async fn jwt_costs(stage: &Stage, jwt: &str) -> Result<JwtCosts, MeasureError> {
    let ring = stage.app.auth.key_ring().ok_or(MeasureError::Answer("there are no keys"))?.load();
    let key = ring.signing_key().ok_or(MeasureError::Answer("no key signs"))?;
    let strange = |_| MeasureError::Answer("its JWT cannot be read");
    let payload = verify_signature(jwt, key.verifying_key()).map_err(strange)?;
    let mut claims: AccessClaims =
        serde_json::from_slice(&payload).map_err(|_| MeasureError::Answer("its JWT cannot be read"))?;
    let (mut signing, mut seeing) = (Vec::new(), Vec::new());
    let random = stage.app.auth.random();
    for _ in 0..SAMPLES {
        let mut tokens = Vec::with_capacity(FIRST_SIGHTS);
        let watch = Stopwatch::start();
        for _ in 0..FIRST_SIGHTS {
            let mut id = [0; 16];
            random.fill(&mut id);
            claims.jti = encode_base64url(&id);
            tokens.push(sign(&claims, ACCESS_TOKEN_TYPE, key).map_err(|_| MeasureError::Answer("it does not sign"))?);
        }
        signing.push(micros_each(watch, FIRST_SIGHTS));
        let shown = tokens.iter().map(|token| bearer(token)).collect::<Result<Vec<_>, _>>()?;
        let watch = Stopwatch::start();
        for headers in &shown {
            check(stage, headers, stage.app.auth.now()).await?;
        }
        seeing.push(micros_each(watch, FIRST_SIGHTS));
    }
    Ok(JwtCosts { sign: median(signing), first: median(seeing), repeat: check_again_and_again(stage, jwt).await? })
}

/// Shows one bearer credential many times.
async fn check_again_and_again(stage: &Stage, token: &str) -> Result<f64, MeasureError> {
    let headers = bearer(token)?;
    check(stage, &headers, stage.app.auth.now()).await?;
    let mut samples = Vec::new();
    for _ in 0..SAMPLES {
        let watch = Stopwatch::start();
        for _ in 0..IN_A_ROW {
            check(stage, &headers, stage.app.auth.now()).await?;
        }
        samples.push(micros_each(watch, IN_A_ROW));
    }
    Ok(median(samples))
}

fn bearer(token: &str) -> Result<HeaderMap, MeasureError> {
    let value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| MeasureError::Answer("its token is no header"))?;
    Ok(HeaderMap::from_iter([(header::AUTHORIZATION, value)]))
}

async fn check(stage: &Stage, headers: &HeaderMap, now: Timestamp) -> Result<(), MeasureError> {
    let client = Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let head = RequestHead { method: &Method::GET, headers, host: None, client };
    match stage.app.auth.authenticate(&head, Usage::Active, now).await {
        Ok(Authentication::Verified(_)) => Ok(()),
        _ => Err(MeasureError::Answer("its own credential was refused")),
    }
}

/// One more small request, on a connection that is there already.
async fn request(stage: &Stage) -> Result<f64, MeasureError> {
    let mut line = stage.line().await?;
    let path = &stage.app.urls.health;
    line.get_many(path, PIPELINED).await?;
    let mut samples = Vec::new();
    for _ in 0..SAMPLES {
        let watch = Stopwatch::start();
        for _ in 0..10 {
            line.get_many(path, PIPELINED).await?;
        }
        samples.push(micros_each(watch, 10 * PIPELINED));
    }
    Ok(median(samples))
}

/// One password, by the pool that hashes them all.
async fn password(stage: &Stage) -> Result<f64, MeasureError> {
    let (Ok(password), Ok(email)) = (Password::new("some words that nobody keeps"), EmailAddress::parse("a@cloakroom.invalid"))
    else {
        return Err(MeasureError::Answer("its password is none"));
    };
    let mut samples = Vec::new();
    for _ in 0..SAMPLES {
        let watch = Stopwatch::start();
        let hashed = stage.app.accounts.hash_new_password(&password, &email, IpAddr::V4(Ipv4Addr::LOCALHOST)).await;
        hashed.map_err(|_| MeasureError::Answer("it does not hash"))?;
        samples.push(watch.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(samples))
}

struct DiskCosts {
    miss: f64,
    refreshes: f64,
    touches: f64,
    session_bytes: f64,
    family_bytes: f64,
}

async fn disk(stage: &Stage) -> Result<DiskCosts, MeasureError> {
    let auth = &stage.app.auth;
    let rows = Rows { store: stage.app.store.clone(), random: auth.random().clone(), keys: stage.keys.clone(), now: auth.now() };
    let store = auth.store().ok_or(MeasureError::Answer("it keeps no sessions"))?;
    let empty = rows.database_bytes().await?;
    let sessions = rows.open_sessions(Cell::Cookie, ROWS).await?;
    let with_sessions = rows.database_bytes().await?;
    let families = rows.open_sessions(Cell::Jwt, ROWS).await?;
    let with_families = rows.database_bytes().await?;
    let session_bytes = (with_sessions - empty) / rate_of(ROWS);
    Ok(DiskCosts {
        miss: read(&**store.store(), &sessions).await?,
        touches: rows.touched_rows_per_second(&sessions).await?,
        refreshes: rows.refreshes_per_second(&refresh_tokens(store, &rows.keys), &families).await?,
        session_bytes,
        family_bytes: (with_families - with_sessions) / rate_of(ROWS) - session_bytes,
    })
}

/// Reads rows, each once, past all memory.
async fn read(store: &dyn Store, sessions: &[cloakroom::session::Start]) -> Result<f64, MeasureError> {
    let mut samples = Vec::new();
    for some in sessions.chunks(sessions.len().div_ceil(SAMPLES).max(1)) {
        let watch = Stopwatch::start();
        for start in some {
            store.find(start.session.id).await?;
        }
        samples.push(micros_each(watch, some.len()));
    }
    Ok(median(samples))
}

fn micros_each(watch: Stopwatch, count: usize) -> f64 {
    watch.elapsed().as_secs_f64() * 1e6 / rate_of(count)
}

/// The middle one, rounded to three digits that mean something.
fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    let middle = samples.get(samples.len() / 2).copied().unwrap_or_default();
    let step = if middle >= 100.0 {
        1.0
    } else if middle >= 10.0 {
        10.0
    } else {
        100.0
    };
    (middle * step).round() / step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one_in_three_digits() {
        for (samples, expected) in
            [(vec![3.0, 1.0, 1000.0], 3.0), (vec![0.123_4], 0.12), (vec![12.34], 12.3), (vec![123.4], 123.0), (vec![], 0.0)]
        {
            assert!((median(samples.clone()) - expected).abs() < 1e-9, "{samples:?}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn everything_is_measured_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::as_it_comes();
        config.data = folder.path().join("data");
        let measured = Box::pin(measure(&config)).await.unwrap();
        for (name, value, _, _) in measured.figures.rows() {
            assert!(value > 0.0, "{name}: {value}");
        }
        let figures = measured.figures;
        assert!(figures.line_jwt > figures.line_token && figures.line_cookie > figures.line_token, "{figures:?}");
        assert!(figures.jwt_first_us > figures.jwt_repeat_us, "{figures:?}");
        assert_eq!(std::fs::read_dir(&config.data).unwrap().count(), 0, "the folder for measuring is gone");
    }
}
