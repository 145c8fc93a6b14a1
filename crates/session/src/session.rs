//! A session: what the server remembers of a sign-in, and whether it is alive for a presented secret.
//!
//! 1. It has two deadlines that hold together: idle, counted from the last use, and absolute, fixed at sign-in.
//! 2. Its secret is kept as a hash, in the session cells alone; the JWT cells have a refresh family instead.
//! 3. After a step-up the former secret stays good for a few seconds, for requests in flight.
//! 4. A secret counts only in the carrier of the session's cell.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use cloakroom_primitives::{SecretHash, Timestamp};

use crate::{AuthMethods, ClientId, InvalidWord, Scopes, SessionId, SessionPolicy, UserId};

/// How a credential travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Carrier {
    /// In a cookie, which the browser sends by itself.
    Cookie,
    /// In an `Authorization` header, which the client adds.
    Header,
}

/// What proves who is calling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Proof {
    /// A session token: the server remembers.
    Session,
    /// A JWT: the client carries signed proof.
    Jwt,
}

/// One of the four ways to deliver a sign-in: a carrier and a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cell {
    /// A session in a cookie: the classic web app.
    Cookie,
    /// A session token in a header: an opaque bearer token.
    Token,
    /// A JWT in a header, with a refresh token.
    Jwt,
    /// A JWT in a cookie, with a refresh cookie.
    JwtCookie,
}

impl Cell {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Cookie, Self::Token, Self::Jwt, Self::JwtCookie];

    /// The word on the wire and in the store.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::Token => "token",
            Self::Jwt => "jwt",
            Self::JwtCookie => "jwt_cookie",
        }
    }

    /// Reads the word. Fails with [`InvalidWord`] on another.
    pub fn parse(word: &str) -> Result<Self, InvalidWord> {
        Self::ALL.into_iter().find(|cell| cell.word() == word).ok_or(InvalidWord)
    }

    /// How its credential travels.
    pub const fn carrier(self) -> Carrier {
        match self {
            Self::Cookie | Self::JwtCookie => Carrier::Cookie,
            Self::Token | Self::Jwt => Carrier::Header,
        }
    }

    /// What its credential is.
    pub const fn proof(self) -> Proof {
        match self {
            Self::Cookie | Self::Token => Proof::Session,
            Self::Jwt | Self::JwtCookie => Proof::Jwt,
        }
    }

    /// The cell of a carrier and a proof.
    pub const fn of(carrier: Carrier, proof: Proof) -> Self {
        match (carrier, proof) {
            (Carrier::Cookie, Proof::Session) => Self::Cookie,
            (Carrier::Header, Proof::Session) => Self::Token,
            (Carrier::Header, Proof::Jwt) => Self::Jwt,
            (Carrier::Cookie, Proof::Jwt) => Self::JwtCookie,
        }
    }
}

/// The secret that a step-up replaced, and until when it is still good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Former {
    /// Its hash.
    pub hash: SecretHash,
    /// The first moment at which it is not good any more.
    pub until: Timestamp,
}

/// What is kept of a session's secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretHashes {
    /// The hash of the secret that is good now.
    pub current: SecretHash,
    /// The one before it, right after a step-up.
    pub former: Option<Former>,
}

/// Where a session was used, and with what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The client's address at the last use.
    pub address: Option<IpAddr>,
    /// The `User-Agent` at sign-in, at most 256 bytes.
    pub user_agent: Option<Arc<str>>,
}

/// A session as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its public name.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// The app it was made for.
    pub client: ClientId,
    /// How its credential is delivered.
    pub cell: Cell,
    /// The hashes of its secret: present exactly in the cells whose proof is [`Proof::Session`].
    pub secret: Option<SecretHashes>,
    /// Moves with every change but last-seen; a writer must have read the version it replaces.
    pub version: u64,
    /// What it may do.
    pub scopes: Scopes,
    /// How the user proved who they are.
    pub methods: AuthMethods,
    /// Whether the user asked to be remembered.
    pub remembered: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When the user last proved who they are: at sign-in or step-up.
    pub authenticated_at: Timestamp,
    /// How long it lives without use; fixed at sign-in.
    pub idle_for: Duration,
    /// When it ends however much it is used; fixed at sign-in.
    pub absolute_ends_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// Where it was last used.
    pub seen_from: Option<IpAddr>,
    /// The `User-Agent` at sign-in, at most 256 bytes.
    pub user_agent: Option<Arc<str>>,
}

