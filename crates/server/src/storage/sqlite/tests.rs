//! Accounts, failures and keys on a real file, through the handles that the rest of the server uses.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cloakroom_cookie::CookieKeys;
use cloakroom_primitives::{MasterKey, MasterKeys, Random, SecretHash, SeededRandom, Timestamp};
use cloakroom_session::{
    AuthMethod, AuthMethods, Cell, Change, ChangeCause, ClientId, EndCause, Ending, FeedEntry, FeedRecord, FeedSink, Inserted,
    NewSession, Place, Scopes, Session, SessionId, SessionLimit, SessionPolicy, SessionStore, Start, StoreError, UserId,
};
use cloakroom_store::sqlite::{Job, SqliteOptions, SqliteStore, store_error};
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::{SERVER_MIGRATIONS, SqliteAccounts, SqliteFailures, SqliteKeys};
use crate::account_memory::AccountMemory;
use crate::accounts::{
    Account, AccountStatus, Accounts, AccountsParts, After, Attempt, Disabled, DisplayName, EmailAddress, HashParameters,
    NewAccount, NotRegistered, Password, PasswordChange, PasswordChanged, PasswordHasher, PasswordNotSet, PasswordPool,
    PasswordRefusal, PasswordRules, PoolSize, Refused, Registered, Roles, SignInResult, SteppedUp, VerifiedPassword,
};
use crate::device::KnownDevice;
use crate::keys::{MasterKeyRefused, SigningKeys, check_master_key};
use crate::limits::{FailureStore, Failures, LOCKED_AT, Limits};

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);
const OLD: &str = "quiet lamp on 7";
const NEW: &str = "violet tram at 9";

fn master(seeds: &[u64]) -> MasterKeys {
    let line = |seed: &u64| MasterKey::generate(&SeededRandom::new(*seed)).to_line().expose().clone();
    MasterKeys::parse(&seeds.iter().map(line).collect::<Vec<_>>().join("\n")).unwrap()
}

/// An installation on a file, without HTTP.
struct House {
    store: SqliteStore,
    accounts: Accounts,
    memory: Arc<AccountMemory>,
    pool: PasswordPool,
    random: Arc<SeededRandom>,
    refused: Arc<Mutex<Vec<Option<UserId>>>>,
}

impl House {
    fn open(folder: &TempDir) -> Self {
        Self::with(folder, HashParameters::CHEAPEST, &master(&[1]), true)
    }

    fn without_limits(folder: &TempDir) -> Self {
        Self::with(folder, HashParameters::CHEAPEST, &master(&[1]), false)
    }

