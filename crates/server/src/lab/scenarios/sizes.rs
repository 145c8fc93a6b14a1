//! What grows: the claims of one person, and the number of all.

use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use cloakroom::session::{Cell, FamilyId, SessionId, SessionPolicy, Start, UserId};
use cloakroom::{OsRandom, Random};
use cloakroom_session::StoreError;
use cloakroom_store::sqlite::{Job, SqliteStore, sessions, store_error};
use rusqlite::Connection;
use tokio::net::TcpListener;

use crate::lab::agents::{Dropped, Visitor};
use crate::lab::by_hand;
use crate::lab::error::LabError;
use crate::lab::house::{EMAIL, ROLES};
use crate::lab::http::Request;
use crate::lab::orders::Setting;
use crate::lab::report::{Figure, Measured, Party, Verdict, figure};
use crate::lab::scene::{Judge, Scene, Wish, is_taken, verdict_of};
use crate::serve::{ServeLimits, serve};
use crate::texts::en::outcomes as say;

/// What most proxies take of a request's head.
const PROXY_TAKES: usize = 8 * 1024;

/// Claims grow.
pub(super) async fn too_big(scene: &mut Scene) -> Result<(), LabError> {
    scene.signed_in(Wish::default()).await?;
    scene.look_at_both_sides().await?;
    scene.ask_orders(Setting::VerifiesAlone).await?;
    let small = scene.visitor.credential(scene.now()).unwrap_or_default().len();
    let status = scene.ask().await?.status;
    scene.promise(say::SMALL_IS_TAKEN, is_taken(status));
    let role = if scene.cell == Cell::JwtCookie { ROLES[1].0 } else { ROLES[2].0 };
    by_hand::give_roles(&scene.house.app().await?.store, EMAIL, role).await?;
    scene.event(Party::Operator, Party::Cloakroom, say::GIVE_ROLE, say::MANY_SCOPES_ARE_GIVEN);
    scene.visitor = Visitor::new(scene.cell, scene.house.authority(scene.cell));
    let signed_in = scene.sign_in(Wish::default()).await?;
    let large = scene.visitor.credential(scene.now()).unwrap_or_default().len();
    match scene.cell {
        Cell::Cookie | Cell::Token => {
            let status = scene.ask().await?.status;
            scene.promise(say::TICKET_KEEPS_ITS_SIZE, large == small);
            scene.outcome(None, None, verdict_of(status), say::ticket_stays_small(small));
        }
        Cell::JwtCookie => {
            let holds = scene.visitor.credential(scene.now()).is_some();
            let status = scene.ask().await?.status;
            scene.promise(say::NOBODY_WITHOUT_A_CREDENTIAL, holds || status == 401);
            let (takes, drops) = (!drops(scene, LARGEST_COOKIE), drops(scene, LARGEST_COOKIE + 1));
            scene.promise(say::BROWSER_DROPS_IT, takes && drops);
            scene.promise(say::NO_COOKIE_TOO_LARGE, signed_in.status == SIGNS_NOTHING);
            let verdict = if holds { verdict_of(status) } else { Verdict::Lost };
            scene.outcome(None, None, verdict, say::cookie_too_big(small));
        }
        Cell::Jwt => {
            scene.promise(say::LETTER_GROWS, (PROXY_TAKES - 200..PROXY_TAKES).contains(&large));
            through_proxy(scene, small, large).await?;
            by_hand::give_roles(&scene.house.app().await?.store, EMAIL, ROLES[3].0).await?;
            scene.event(Party::Operator, Party::Cloakroom, say::GIVE_ROLE, say::MORE_SCOPES_ARE_GIVEN);
            let signed_in = scene.sign_in(Wish::default()).await?;
            scene.promise(say::CLOAKROOM_HAS_A_LIMIT_TOO, signed_in.status == SIGNS_NOTHING);
        }
    }
    Ok(())
}

/// How Cloakroom answers a sign-in whose JWT would be too large: whoever gave out so many scopes must mend it, not who signs in.
const SIGNS_NOTHING: u16 = 500;

/// What a browser takes of a cookie's name and value, in bytes.
const LARGEST_COOKIE: usize = 4096;

/// Whether the person's browser drops a cookie of so many bytes, name and value.
fn drops(scene: &Scene, bytes: usize) -> bool {
    let name = "__Host-Http-cloakroom-jwt";
    let cookie = format!("{name}={}; Path=/; Secure; HttpOnly; SameSite=Lax", "x".repeat(bytes - name.len()));
    let (host, now) = (scene.visitor.host().to_owned(), scene.now());
    let mut browser = scene.visitor.clone();
    browser.jar().is_some_and(|jar| jar.take(&cookie, &host, "/", now) == Err(Dropped::TooLong))
}

/// Sends the JWT through a proxy with the usual limit, and to Cloakroom itself.
async fn through_proxy(scene: &mut Scene, small: usize, large: usize) -> Result<(), LabError> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let proxy = listener.local_addr()?;
    let (cloakroom, host) = (scene.house.address(), scene.visitor.host().to_owned());
    let forward = move |headers: HeaderMap| async move { forward(cloakroom, &host, &headers).await };
    let limits = ServeLimits { head_bytes: PROXY_TAKES, shutdown: Duration::ZERO, ..ServeLimits::DEFAULT };
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(serve(listener, Router::new().fallback(get(forward)), limits, async {
        let _ = ended.await;
    }));
    let (person, copy) = (scene.person(), scene.copy());
    let request = copy.request("GET", scene.visitor.host(), crate::lab::scene::WHO);
    let refused = scene.exchange_with(&person, Party::Proxy, proxy, say::THROUGH_A_PROXY, &request).await?;
    let anonymous = Request::new("GET", scene.visitor.host(), crate::lab::scene::WHO);
    let passed = anonymous.send(proxy, None).await?;
    scene.promise(say::PROXY_PASSES_SMALL_REQUESTS, passed.status == 401 && refused.status == 431);
    let direct = scene.show(&person, &copy, Judge::Cloakroom).await?;
    scene.promise(say::CLOAKROOM_TAKES_IT, is_taken(direct));
    scene.outcome(None, None, verdict_of(refused.status), say::letter_too_big(small, large));
    drop(end);
    Ok(())
}

