//! Builds every part once, and can be built more than once in a process. The only file that knows concrete types.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use cloakroom::cookie::CookieKeys;
use cloakroom::session::{Network, Store};
use cloakroom::{
    Auth, Clock, EventSink, MasterKeys, Origin, OsRandom, OwnHosts, Random, SecurityEvent, SystemClock, TracingEvents,
};
use cloakroom_store::sqlite::{SqliteOptions, SqliteStore};

use crate::account_memory::AccountMemory;
use crate::accounts::{
    AccountStore, Accounts, AccountsParts, HashParameters, PasswordHasher, PasswordPool, PasswordRules, PoolSize, RoleScopes,
    Starter,
};
use crate::advice::Adviser;
use crate::cli::StartError;
use crate::config::{Config, MasterKeySource, Registration};
use crate::device_cookie::DeviceCookie;
use crate::explain::ExplainDesk;
use crate::fast_lane::FastLane;
use crate::form::SealedForm;
use crate::jobs::Jobs;
use crate::keys::{SigningKeys, check_master_key};
use crate::lab::StoreSwitch;
use crate::limits::{FailureStore, Limits, OpenWork};
use crate::master_key_file;
use crate::pages::Pages;
use crate::pages::advise::Desk;
use crate::pages::login::LoginDoor;
use crate::routes;
use crate::storage::sqlite::{SERVER_MIGRATIONS, SqliteAccounts, SqliteFailures, SqliteKeys};
use crate::time_gate::TimeGate;
use crate::urls::Urls;

/// What differs between the product and a second one beside it: time, randomness, hosts, cost of hashing.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) hosts: Option<OwnHosts>,
    pub(crate) hashing: HashParameters,
    pub(crate) events: Arc<dyn EventSink>,
    /// A switch in front of the store, where somebody wants to see it stop.
    pub(crate) switch: Option<StoreSwitch>,
}

impl Surroundings {
    /// Those of the product.
    pub(crate) fn of_this_machine(clock: &SystemClock) -> Self {
        Self {
            clock: Arc::new(clock.clone()),
            random: Arc::new(OsRandom),
            hosts: None,
            hashing: HashParameters::DEFAULT,
            events: Arc::new(TracingEvents),
            switch: None,
        }
    }
}

/// Every part, each a handle that clones.
#[derive(Clone, FromRef)]
pub(crate) struct App {
    pub(crate) auth: Auth,
    pub(crate) accounts: Accounts,
    pub(crate) starter: Starter,
    pub(crate) devices: DeviceCookie,
    pub(crate) keys: Arc<SigningKeys>,
    pub(crate) urls: Arc<Urls>,
    pub(crate) registration: Registration,
    pub(crate) clock: SystemClock,
    pub(crate) gate: TimeGate,
    pub(crate) limits: Limits,
    pub(crate) login: LoginDoor,
    pub(crate) store: SqliteStore,
    pub(crate) pages: Pages,
    pub(crate) adviser: Adviser,
    pub(crate) advise: Desk,
    pub(crate) explain: ExplainDesk,
}