    fn with(folder: &TempDir, parameters: HashParameters, keys: &MasterKeys, limited: bool) -> Self {
        let options = SqliteOptions { more_migrations: vec![SERVER_MIGRATIONS], ..SqliteOptions::default() };
        let store = SqliteStore::open(&folder.path().join("cloakroom.db"), options).unwrap();
        let memory = Arc::new(AccountMemory::new());
        store.attach(&[Arc::clone(&memory) as Arc<dyn FeedSink>]);
        let failures = Arc::new(SqliteFailures::new(store.clone()));
        let make_limits = if limited { Limits::new } else { Limits::insecure_off };
        let random = Arc::new(SeededRandom::new(5));
        let size = PoolSize { threads: NonZeroUsize::new(2).unwrap(), queue: 4096, give_back_after: Duration::from_secs(30) };
        let refused = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&refused);
        let pool = PasswordPool::start(size).unwrap();
        let accounts = Accounts::new(AccountsParts {
            store: Arc::new(SqliteAccounts::new(store.clone())),
            memory: Arc::clone(&memory),
            pool: pool.clone(),
            hasher: PasswordHasher::new(keys.clone(), parameters, &*random),
            rules: PasswordRules::new("Cloakroom", "auth.example.com"),
            limits: make_limits(keys.clone(), failures),
            random: Arc::clone(&random) as Arc<dyn Random>,
            on_refused: Arc::new(move |user, _| heard.lock().unwrap().push(user)),
        });
        Self { store, accounts, memory, pool, random, refused }
    }

    async fn register(&self, email: &str) -> Account {
        self.accounts.register(new_account(email, OLD), [192, 0, 2, 1].into(), NOW).await.unwrap().user().clone()
    }

    async fn verify(&self, email: &str, password: &str) -> Result<VerifiedPassword, Refused> {
        self.accounts.verify_password(&address(email), Password::new(password).unwrap(), attempt(NOW)).await
    }

    fn start(&self, user: &UserId, client: &str) -> Start {
        let new = NewSession {
            id: SessionId::generate(&*self.random, NOW),
            user: user.clone(),
            client: ClientId::new(client).unwrap(),
            cell: Cell::Cookie,
            scopes: Scopes::none(),
            methods: AuthMethods::of([AuthMethod::Password]),
            remember: false,
            place: Place::default(),
        };
        Start {
            session: Session::open(new, Some(SecretHash::of(b"secret")), &SessionPolicy::DEFAULT, NOW),
            family: None,
            replaces: Vec::new(),
            limit: SessionLimit::DEFAULT,
            matters_until: NOW,
        }
    }

    async fn sign_in(&self, verified: VerifiedPassword) -> SignInResult {
        let start = self.start(&verified.user().id, "cloakroom");
        self.accounts.store().sign_in(start, verified, Vec::new()).await.unwrap()
    }

    async fn change_password(&self, verified: VerifiedPassword, password: &str) -> PasswordChanged {
        let user = verified.user().clone();
        let chosen = Password::new(password).unwrap();
        let hash = self.accounts.hash_new_password(&chosen, &user.email, [192, 0, 2, 1].into()).await.unwrap();
        let change = PasswordChange {
            hash,
            ending: ending(EndCause::PasswordChanged),
            session: None,
            start: self.start(&user.id, "cloakroom"),
        };
        self.accounts.store().change_password(verified, change, Vec::new()).await.unwrap()
    }

    async fn disable(&self, user: &UserId) -> Disabled {
        self.accounts.store().disable(user.clone(), ending(EndCause::AccountDisabled), Vec::new()).await.unwrap()
    }

    async fn sessions(&self, user: &UserId) -> Vec<Session> {
        self.store.list(user).await.unwrap()
    }

    fn text(&self, sql: &'static str) -> String {
        self.store.readers().with(|connection| connection.query_row(sql, [], |row| row.get(0)).map_err(store_error)).unwrap()
    }
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn new_account(email: &str, password: &str) -> NewAccount {
    let name = DisplayName::parse("Ada Löw").unwrap();
    NewAccount { email: address(email), name, password: Password::new(password).unwrap(), roles: Roles::default() }
}

fn attempt(now: Timestamp) -> Attempt {
    Attempt { from: [192, 0, 2, 1].into(), device: None, now }
}

fn ending(cause: EndCause) -> Ending {
    Ending { cause, at: NOW, matters_until: NOW }
}

fn counting(count: &Arc<AtomicUsize>) -> Vec<After> {
    let count = Arc::clone(count);
    vec![Box::new(move || {
        count.fetch_add(1, Ordering::SeqCst);
    })]
}

#[tokio::test]
async fn an_account_survives_reopening_and_signs_in() {
    let folder = TempDir::new().unwrap();
    let made = House::open(&folder).register("Ada@Example.com").await;
    let house = House::open(&folder);
    let verified = house.verify("ada@EXAMPLE.com", OLD).await.unwrap();
    assert_eq!(*verified.user(), made);
    assert_eq!(made.name.as_ref().map(DisplayName::as_str), Some("Ada Löw"));
    assert!(matches!(house.sign_in(verified).await, SignInResult::Inserted(Inserted::Yes { .. })));
    assert_eq!(house.sessions(&made.id).await.len(), 1);
    assert_eq!(**house.accounts.find(&made.id).await.unwrap().as_ref().unwrap(), made);
    assert_eq!(house.accounts.store().list(None, 10).await.unwrap(), std::slice::from_ref(&made));
    assert_eq!(house.accounts.store().list(Some(made.id), 10).await.unwrap(), []);
}

#[tokio::test]
async fn an_address_belongs_to_one_account() {
    let folder = TempDir::new().unwrap();
    let house = House::open(&folder);
    house.register("ada@example.com").await;
    let again = house.accounts.register(new_account("ADA@example.com", NEW), [192, 0, 2, 1].into(), NOW).await;
    assert!(matches!(again, Err(NotRegistered::EmailTaken)));

    let mut racing = JoinSet::new();
    for _ in 0..8 {
        let accounts = house.accounts.clone();
        racing
            .spawn(async move { accounts.create(new_account("bob@example.com", OLD), [192, 0, 2, 1].into(), NOW).await.is_ok() });
    }
    assert_eq!(racing.join_all().await.into_iter().filter(|made| *made).count(), 1);
}

