//! Many callers at the store at once: how much reaches the disk in a second, and how much room it takes.

use std::sync::Arc;
use std::time::Duration;

use cloakroom::session::{
    AuthMethod, AuthMethods, Cell, ClientId, FamilyId, FeedWindow, NewSession, Place, Redeem, Redeemed, RefreshFamily,
    RefreshPolicy, RefreshTokens, Scopes, Seen, Session, SessionId, SessionLimit, SessionPolicy, SessionStore, Start, StoreError,
    Usage, UserId,
};
use cloakroom::{ACCESS_LIFETIME, BUILT_IN_CLIENT, MasterKeys, Random, Secret, SecretHash, Timestamp};
use cloakroom_primitives::Stopwatch;
use cloakroom_store::sqlite::{Job, SqliteStore};
use tokio::task::JoinSet;

/// How many requests wait at once.
const CALLERS: usize = 64;
/// How many rows one commit of last-seen times holds.
const BATCH: usize = 256;
/// How long one kind of work goes on.
const LASTS: Duration = Duration::from_secs(2);
/// A user agent of the usual length.
const USER_AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// Makes rows as the product does.
#[derive(Clone)]
pub(super) struct Rows {
    pub(super) store: SqliteStore,
    pub(super) random: Arc<dyn Random>,
    pub(super) keys: Arc<MasterKeys>,
    pub(super) now: Timestamp,
}

impl Rows {
    /// Opens so many sessions, each with a refresh family where its cell has one.
    pub(super) async fn open_sessions(&self, cell: Cell, count: usize) -> Result<Vec<Start>, StoreError> {
        let mut callers = JoinSet::new();
        for share in shares(count) {
            let rows = self.clone();
            callers.spawn(async move {
                let mut opened = Vec::with_capacity(share);
                for _ in 0..share {
                    let start = rows.start(cell);
                    rows.store.insert(&start).await?;
                    opened.push(start);
                }
                Ok::<_, StoreError>(opened)
            });
        }
        let mut all = Vec::with_capacity(count);
        for opened in callers.join_all().await {
            all.extend(opened?);
        }
        Ok(all)
    }

    fn start(&self, cell: Cell) -> Start {
        let (random, now) = (&*self.random, self.now);
        let client = ClientId::new(BUILT_IN_CLIENT).expect("the word is printable ASCII");
        let new = NewSession {
            id: SessionId::generate(random, now),
            user: UserId::generate(random, now),
            client: client.clone(),
            cell,
            scopes: Scopes::none(),
            methods: AuthMethods::of([AuthMethod::Password]),
            remember: false,
            place: Place { address: Some([203, 0, 113, 7].into()), user_agent: Some(USER_AGENT.into()) },
        };
        let mut secret = [0; 32];
        random.fill(&mut secret);
        let session = Session::open(new, Some(SecretHash::of(&secret)), &SessionPolicy::DEFAULT, now);
        let family = matches!(cell, Cell::Jwt | Cell::JwtCookie).then(|| {
            let id = FamilyId::generate(random, now);
            let audience = "https://api.example.com".into();
            RefreshFamily::open(id, session.id, client, audience, Scopes::none(), self.keys.minting().id(), now)
        });
        Start { session, family, replaces: Vec::new(), limit: SessionLimit::DEFAULT, matters_until: now }
    }

    /// How many bytes the database has, what waits in its log included.
    pub(super) async fn database_bytes(&self) -> Result<f64, StoreError> {
        let pragma = |job: &mut Job<'_>, name: &str| {
            job.connection()
                .query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, f64>(0))
                .map_err(|error| StoreError::Internal(error.into()))
        };
        self.store.writer().run(move |job| Ok(pragma(job, "page_count")? * pragma(job, "page_size")?)).await
    }

    /// How many refresh tokens a second are redeemed when many ask at once; each is on disk before it is answered.
    pub(super) async fn refreshes_per_second(&self, tokens: &RefreshTokens, families: &[Start]) -> Result<f64, StoreError> {
        let watch = Stopwatch::start();
        let mut callers = JoinSet::new();
        for start in families.iter().take(CALLERS) {
            let Some(family) = &start.family else { continue };
            let (tokens, first, mut now) = (tokens.clone(), tokens.first(family), self.now);
            callers.spawn(async move {
                let (mut token, mut count) = (first, 0.0);
                while watch.elapsed() < LASTS {
                    now = now.plus(Duration::from_millis(1));
                    token = redeemed(&tokens, &token, now).await?;
                    count += 1.0;
                }
                Ok::<_, StoreError>(count)
            });
        }
        total(callers).await.map(|count: f64| count / watch.elapsed().as_secs_f64())
    }

    /// How many last-seen times a second are written, in batches as the product flushes them.
    pub(super) async fn touched_rows_per_second(&self, sessions: &[Start]) -> Result<f64, StoreError> {
        let (watch, mut count, mut now) = (Stopwatch::start(), 0.0, self.now);
        while watch.elapsed() < LASTS {
            now = now.plus(Duration::from_secs(1));
            for batch in sessions.chunks(BATCH) {
                let seen = |start: &Start| {
                    let session = &start.session;
                    Seen { id: session.id, seen_at: now, seen_from: session.seen_from, ends_at: now.plus(session.idle_for) }
                };
                self.store.touch(&batch.iter().map(seen).collect::<Vec<_>>()).await?;
                count += rate_of(batch.len());
            }
        }
        Ok(count / watch.elapsed().as_secs_f64())
    }
}

/// The refresh tokens of the rows.
pub(super) fn refresh_tokens(store: &cloakroom::session::CachedStore, keys: &Arc<MasterKeys>) -> RefreshTokens {
    RefreshTokens::new(store.clone(), Arc::clone(keys), FeedWindow::for_lifetime(ACCESS_LIFETIME))
}

async fn redeemed(tokens: &RefreshTokens, token: &Secret<String>, now: Timestamp) -> Result<Secret<String>, StoreError> {
    let redeem = Redeem { client: None, cell: Cell::Jwt, session: None, usage: Usage::Active, from: None };
    match tokens.redeem(token.expose(), &redeem, &|_| RefreshPolicy::DEFAULT, now).await? {
        Redeemed::Token(next) => Ok(next.token),
        Redeemed::Unknown | Redeemed::Expired | Redeemed::Reused(_) => {
            Err(StoreError::Internal("a current refresh token was refused".into()))
        }
    }
}

async fn total(callers: JoinSet<Result<f64, StoreError>>) -> Result<f64, StoreError> {
    callers.join_all().await.into_iter().sum()
}

/// How much each caller does of so many.
fn shares(count: usize) -> impl Iterator<Item = usize> {
    (0..CALLERS).map(move |caller| (count + CALLERS - 1 - caller) / CALLERS)
}

/// A count of rows, as a number to divide.
pub(super) fn rate_of(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_of_the_callers_are_the_whole() {
        for count in [0, 1, 63, 64, 65, 1000] {
            assert_eq!(shares(count).sum::<usize>(), count);
        }
    }
}