impl App {
    /// Opens the store and puts the parts together. Nothing listens yet.
    pub(crate) async fn open(
        config: &Config,
        origin: &Origin,
        clock: SystemClock,
        around: Surroundings,
    ) -> Result<Self, StartError> {
        let master = master_keys(config, &*around.random)?;
        let (store, gate) = open_store(config, &clock, &around)?;
        let key_store = Arc::new(SqliteKeys::new(store.clone()));
        check_master_key(&*key_store, &master).await.map_err(misconfigured)?;
        let now = around.clock.now();
        let sealing = CookieKeys::from_master(&master);
        let keys = SigningKeys::load_or_create(key_store, &sealing, &*around.random, now).await.map_err(misconfigured)?;

        let memory = Arc::new(AccountMemory::new());
        let urls = Urls::below(config.base_path.as_str());
        let behind = Behind::of(&store, around.switch.as_ref());
        let mut builder = Auth::builder(origin.clone())
            .shared_sessions(behind.sessions)
            .key_ring(keys.ring().clone())
            .master_key(master.clone())
            .clock(Arc::clone(&around.clock))
            .random(Arc::clone(&around.random))
            .events(Arc::clone(&around.events))
            .clients(config.clients_for(origin))
            .trusted_proxies(config.proxy.trusted())
            .sink(Arc::clone(&memory) as _)
            .cookie_name(config.cookies.name.as_str())
            .insecure_http_cookies(config.insecure_http_cookies)
            .session_path(urls.api_session.clone())
            .problems_page(urls.problems.clone())
            .pages(urls.login.clone(), urls.account.clone(), [urls.logout.clone()]);
        if let Some(hosts) = around.hosts {
            builder = builder.hosts(hosts);
        }
        let auth = builder.build().map_err(misconfigured)?;
        // Before anything can end: for how long an end matters follows from how long tokens have ever lived.
        auth.load().await.map_err(failed)?;
        let limits = if config.limits.insecure_off {
            Limits::insecure_off(master.clone(), behind.failures)
        } else {
            Limits::new(master.clone(), behind.failures)
        };
        let events = Arc::clone(&around.events);
        let accounts = Accounts::new(AccountsParts {
            store: behind.accounts,
            memory,
            pool: PasswordPool::start(PoolSize::of_this_machine()).map_err(failed)?,
            hasher: PasswordHasher::new(master, around.hashing, &*around.random),
            rules: PasswordRules::new("cloakroom", origin.host()),
            limits: limits.clone(),
            random: Arc::clone(&around.random),
            on_refused: Arc::new(move |user, from: IpAddr| {
                events.record(SecurityEvent::SignInFailed { user, from: Some(Network::of(from)) });
            }),
        });
        let roles = Arc::new(RoleScopes::new(config.roles.iter().map(|role| (role.id.clone(), role.scopes.clone()))));
        let devices = DeviceCookie::new(&auth, sealing.clone()).map_err(misconfigured)?;
        let starter = Starter { auth: auth.clone(), accounts: accounts.clone(), roles };
        let urls = Arc::new(urls);
        let pages =
            Pages::new(Arc::clone(&urls), accounts.clone(), config.users.registration, origin.is_loopback()).map_err(failed)?;
        let forms = SealedForm::new(&auth, sealing).map_err(misconfigured)?;
        let adviser = Adviser::new(&auth, config.base_path.as_str(), config.listen.to_string(), !config.limits.insecure_off);
        let advise = Desk { pages: pages.clone(), adviser: adviser.clone() };
        let login = LoginDoor { pages: pages.clone(), forms, starter: starter.clone(), devices: devices.clone() };
        let explain = ExplainDesk::new(auth.clone(), OpenWork::new(!config.limits.insecure_off));
        Ok(Self {
            auth,
            accounts,
            starter,
            devices,
            keys: Arc::new(keys),
            urls,
            registration: config.users.registration,
            clock,
            gate,
            limits,
            login,
            store,
            pages,
            adviser,
            advise,
            explain,
        })
    }

    /// Every URL of the product, `more` among them.
    pub(crate) fn service(&self, more: Router<Self>) -> FastLane {
        FastLane::new(self, routes::router(self, more))
    }

    /// What runs beside the requests.
    pub(crate) fn jobs(&self) -> Jobs {
        Jobs::new(self.auth.clone(), self.limits.clone(), self.clock.clone())
    }

    /// The origin that `config` has for a server bound to `address`, or for none.
    pub(crate) fn origin_of(config: &Config, address: Option<SocketAddr>) -> Origin {
        config.origin_for(address.unwrap_or(config.listen))
    }
}