#[tokio::test]
async fn an_id_is_never_overwritten() {
    let folder = TempDir::new().unwrap();
    let house = House::open(&folder);
    let made = house.register("ada@example.com").await;
    let other = Account { email: address("bob@example.com"), ..made };
    let refused = house.accounts.store().register(other, None, Vec::new()).await;
    assert!(matches!(refused, Err(StoreError::Conflict)));
}

#[tokio::test]
async fn a_registration_counts_when_it_is_made_or_the_address_is_taken() {
    let folder = TempDir::new().unwrap();
    let house = House::open(&folder);
    let register = |email: String, password: &'static str| {
        let accounts = house.accounts.clone();
        async move { accounts.register(new_account(&email, password), [198, 51, 100, 7].into(), NOW).await }
    };
    for _ in 0..20 {
        let refused = register("x@example.com".to_owned(), "passwordpassword").await;
        assert!(matches!(refused, Err(NotRegistered::Password(PasswordNotSet::Refused(PasswordRefusal::Common)))));
    }
    for number in 0..9 {
        register(format!("u{number}@example.com"), OLD).await.unwrap();
    }
    assert!(matches!(register("u0@example.com".to_owned(), OLD).await, Err(NotRegistered::EmailTaken)));
    assert!(
        matches!(register("u0@example.com".to_owned(), OLD).await, Err(NotRegistered::TooManyAttempts(after)) if after.seconds() == 360)
    );
}

#[tokio::test]
async fn whoever_is_refused_learns_nothing_and_is_counted() {
    let folder = TempDir::new().unwrap();
    let house = House::open(&folder);
    let ada = house.register("ada@example.com").await;
    let bob = house.register("bob@example.com").await;
    house.disable(&bob.id).await;
    let mut answers = Vec::new();
    for (email, password) in [("ada@example.com", NEW), ("bob@example.com", OLD), ("nobody@example.com", OLD)] {
        for _ in 0..5 {
            answers.push(house.verify(email, password).await.unwrap_err().to_string());
        }
        assert!(
            matches!(house.verify(email, OLD).await, Err(Refused::TooManyAttempts(after)) if after.seconds() == 1),
            "{email}"
        );
    }
    assert!(answers.iter().all(|answer| answer == "wrong address or password"), "{answers:?}");
    let refused = house.refused.lock().unwrap();
    assert_eq!(refused.iter().filter(|user| **user == Some(ada.id.clone())).count(), 5);
    assert_eq!(refused.iter().filter(|user| user.is_none()).count(), 5);
}

#[tokio::test]
async fn failures_survive_reopening_and_a_success_resets_them() {
    let folder = TempDir::new().unwrap();
    {
        let house = House::open(&folder);
        house.register("ada@example.com").await;
        for _ in 0..5 {
            house.verify("ada@example.com", NEW).await.unwrap_err();
        }
    }
    let house = House::open(&folder);
    assert!(matches!(house.verify("ada@example.com", OLD).await, Err(Refused::TooManyAttempts(_))));
    let later = attempt(NOW.plus(Duration::from_secs(1)));
    house.accounts.verify_password(&address("ada@example.com"), Password::new(OLD).unwrap(), later).await.unwrap();
    assert_eq!(house.text("SELECT count(*) || '' FROM sign_in_failures"), "0");
}

#[tokio::test]
async fn a_known_device_of_the_owner_signs_in_while_strangers_have_to_wait() {
    let folder = TempDir::new().unwrap();
    let house = House::open(&folder);
    let ada = house.register("ada@example.com").await;
    for _ in 0..5 {
        house.verify("ada@example.com", NEW).await.unwrap_err();
    }
    let from_device_of = |user: UserId| Attempt { device: Some(KnownDevice::new(user, &*house.random)), ..attempt(NOW) };
    let password = || Password::new(OLD).unwrap();
    let foreign = from_device_of(UserId::new("bob").unwrap());
    assert!(house.accounts.verify_password(&address("ada@example.com"), password(), foreign).await.is_err());
    assert!(house.accounts.verify_password(&address("ada@example.com"), password(), from_device_of(ada.id)).await.is_ok());
}

