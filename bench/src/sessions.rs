//! Durable session creations: 64 callers of `Auth::sign_in` in one process, each for another user, on SQLite on disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cloakroom::session::{AuthMethod, Cell, UserId};
use cloakroom::{Auth, EventSink, RequestContext, SecurityEvent, SignIn};
use cloakroom_store::sqlite::{SqliteOptions, SqliteStore};

use crate::report::median;

const CALLERS: usize = 64;
const SPAN: Duration = Duration::from_secs(3);

struct Unheard;

impl EventSink for Unheard {
    fn record(&self, _: SecurityEvent) {}
}

pub(crate) fn measure() {
    let rates = (0..5).map(|_| round());
    println!("durable sessions, {CALLERS} callers of Auth::sign_in on SQLite: {:.0}/s", median(rates.collect()));
}

#[tokio::main]
async fn round() -> f64 {
    let folder = tempfile::tempdir_in("target").or_else(|_| tempfile::tempdir()).expect("a folder");
    let store = SqliteStore::open(&folder.path().join("cloakroom.db"), SqliteOptions::default()).expect("a store");
    let auth = Auth::builder("http://localhost".parse().expect("an origin"))
        .sessions(store)
        .events(Arc::new(Unheard))
        .build()
        .expect("parts that fit");
    auth.load().await.expect("a store that answers");
    let (counted, began) = (Arc::new(AtomicU64::new(0)), Instant::now());
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (auth, counted) = (auth.clone(), Arc::clone(&counted));
            tokio::spawn(async move {
                let (mut turn, context) = (0, RequestContext::at(auth.now(), None));
                while began.elapsed() < SPAN {
                    let user = UserId::new(format!("user-{caller}-{turn}")).expect("a user id");
                    let sign_in = SignIn::new(user, AuthMethod::Password).cell(Cell::Token);
                    auth.sign_in(sign_in, context.clone()).await.expect("a session");
                    counted.fetch_add(1, Ordering::Relaxed);
                    turn += 1;
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.expect("a caller that ends");
    }
    counted.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}