/// Opens the store, and a gate that stays shut while the clock is behind what the store has seen.
fn open_store(config: &Config, clock: &SystemClock, around: &Surroundings) -> Result<(SqliteStore, TimeGate), StartError> {
    let options = SqliteOptions {
        readers: std::thread::available_parallelism().map_or(2, usize::from),
        clock: Arc::clone(&around.clock),
        random: Arc::clone(&around.random),
        more_migrations: vec![SERVER_MIGRATIONS],
        ..SqliteOptions::default()
    };
    let store = SqliteStore::open(&config.database.file, options).map_err(failed)?;
    let newest = store.newest_time().map_err(failed)?;
    let gate = TimeGate::before(newest);
    let now = around.clock.now();
    if gate.is_open(now) {
        clock.not_before(newest.unwrap_or_default());
    } else {
        tracing::error!(
            behind = ?gate.behind(now),
            "the machine's clock is behind what the store has seen: credentials are refused until it is set right, or until \
             `cloakroom clock accept` says that it is"
        );
    }
    Ok((store, gate))
}

/// What requests reach of the store.
struct Behind {
    sessions: Arc<dyn Store>,
    accounts: Arc<dyn AccountStore>,
    failures: Arc<dyn FailureStore>,
}

impl Behind {
    fn of(store: &SqliteStore, switch: Option<&StoreSwitch>) -> Self {
        let sessions: Arc<dyn Store> = Arc::new(store.clone());
        let accounts: Arc<dyn AccountStore> = Arc::new(SqliteAccounts::new(store.clone()));
        let failures: Arc<dyn FailureStore> = Arc::new(SqliteFailures::new(store.clone()));
        match switch {
            None => Self { sessions, accounts, failures },
            Some(switch) => Self {
                sessions: switch.sessions(sessions),
                accounts: switch.accounts(accounts),
                failures: switch.failures(failures),
            },
        }
    }
}

fn master_keys(config: &Config, random: &dyn Random) -> Result<MasterKeys, StartError> {
    match &config.master.key {
        MasterKeySource::Given(keys) => Ok((**keys).clone()),
        MasterKeySource::File(path) => {
            master_key_file::load_or_create(path, config.database.file.exists(), random).map_err(misconfigured)
        }
    }
}

pub(crate) fn misconfigured(error: impl std::error::Error + Send + Sync + 'static) -> StartError {
    StartError::Configuration(Box::new(error))
}