#[tokio::test]
async fn the_table_of_failures_names_nobody_and_is_pruned() {
    let folder = TempDir::new().unwrap();
    let house = House::open(&folder);
    let failures = SqliteFailures::new(house.store.clone());
    house.verify("nobody@example.com", OLD).await.unwrap_err();
    assert!(!house.text("SELECT group_concat(hex(key)) FROM sign_in_failures").to_lowercase().contains(&hex(b"nobody")));
    for _ in 0..LOCKED_AT {
        failures.add([9; 32], NOW).await.unwrap();
    }
    assert_eq!(failures.find([9; 32]).await.unwrap(), Failures { count: LOCKED_AT, last_at: NOW });
    let later = NOW.plus(Duration::from_millis(1));
    assert_eq!(failures.prune(NOW, 10).await.unwrap(), 0);
    assert_eq!(failures.prune(later, 10).await.unwrap(), 1, "what locks stays");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[tokio::test]
async fn a_caller_who_hangs_up_has_tried_all_the_same() {
    let folder = TempDir::new().unwrap();
    let house = House::with(&folder, HashParameters::DEFAULT, &master(&[1]), true);
    let accounts = house.accounts.clone();
    let hung_up = tokio::spawn(async move {
        accounts.verify_password(&address("ada@example.com"), Password::new(NEW).unwrap(), attempt(NOW)).await
    });
    // Memory is taken when the first hash begins.
    while house.pool.blocks_held() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    hung_up.abort();
    while house.refused.lock().unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(house.text("SELECT sum(count) || '' FROM sign_in_failures"), "1");
}

#[tokio::test]
async fn parameters_that_rose_lead_to_a_new_hash_that_does_not_move_the_version() {
    let folder = TempDir::new().unwrap();
    House::open(&folder).register("ada@example.com").await;
    let risen = HashParameters::new(16, 2, 1).unwrap();
    let house = House::with(&folder, risen, &master(&[2, 1]), true);
    let verified = house.verify("ada@example.com", OLD).await.unwrap();
    assert!(verified.rehash().is_some());
    let racing = house.verify("ada@example.com", OLD).await.unwrap();
    house.sign_in(verified).await;
    assert!(house.text("SELECT password_hash FROM users").starts_with("$argon2id$v=19$m=16,t=2,p=1$"));
    assert_eq!(house.text("SELECT version || '' FROM users"), "1");
    assert!(matches!(house.sign_in(racing).await, SignInResult::Inserted(_)), "it did not overtake another sign-in");
    assert!(house.verify("ada@example.com", OLD).await.unwrap().rehash().is_none());
    drop(house);
    let without_the_old_key = House::with(&folder, risen, &master(&[2]), true);
    assert!(without_the_old_key.verify("ada@example.com", OLD).await.is_ok());
}

#[tokio::test]
async fn under_another_master_key_no_password_is_right() {
    let folder = TempDir::new().unwrap();
    House::open(&folder).register("ada@example.com").await;
    let house = House::with(&folder, HashParameters::CHEAPEST, &master(&[2]), true);
    assert!(matches!(house.verify("ada@example.com", OLD).await, Err(Refused::InvalidCredentials)));
}

#[tokio::test]
async fn a_store_refuses_another_master_key_after_a_restart() {
    let folder = TempDir::new().unwrap();
    {
        let keys = SqliteKeys::new(House::open(&folder).store);
        check_master_key(&keys, &master(&[1])).await.unwrap();
    }
    let keys = SqliteKeys::new(House::open(&folder).store);
    let refused = check_master_key(&keys, &master(&[2])).await.unwrap_err();
    assert!(matches!(refused, MasterKeyRefused::Foreign(id) if id == master(&[1]).minting().id()));
    assert!(check_master_key(&keys, &master(&[1])).await.is_ok());
}

#[tokio::test]
async fn the_signing_key_survives_reopening() {
    let folder = TempDir::new().unwrap();
    let sealing = CookieKeys::from_master(&master(&[1]));
    let mut kids = Vec::new();
    for seed in [7, 8] {
        let store = Arc::new(SqliteKeys::new(House::open(&folder).store));
        let keys = SigningKeys::load_or_create(store, &sealing, &SeededRandom::new(seed), NOW).await.unwrap();
        assert_eq!(keys.list().await.unwrap().len(), 1);
        kids.push(keys.ring().load().signing_key().unwrap().kid().to_owned());
    }
    assert_eq!(kids[0], kids[1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_session_of_an_old_password_survives_its_change() {
    let folder = TempDir::new().unwrap();
    let house = Arc::new(House::without_limits(&folder));
    let ada = house.register("ada@example.com").await;
    let (mut old, mut new) = (OLD, NEW);
    for round in 0..200 {
        let early = house.verify("ada@example.com", old).await.unwrap();
        let mut racing = JoinSet::new();
        for _ in 0..64 {
            let house = Arc::clone(&house);
            racing.spawn(async move {
                if let Ok(verified) = house.verify("ada@example.com", old).await {
                    house.sign_in(verified).await;
                }
            });
        }
        // Verified once behind all of them, once before any: the change comes late in one round and early in the next.
        let verified = if round % 2 == 0 { house.verify("ada@example.com", old).await.unwrap() } else { early };
        let PasswordChanged::Yes { .. } = house.change_password(verified, new).await else {
            panic!("nothing else changes the account")
        };
        racing.join_all().await;
        assert_eq!(house.sessions(&ada.id).await.len(), 1, "round {round}: the fresh session alone");
        assert!(matches!(house.verify("ada@example.com", old).await, Err(Refused::InvalidCredentials)));
        (old, new) = (new, old);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_session_survives_the_disabling_of_its_account() {
    let folder = TempDir::new().unwrap();
    let house = Arc::new(House::without_limits(&folder));
    for round in 0..200 {
        let email = format!("u{round}@example.com");
        let user = house.register(&email).await;
        let mut racing = JoinSet::new();
        for _ in 0..64 {
            let (house, email) = (Arc::clone(&house), email.clone());
            racing.spawn(async move {
                if let Ok(verified) = house.verify(&email, OLD).await {
                    house.sign_in(verified).await;
                }
            });
        }
        for _ in 0..round {
            tokio::task::yield_now().await;
        }
        assert!(matches!(house.disable(&user.id).await, Disabled::Yes { .. }));
        racing.join_all().await;
        assert_eq!(house.sessions(&user.id).await, [], "round {round}");
    }
}

#[tokio::test]
async fn a_sign_in_that_the_account_overtook_leaves_nothing_behind() {
    let folder = TempDir::new().unwrap();
    let house = House::open(&folder);
    let ada = house.register("ada@example.com").await;
    let (late, verified) =
        (house.verify("ada@example.com", OLD).await.unwrap(), house.verify("ada@example.com", OLD).await.unwrap());
    let PasswordChanged::Yes { .. } = house.change_password(verified, NEW).await else {
        panic!("nothing else changes the account")
    };
    let followed = Arc::new(AtomicUsize::new(0));
    let start = house.start(&ada.id, "cloakroom");
    let store = house.accounts.store();
    assert_eq!(store.sign_in(start, late.clone(), counting(&followed)).await.unwrap(), SignInResult::AccountChanged);
    let session = house.sessions(&ada.id).await.remove(0);
    let stepped_up = session.stepped_up(Some(SecretHash::of(b"next")), NOW, NOW);
    let change = Change { cause: ChangeCause::SteppedUp, at: NOW, matters_until: NOW };
    let result = store.step_up(stepped_up.clone(), change, None, late.clone(), counting(&followed)).await.unwrap();
    assert_eq!(result, SteppedUp::AccountChanged);
    assert_eq!(house.change_password(late, OLD).await, PasswordChanged::AccountChanged);
    assert_eq!(house.sessions(&ada.id).await, std::slice::from_ref(&session));
    assert_eq!(followed.load(Ordering::SeqCst), 0);

    let fresh = house.verify("ada@example.com", NEW).await.unwrap();
    let again = |verified| store.step_up(stepped_up.clone(), change, None, verified, counting(&followed));
    assert_eq!(again(fresh.clone()).await.unwrap(), SteppedUp::Yes);
    assert_eq!(again(fresh).await.unwrap(), SteppedUp::Stale);
    assert_eq!(followed.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_password_change_ends_every_session_but_the_fresh_one() {
    let folder = TempDir::new().unwrap();
    let house = House::open(&folder);
    let ada = house.register("ada@example.com").await;
    for _ in 0..3 {
        let verified = house.verify("ada@example.com", OLD).await.unwrap();
        house.sign_in(verified).await;
    }
    let later = NOW.plus(Duration::from_secs(5));
    let password = Password::new(OLD).unwrap();
    let verified = house.accounts.verify_current_password(&ada.id, password, attempt(later)).await.unwrap();
    let PasswordChanged::Yes { ended } = house.change_password(verified, NEW).await else {
        panic!("nothing else changes the account")
    };
    assert_eq!(ended.len(), 3);
    assert!(ended.iter().all(|session| session.ending.cause == EndCause::PasswordChanged));
    let account = house.accounts.find(&ada.id).await.unwrap().unwrap();
    assert_eq!((account.version, account.password_changed_at), (2, Some(NOW)));
    assert!(house.verify("ada@example.com", NEW).await.is_ok());
}

#[tokio::test]
async fn disabling_ends_sessions_once_and_knows_only_accounts() {
    let folder = TempDir::new().unwrap();
    let house = House::open(&folder);
    let ada = house.register("ada@example.com").await;
    let verified = house.verify("ada@example.com", OLD).await.unwrap();
    house.sign_in(verified).await;
    assert!(matches!(house.disable(&ada.id).await, Disabled::Yes { ended } if ended.len() == 1));
    assert!(matches!(house.disable(&ada.id).await, Disabled::Yes { ended } if ended.is_empty()));
    let account = house.accounts.find(&ada.id).await.unwrap().unwrap();
    assert_eq!((account.status, account.version), (AccountStatus::Disabled, 2));
    assert_eq!(house.disable(&UserId::new("nobody").unwrap()).await, Disabled::Unknown);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn account_memory_never_remembers_an_older_account_than_was_answered() {
    let folder = TempDir::new().unwrap();
    let house = Arc::new(House::open(&folder));
    let ada = house.register("ada@example.com").await;
    let written = Arc::new(AtomicUsize::new(1));
    let mut readers = JoinSet::new();
    for _ in 0..4 {
        let (house, id, written) = (Arc::clone(&house), ada.id.clone(), Arc::clone(&written));
        readers.spawn(async move {
            for _ in 0..400 {
                let answered = written.load(Ordering::SeqCst);
                let version = house.accounts.find(&id).await.unwrap().unwrap().version;
                assert!(version >= answered as u64, "{version} after {answered} was answered");
                tokio::task::yield_now().await;
            }
        });
    }
    for _ in 0..60 {
        let user = ada.id.clone();
        let write = move |job: &mut Job<'_>| {
            let sql = "UPDATE users SET version = version + 1 WHERE id = ?1";
            job.connection().execute(sql, [user.as_str()]).map_err(store_error)?;
            job.tell(FeedEntry::UserChanged { user });
            Ok::<_, StoreError>(())
        };
        house.store.writer().run(write).await.unwrap();
        written.fetch_add(1, Ordering::SeqCst);
    }
    readers.join_all().await;
    assert_eq!(house.accounts.find(&ada.id).await.unwrap().unwrap().version, 61);
    assert!(house.memory.peek(&ada.id).is_some());
}

#[tokio::test]
async fn what_follows_a_commit_is_done_once_and_after_the_sinks_know() {
    #[derive(Default)]
    struct Heard(Mutex<Vec<UserId>>);
    impl FeedSink for Heard {
        fn apply(&self, records: &[FeedRecord]) {
            let users = records.iter().filter_map(|record| match &record.entry {
                FeedEntry::UserChanged { user } => Some(user.clone()),
                _ => None,
            });
            self.0.lock().unwrap().extend(users);
        }
    }
    let folder = TempDir::new().unwrap();
    let house = House::open(&folder);
    let ada = house.register("ada@example.com").await;
    let heard = Arc::new(Heard::default());
    house.store.attach(&[Arc::clone(&heard) as Arc<dyn FeedSink>]);
    let (known, seen) = (Arc::new(AtomicUsize::new(0)), Arc::clone(&heard));
    let count = Arc::clone(&known);
    let after: Vec<After> = vec![Box::new(move || {
        count.fetch_add(seen.0.lock().unwrap().len(), Ordering::SeqCst);
    })];
    house.accounts.store().disable(ada.id.clone(), ending(EndCause::AccountDisabled), after).await.unwrap();
    assert_eq!(known.load(Ordering::SeqCst), 1);
    assert_eq!(*heard.0.lock().unwrap(), [ada.id]);
}

#[tokio::test]
async fn the_tables_hold_no_password() {
    let folder = TempDir::new().unwrap();
    let house = House::open(&folder);
    let made = house.register("ada@example.com").await;
    assert_eq!(house.accounts.store().register(made.clone(), None, Vec::new()).await.unwrap(), Registered::Taken);
    let row = house.text("SELECT hex(id || email || roles || status || password_hash || password_key) FROM users");
    assert!(!row.to_lowercase().contains(&hex(b"quiet lamp")));
    let key = house.text("SELECT hex(password_key) FROM users");
    assert_eq!(key.to_lowercase(), hex(master(&[1]).minting().id().as_bytes()));
}