/// What a new session is made from, besides policy and moment.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its name.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// The app it is made for.
    pub client: ClientId,
    /// How its credential is delivered.
    pub cell: Cell,
    /// What it may do.
    pub scopes: Scopes,
    /// How the user proved who they are.
    pub methods: AuthMethods,
    /// Whether the user asked to be remembered.
    pub remember: bool,
    /// Where from.
    pub place: Place,
}

/// Whether a session is alive for a presented secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Live,
    /// It is, for the secret that a step-up has just replaced: good for safe methods alone.
    Former,
    /// The secret is not this session's, or it came in another carrier than the session's cell has.
    WrongSecret,
    /// It was not used for too long.
    Idle,
    /// It has reached its absolute deadline.
    Outlived,
}

/// The longest `User-Agent` that is kept, in bytes.
const USER_AGENT_LIMIT: usize = 256;

impl Session {
    /// Opens a session. `secret` is the hash of its token's secret in the session cells and absent in the JWT cells.
    pub fn open(new: NewSession, secret: Option<SecretHash>, policy: &SessionPolicy, now: Timestamp) -> Self {
        let lifetimes = policy.lifetimes(new.cell, new.remember);
        Self {
            id: new.id,
            user: new.user,
            client: new.client,
            cell: new.cell,
            secret: secret.filter(|_| new.cell.proof() == Proof::Session).map(|current| SecretHashes { current, former: None }),
            version: 1,
            scopes: new.scopes,
            methods: new.methods,
            remembered: new.remember,
            created_at: now,
            authenticated_at: now,
            idle_for: lifetimes.idle,
            absolute_ends_at: now.plus(lifetimes.absolute),
            seen_at: now,
            seen_from: new.place.address,
            user_agent: new.place.user_agent.map(shortened),
        }
    }

    /// The earlier of the idle and the absolute deadline.
    pub fn ends_at(&self) -> Timestamp {
        self.ends_at_when_seen(self.seen_at)
    }

    /// The earlier of the two deadlines, were it last used at `seen_at`.
    pub fn ends_at_when_seen(&self, seen_at: Timestamp) -> Timestamp {
        seen_at.plus(self.idle_for).min(self.absolute_ends_at)
    }

    /// Whether both deadlines lie ahead.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.ends_at()
    }

    /// Decides whether the session is alive for a secret that came in `carrier`.
    pub fn judge(&self, secret: &SecretHash, carrier: Carrier, now: Timestamp) -> Verdict {
        self.judge_when_seen(self.seen_at, secret, carrier, now)
    }

    /// Decides the same, were the session last used at `seen_at`.
    pub fn judge_when_seen(&self, seen_at: Timestamp, secret: &SecretHash, carrier: Carrier, now: Timestamp) -> Verdict {
        let Some(hashes) = self.secret.filter(|_| self.cell.carrier() == carrier) else {
            return Verdict::WrongSecret;
        };
        let live = if hashes.current == *secret {
            Verdict::Live
        } else if hashes.former.is_some_and(|former| now < former.until && former.hash == *secret) {
            Verdict::Former
        } else {
            return Verdict::WrongSecret;
        };
        self.judge_deadlines_when_seen(seen_at, now).unwrap_or(live)
    }

    /// Why the session is not alive, whatever is presented; `None` when it is.
    pub fn judge_deadlines(&self, now: Timestamp) -> Option<Verdict> {
        self.judge_deadlines_when_seen(self.seen_at, now)
    }

    fn judge_deadlines_when_seen(&self, seen_at: Timestamp, now: Timestamp) -> Option<Verdict> {
        if now >= self.absolute_ends_at {
            return Some(Verdict::Outlived);
        }
        (now >= self.ends_at_when_seen(seen_at)).then_some(Verdict::Idle)
    }

    /// The session after its user proved again who they are: a later [`Session::authenticated_at`], the same absolute deadline, and in
    /// the session cells a new secret beside which the former one stays good until `former_until`.
    #[must_use]
    pub fn stepped_up(&self, secret: Option<SecretHash>, former_until: Timestamp, now: Timestamp) -> Self {
        let mut next = self.clone();
        next.version += 1;
        next.authenticated_at = now;
        next.seen_at = self.seen_at.max(now);
        next.secret = match (self.secret, secret) {
            (Some(old), Some(current)) => {
                Some(SecretHashes { current, former: Some(Former { hash: old.current, until: former_until }) })
            }
            (kept, _) => kept,
        };
        next
    }
}

