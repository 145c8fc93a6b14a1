//! Durable session inserts per second with 64 callers, each insert for another user: `insert_rate <folder> [seconds]`.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cloakroom_primitives::{Clock, OsRandom, SecretHash, SystemClock};
use cloakroom_session::{
    AuthMethod, AuthMethods, Cell, ClientId, NewSession, Place, Scopes, Session, SessionId, SessionLimit, SessionPolicy,
    SessionStore, Start, StoreError, UserId,
};
use cloakroom_store::sqlite::{SqliteOptions, SqliteStore};

const CALLERS: usize = 64;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("name a folder on the disk to be measured")?;
    let seconds = arguments.next().map_or(Ok(5), |text| text.parse())?;
    let store = SqliteStore::open(&Path::new(&folder).join("insert_rate.db"), SqliteOptions::default())?;
    let clock = SystemClock::new();
    let inserted = Arc::new(AtomicU64::new(0));

    let begun = clock.now();
    let until = begun.plus(Duration::from_secs(seconds));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (store, clock, inserted) = (store.clone(), clock.clone(), Arc::clone(&inserted));
            tokio::spawn(async move {
                while clock.now() < until {
                    store.insert(&new_start(&clock)).await?;
                    inserted.fetch_add(1, Ordering::Relaxed);
                }
                Ok::<_, StoreError>(())
            })
        })
        .collect();
    for caller in callers {
        caller.await??;
    }
    let taken = clock.now().since(begun).as_secs_f64();
    let count = u32::try_from(inserted.load(Ordering::Relaxed))?;
    writeln!(
        std::io::stdout(),
        "{:.0} durable inserts/s ({count} in {taken:.2} s, {CALLERS} callers)",
        f64::from(count) / taken
    )?;
    Ok(())
}

fn new_start(clock: &SystemClock) -> Start {
    let now = clock.now();
    let new = NewSession {
        id: SessionId::generate(&OsRandom, now),
        user: UserId::generate(&OsRandom, now),
        client: ClientId::new("cloakroom").expect("nine letters are a client id"),
        cell: Cell::Cookie,
        scopes: Scopes::none(),
        methods: AuthMethods::of([AuthMethod::Password]),
        remember: false,
        place: Place {
            address: Some([203, 0, 113, 7].into()),
            user_agent: Some("Mozilla/5.0 (X11; Linux x86_64) Chrome/156".into()),
        },
    };
    let session = Session::open(new, Some(SecretHash::of(&now.as_millis().to_be_bytes())), &SessionPolicy::DEFAULT, now);
    Start { session, family: None, replaces: Vec::new(), limit: SessionLimit::DEFAULT, matters_until: now }
}
