//! Sessions and families to try a store with.

use std::time::Duration;

use cloakroom_primitives::{KeyId, SecretHash, Timestamp};

use crate::{
    AuthMethod, AuthMethods, Cell, Change, ChangeCause, ClientId, EndCause, EndedSession, Ending, FamilyId, Inserted, NewSession,
    Place, Proof, RefreshFamily, Scopes, Seen, Session, SessionId, SessionLimit, SessionPolicy, Start, Store, UserId,
};

/// When everything begins: not a whole second.
pub(super) const START: Timestamp = Timestamp::from_millis(1_800_000_000_123);

/// For how long records matter here.
const MATTERS_FOR: Duration = Duration::from_secs(310);

pub(super) fn after(seconds: u64) -> Timestamp {
    START.plus(Duration::from_secs(seconds))
}

pub(super) fn id(number: u8) -> SessionId {
    SessionId::from_bytes([number; 16])
}

pub(super) fn user(name: &str) -> UserId {
    UserId::new(name).expect("a name of a sample is printable")
}

pub(super) fn client() -> ClientId {
    ClientId::new("shop").expect("a name of a sample is printable")
}

/// A session that was opened at `at`: in a browser's cell it is idle after an hour and over after a day.
pub(super) fn session(number: u8, name: &str, cell: Cell, at: Timestamp) -> Session {
    let new = NewSession {
        id: id(number),
        user: user(name),
        client: client(),
        cell,
        scopes: Scopes::none(),
        methods: AuthMethods::of([AuthMethod::Password]),
        remember: false,
        place: Place::default(),
    };
    let secret = (cell.proof() == Proof::Session).then(|| SecretHash::of(&[number]));
    Session::open(new, secret, &SessionPolicy::DEFAULT, at)
}

/// A family of that number under a session.
pub(super) fn family(number: u8, session: &Session) -> RefreshFamily {
    RefreshFamily::open(
        FamilyId::from_bytes([number; 16]),
        session.id,
        session.client.clone(),
        "https://app.example".into(),
        Scopes::none(),
        KeyId::from_bytes([7; 4]),
        session.created_at,
    )
}

pub(super) fn start(session: &Session) -> Start {
    Start {
        session: session.clone(),
        family: None,
        replaces: Vec::new(),
        limit: SessionLimit::DEFAULT,
        matters_until: session.created_at.plus(MATTERS_FOR),
    }
}

pub(super) fn start_with(session: &Session, family: RefreshFamily) -> Start {
    Start { family: Some(family), ..start(session) }
}

pub(super) fn ending(cause: EndCause, at: Timestamp) -> Ending {
    Ending { cause, at, matters_until: at.plus(MATTERS_FOR) }
}

pub(super) fn ended(session: &Session, cause: EndCause, at: Timestamp) -> EndedSession {
    EndedSession {
        id: session.id,
        user: session.user.clone(),
        client: session.client.clone(),
        cell: session.cell,
        ending: ending(cause, at),
    }
}

pub(super) fn change(at: Timestamp) -> Change {
    Change { cause: ChangeCause::SteppedUp, at, matters_until: at.plus(MATTERS_FOR) }
}

pub(super) fn seen(session: &Session, at: Timestamp, from: Option<&str>) -> Seen {
    let seen_from = from.map(|text| text.parse().expect("an address of a sample is one"));
    Seen { id: session.id, seen_at: at, seen_from, ends_at: session.ends_at_when_seen(at) }
}

/// Inserts, and returns what ended.
pub(super) async fn insert(store: &dyn Store, start: &Start) -> Vec<EndedSession> {
    match store.insert(start).await.expect("a new id is inserted") {
        Inserted::Yes { ended } => ended,
        Inserted::LimitReached => panic!("the limit was not reached"),
    }
}

/// Opens plain sessions of one user, a second apart, the first at [`START`].
pub(super) async fn insert_each(store: &dyn Store, name: &str, numbers: impl IntoIterator<Item = u8>) -> Vec<Session> {
    let mut sessions = Vec::new();
    for (second, number) in (0..).zip(numbers) {
        let session = session(number, name, Cell::Cookie, after(second));
        insert(store, &start(&session)).await;
        sessions.push(session);
    }
    sessions
}

pub(super) async fn find(store: &dyn Store, number: u8) -> Option<Session> {
    store.find(id(number)).await.expect("find answers")
}

pub(super) async fn list(store: &dyn Store, name: &str) -> Vec<SessionId> {
    store.list(&user(name)).await.expect("list answers").into_iter().map(|session| session.id).collect()
}