pub(crate) fn failed(error: impl std::error::Error + Send + Sync + 'static) -> StartError {
    StartError::Failed(Box::new(error))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use axum::body::Body;
    use cloakroom::{FixedClock, OwnHost, SeededRandom, Timestamp};
    use http::{Request, StatusCode, header};
    use tower::ServiceExt;

    use super::*;
    use crate::config::Flags;

    struct Second {
        _folder: tempfile::TempDir,
        app: App,
        clock: FixedClock,
    }

    /// A server with a clock, a store, a host and a cookie name of its own.
    async fn open(host: &str, name: &str) -> Second {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_str().unwrap().to_owned();
        let variables = BTreeMap::from([("CLOAKROOM_COOKIES_NAME".to_owned(), name.to_owned())]);
        let flags = Flags { data: Some(data), ..Flags::default() };
        let config = Config::load(&flags, &variables, &|path| std::fs::read_to_string(path)).unwrap().config;
        let clock = FixedClock::at(Timestamp::from_seconds(1_800_000_000));
        let around = Surroundings {
            clock: Arc::new(clock.clone()),
            random: Arc::new(SeededRandom::new(u64::from(name.as_bytes()[0]))),
            hosts: Some(OwnHosts::list([OwnHost::of(&host.parse().unwrap())])),
            hashing: HashParameters::CHEAPEST,
            events: Arc::new(TracingEvents),
            switch: None,
        };
        let origin = "http://localhost:8080".parse().unwrap();
        let app = App::open(&config, &origin, SystemClock::new(), around).await.unwrap();
        Second { _folder: folder, app, clock }
    }

    impl Second {
        async fn ask(&self, host: &str, method: &str, path: &str, cookie: &str, body: &'static str) -> axum::response::Response {
            let mut request = Request::builder().method(method).uri(path).header(header::HOST, host);
            if !body.is_empty() {
                request = request.header(header::CONTENT_TYPE, "application/json");
            }
            if !cookie.is_empty() {
                request = request.header(header::COOKIE, cookie);
            }
            routes::router(&self.app, Router::new()).oneshot(request.body(Body::from(body)).unwrap()).await.unwrap()
        }

        async fn sign_in(&self, host: &str) -> String {
            let body = r#"{"email":"ada@example.org","password":"correct horse battery staple"}"#;
            assert_eq!(self.ask(host, "POST", "/api/v1/users", "", body).await.status(), StatusCode::CREATED);
            let answer = self.ask(host, "POST", "/api/v1/sessions", "", body).await;
            assert_eq!(answer.status(), StatusCode::CREATED);
            let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
            cookie.split(';').next().unwrap().to_owned()
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn two_servers_in_one_process_know_nothing_of_each_other() {
        let (ours, lab) = (open("http://a.localhost", "cloakroom").await, open("http://b.localhost", "lab").await);
        let (one, two) = (ours.sign_in("a.localhost").await, lab.sign_in("b.localhost").await);
        assert!(one.starts_with("__Host-Http-cloakroom=") && two.starts_with("__Host-Http-lab="));
        let status = async |server: &Second, host: &str, cookie: &str| {
            server.ask(host, "GET", "/api/v1/session", cookie, "").await.status()
        };
        let both = format!("{one}; {two}");
        assert_eq!(status(&ours, "a.localhost", &both).await, StatusCode::OK);
        assert_eq!(status(&lab, "b.localhost", &both).await, StatusCode::OK);
        assert_eq!(status(&ours, "a.localhost", &two).await, StatusCode::UNAUTHORIZED);
        assert_eq!(status(&ours, "b.localhost", &one).await, StatusCode::MISDIRECTED_REQUEST);
        // A day passes in one of them.
        lab.clock.advance(Duration::from_hours(24));
        assert_eq!(status(&lab, "b.localhost", &two).await, StatusCode::UNAUTHORIZED);
        assert_eq!(status(&ours, "a.localhost", &one).await, StatusCode::OK);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn while_the_clock_is_behind_what_the_store_has_seen_nobody_is_judged() {
        let server = open("http://a.localhost", "cloakroom").await;
        let cookie = server.sign_in("a.localhost").await;
        let behind = TimeGate::before(Some(server.clock.now().plus(Duration::from_hours(1))));
        let held = Second { app: App { gate: behind.clone(), ..server.app.clone() }, ..server };
        let answer = held.ask("a.localhost", "GET", "/api/v1/session", &cookie, "").await;
        assert_eq!(
            (answer.status(), &answer.headers()[header::RETRY_AFTER]),
            (StatusCode::SERVICE_UNAVAILABLE, &"30".parse().unwrap())
        );
        for (path, status) in [("/readyz", StatusCode::SERVICE_UNAVAILABLE), ("/healthz", StatusCode::OK)] {
            assert_eq!(held.ask("a.localhost", "GET", path, "", "").await.status(), status, "{path}");
        }
        behind.accept();
        assert_eq!(held.ask("a.localhost", "GET", "/api/v1/session", &cookie, "").await.status(), StatusCode::OK);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_is_described_is_what_is_there() {
        let server = open("http://a.localhost", "cloakroom").await;
        let described = crate::api::openapi::describe("http://localhost:8080", &server.app.urls);
        let json = serde_json::to_value(&described).unwrap();
        for (path, item) in json["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys().filter(|key| matches!(key.as_str(), "get" | "post" | "put" | "delete"))
            {
                let asked = path.replace("{id}", "AAAAAAAAAAAAAAAAAAAAAA");
                let status = server.ask("a.localhost", &method.to_uppercase(), &asked, "", "").await.status();
                let is_there =
                    !matches!(status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) && !status.is_server_error();
                assert!(is_there, "{method} {path}: {status}");
            }
        }
    }
}