fn shortened(text: Arc<str>) -> Arc<str> {
    if text.len() <= USER_AGENT_LIMIT { text } else { text[..text.floor_char_boundary(USER_AGENT_LIMIT)].into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AuthMethod;

    const START: Timestamp = Timestamp::from_seconds(1_000_000);

    fn after(seconds: u64) -> Timestamp {
        START.plus(Duration::from_secs(seconds))
    }

    fn session(cell: Cell) -> Session {
        let new = NewSession {
            id: SessionId::from_bytes([1; 16]),
            user: UserId::new("ada").unwrap(),
            client: ClientId::new("cloakroom").unwrap(),
            cell,
            scopes: Scopes::none(),
            methods: AuthMethods::of([AuthMethod::Password]),
            remember: false,
            place: Place { address: None, user_agent: Some("ü".repeat(200).into()) },
        };
        Session::open(new, Some(SecretHash::of(b"right")), &SessionPolicy::DEFAULT, START)
    }

    #[test]
    fn judging_follows_the_table() {
        let cookie = session(Cell::Cookie);
        let (right, wrong) = (SecretHash::of(b"right"), SecretHash::of(b"wrong"));
        let mut used_all_day = cookie.clone();
        used_all_day.seen_at = after(86_399);
        for (session, secret, carrier, now, verdict) in [
            (&cookie, right, Carrier::Cookie, after(0), Verdict::Live),
            (&cookie, right, Carrier::Cookie, after(3_600).minus(Duration::from_millis(1)), Verdict::Live),
            (&cookie, right, Carrier::Cookie, after(3_600), Verdict::Idle),
            (&cookie, right, Carrier::Cookie, after(86_400), Verdict::Outlived),
            (&used_all_day, right, Carrier::Cookie, after(86_400).minus(Duration::from_millis(1)), Verdict::Live),
            (&used_all_day, right, Carrier::Cookie, after(86_400), Verdict::Outlived),
            (&cookie, wrong, Carrier::Cookie, after(0), Verdict::WrongSecret),
            (&cookie, wrong, Carrier::Cookie, after(86_400), Verdict::WrongSecret),
            (&cookie, right, Carrier::Header, after(0), Verdict::WrongSecret),
        ] {
            assert_eq!(session.judge(&secret, carrier, now), verdict, "{carrier:?} at {now:?}");
        }
        for cell in [Cell::Jwt, Cell::JwtCookie] {
            assert_eq!(session(cell).secret, None);
            assert_eq!(session(cell).judge(&right, cell.carrier(), after(0)), Verdict::WrongSecret);
        }
    }

    #[test]
    fn the_former_secret_is_good_for_ten_seconds_after_a_step_up() {
        let (old, new) = (SecretHash::of(b"right"), SecretHash::of(b"new"));
        let session = session(Cell::Cookie).stepped_up(Some(new), after(110), after(100));
        assert_eq!(session.judge(&new, Carrier::Cookie, after(100)), Verdict::Live);
        assert_eq!(session.judge(&old, Carrier::Cookie, after(109)), Verdict::Former);
        assert_eq!(session.judge(&old, Carrier::Cookie, after(110)), Verdict::WrongSecret);
        assert_eq!((session.version, session.authenticated_at), (2, after(100)));
        let twice = session.stepped_up(Some(SecretHash::of(b"newer")), after(115), after(105));
        assert_eq!(twice.judge(&old, Carrier::Cookie, after(106)), Verdict::WrongSecret);
    }

    #[test]
    fn a_long_user_agent_is_cut_between_characters() {
        assert_eq!(session(Cell::Cookie).user_agent.unwrap().len(), 256);
    }

    #[test]
    fn a_cell_is_its_carrier_and_its_proof() {
        for cell in Cell::ALL {
            assert_eq!(Cell::of(cell.carrier(), cell.proof()), cell);
            assert_eq!(Cell::parse(cell.word()), Ok(cell));
        }
        assert_eq!(Cell::parse("COOKIE"), Err(InvalidWord));
    }
}