async fn forward(server: std::net::SocketAddr, host: &str, headers: &HeaderMap) -> Response {
    let mut request = Request::new("GET", host, crate::lab::scene::WHO);
    if let Some(value) = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) {
        request = request.header("Authorization", value);
    }
    match request.send(server, None).await {
        Ok(answer) => {
            let status = http::StatusCode::from_u16(answer.status).unwrap_or(http::StatusCode::BAD_GATEWAY);
            (status, answer.body).into_response()
        }
        Err(_) => http::StatusCode::BAD_GATEWAY.into_response(),
    }
}

/// How many people, and how much they ask.
const USERS: f64 = 10_000_000.0;
const REQUESTS_PER_SECOND: f64 = 50_000.0;

/// How many sign-ins are written to see how much room one takes.
const SAMPLE: u32 = 2_000;

/// Ten million users, 50,000 requests a second.
pub(super) async fn many(scene: &mut Scene, cost: &Measured) -> Result<(), LabError> {
    scene.signed_in(Wish::default()).await?;
    scene.look_at_both_sides().await?;
    scene.ask_orders(Setting::VerifiesAlone).await?;
    let store = scene.house.app().await?.store;
    let disk = bytes_per_sign_in(&store, scene.session()?).await?;
    drop(store);
    let per_request = figure(scene.ordinary_bytes());
    let again = cost.cpu_again_us.unwrap_or_default();
    let first = cost.cpu_us.unwrap_or_default();
    let lifetime = cloakroom::ACCESS_LIFETIME.as_secs_f64();
    let mut figures = vec![
        Figure { name: "disk", value: disk * USERS, unit: "bytes", from: say::disk_from(disk, SAMPLE) },
        Figure {
            name: "traffic",
            value: per_request * REQUESTS_PER_SECOND,
            unit: "bytes_per_second",
            from: say::traffic_from(per_request),
        },
        Figure {
            name: "cores",
            value: again * REQUESTS_PER_SECOND / 1e6,
            unit: "cores",
            from: say::cores_from(again, scene.is_jwt()),
        },
        Figure {
            name: "cores_first",
            value: first * REQUESTS_PER_SECOND / 1e6,
            unit: "cores",
            from: say::cores_first_from(first, scene.is_jwt()),
        },
    ];
    if scene.is_jwt() {
        figures.push(Figure { name: "writes", value: USERS / lifetime, unit: "per_second", from: say::refreshes_from(lifetime) });
    } else {
        // Everybody asks once in so many seconds, and a last use is written at most once a minute.
        let each = USERS / REQUESTS_PER_SECOND;
        let memory = figure(size_of::<cloakroom::session::Session>());
        figures.push(Figure { name: "memory", value: memory * USERS, unit: "bytes", from: say::memory_from(memory) });
        figures.push(Figure { name: "writes", value: USERS / each.max(60.0), unit: "per_second", from: say::touches_from(each) });
    }
    scene.promise(say::EVERY_FIGURE_IS_POSITIVE, figures.iter().all(|figure| figure.value > 0.0));
    let value = |name: &str| figures.iter().find(|figure| figure.name == name).map_or(0.0, |figure| figure.value);
    let sentence = say::many(scene.cell, value("disk"), value("cores"), value("writes"));
    for figure in figures {
        scene.compute(figure);
    }
    scene.outcome(None, None, Verdict::NotApplicable, sentence);
    Ok(())
}

/// How many bytes of the database file one sign-in takes, rows and indexes: more sign-ins like this one are written, and the file measured.
async fn bytes_per_sign_in(store: &SqliteStore, like: SessionId) -> Result<f64, LabError> {
    use cloakroom::session::{RefreshStore, SessionStore};

    let session = store.find(like).await?.ok_or(LabError::Unexpected("the session is gone"))?;
    let family = store.list_families(like).await?.into_iter().next();
    let job = move |job: &mut Job<'_>| -> Result<(i64, i64), StoreError> {
        let before = file_bytes(job.connection())?;
        for number in 0..SAMPLE {
            let mut session = session.clone();
            session.id = SessionId::from_bytes(fresh());
            session.user = UserId::new(format!("{number:022}")).map_err(|_| StoreError::Internal("digits are an id".into()))?;
            let family = family.clone().map(|mut family| {
                (family.id, family.session) = (FamilyId::from_bytes(fresh()), session.id);
                family
            });
            let matters_until = session.absolute_ends_at;
            let limit = SessionPolicy::DEFAULT.limit;
            sessions::insert(job, &Start { session, family, replaces: Vec::new(), limit, matters_until })?;
        }
        Ok((before, file_bytes(job.connection())?))
    };
    let (before, after) = store.writer().run(job).await?;
    Ok(figure(usize::try_from(after - before).unwrap_or_default()) / f64::from(SAMPLE))
}

fn fresh() -> [u8; 16] {
    let mut bytes = [0; 16];
    OsRandom.fill(&mut bytes);
    bytes
}

fn file_bytes(connection: &Connection) -> Result<i64, StoreError> {
    let number = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).map_err(store_error);
    Ok(number("page_count")? * number("page_size")?)
}
