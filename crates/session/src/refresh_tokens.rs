//! Refresh tokens: what a presented one earns, carried out.
//!
//! 1. The order is checksum and MAC, family, the family's client, the cell, in cookies the `sid`, session, counter. Only the last can end
//!    a session: else anyone with an old token of yours could end it through another client.
//! 2. The last two are [`RefreshFamily::redeem`], which is pure. Here its answer is stored, compared by the counter it was judged at.
//! 3. Who loses that comparison reads once more and is judged again: it then repeats the winner's successor. Who loses twice is told to
//!    come again.
//! 4. A family that moves on moves to the key that mints now; a repeat stays with the key of the rotation it repeats.
//! 5. Every step is one call of the store. A request that is dropped in between leaves a rotation that the next one repeats.

use std::net::IpAddr;
use std::sync::Arc;

use cloakroom_primitives::{KeyId, MasterKeys, Secret, Timestamp};

use crate::{
    CachedSession, CachedStore, Cell, ClientId, EndCause, EndedSession, Ending, FeedWindow, Network, Redemption, RefreshFamily,
    RefreshPolicy, RefreshToken, Replaced, SessionId, StoreError, Usage,
};

/// How a refresh token came.
#[derive(Clone, Copy, Debug)]
pub struct Redeem<'a> {
    /// The client that presents it; `None` stands for the family's own, whichever that is.
    pub client: Option<&'a ClientId>,
    /// The cell of the route it was presented at.
    pub cell: Cell,
    /// The session it must belong to. In a cookie it is required: the `sid` of the JWT cookie beside it.
    pub session: Option<SessionId>,
    /// Whether this counts as use of the session.
    pub usage: Usage,
    /// The client's address, if that is known.
    pub from: Option<IpAddr>,
}

/// What came of a refresh token. Outside, all refusals are one.
#[derive(Clone, Debug)]
pub enum Redeemed {
    /// The next one.
    Token(Box<RedeemedToken>),
    /// Nothing, and nothing changed: it is not ours, or it is not for this client, cell or session.
    Unknown,
    /// Nothing: its session or family is gone or past its deadline.
    Expired,
    /// Nothing: it was spent before, so somebody holds a copy. The session has ended; `None` when another request was first.
    Reused(Option<EndedSession>),
}

/// The next refresh token, and whose it is.
#[derive(Clone, Debug)]
pub struct RedeemedToken {
    /// The token, for the client.
    pub token: Secret<String>,
    /// The session it hangs under.
    pub session: Arc<CachedSession>,
    /// The family as it now stands.
    pub family: RefreshFamily,
    /// Which way it was earned.
    pub how: How,
}

/// Which way the next refresh token was earned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The presented one was current.
    Rotated,
    /// The presented one had just been spent: the same successor again.
    Repeated {
        /// Whether it came from another network than the rotation.
        elsewhere: bool,
    },
    /// The presented one was ahead of the store, which has forgotten a rotation.
    Recovered,
}

/// The refresh tokens of an installation. Clones share everything.
#[derive(Clone, Debug)]
pub struct RefreshTokens {
    store: CachedStore,
    keys: Arc<MasterKeys>,
    window: FeedWindow,
}

impl RefreshTokens {
    /// The refresh tokens that `keys` mint for the families that `store` keeps. `window` says for how long the end of a session matters.
    pub fn new(store: CachedStore, keys: Arc<MasterKeys>, window: FeedWindow) -> Self {
        Self { store, keys, window }
    }

    /// The key that a new family is opened under.
    pub fn minting_key(&self) -> KeyId {
        self.keys.minting().id()
    }

    /// Reads a token and checks its MAC, with no look-up. Fails on anything this server has not minted.
    pub fn open(&self, text: &str) -> Result<RefreshToken, crate::NotARefreshToken> {
        RefreshToken::open(text, &self.keys)
    }

    /// Mints the first token of a family that was opened under [`RefreshTokens::minting_key`].
    ///
    /// # Panics
    ///
    /// When the family was opened under a key that is not on file: a mistake of the caller's.
    pub fn first(&self, family: &RefreshFamily) -> Secret<String> {
        RefreshToken::mint(family, &self.keys).expect("a new family is opened under the minting key, which is on file")
    }

    /// Exchanges a refresh token for the next one. `policy` names each client's rules.
    ///
    /// Fails when the store cannot say, and with [`StoreError::Unavailable`] when two others were first, one after the other.
    pub async fn redeem(
        &self,
        text: &str,
        redeem: &Redeem<'_>,
        policy: &(dyn Fn(&ClientId) -> RefreshPolicy + Send + Sync),
        now: Timestamp,
    ) -> Result<Redeemed, StoreError> {
        let Ok(presented) = RefreshToken::open(text, &self.keys) else {
            return Ok(Redeemed::Unknown);
        };
        for _ in 0..2 {
            match self.redeem_once(presented, redeem, policy, now).await? {
                Attempt::Done(redeemed) => return Ok(redeemed),
                Attempt::Lost => {}
            }
        }
        Err(StoreError::Unavailable("the refresh family was rotated by others twice in a row".into()))
    }

    async fn redeem_once(
        &self,
        presented: RefreshToken,
        redeem: &Redeem<'_>,
        policy: &(dyn Fn(&ClientId) -> RefreshPolicy + Send + Sync),
        now: Timestamp,
    ) -> Result<Attempt, StoreError> {
        let Some((family, session)) = self.store.find_family(presented.family).await? else {
            return Ok(Attempt::Done(Redeemed::Expired));
        };
        if !redeem.is_for(&family, session.session().cell) {
            return Ok(Attempt::Done(Redeemed::Unknown));
        }
        let network = redeem.from.map(Network::of);
        let judged = family.redeem(session.session(), presented.counter, network, &policy(&family.client), now);
        let (family, how) = match judged {
            Redemption::Rotate(next) => (self.advance(next, &family).await?, How::Rotated),
            Redemption::Recover(next) => (self.advance(next, &family).await?, How::Recovered),
            Redemption::Repeat { elsewhere } => (Advanced::To(family), How::Repeated { elsewhere }),
            Redemption::Expired => return Ok(Attempt::Done(Redeemed::Expired)),
            Redemption::Reused => {
                let ending = Ending { cause: EndCause::TokenReused, at: now, matters_until: self.window.until(now) };
                let ended = self.store.remove(session.session().id, ending).await?;
                return Ok(Attempt::Done(Redeemed::Reused(ended)));
            }
        };
        let family = match family {
            Advanced::To(family) => family,
            Advanced::Lost => return Ok(Attempt::Lost),
            Advanced::Gone => return Ok(Attempt::Done(Redeemed::Expired)),
        };
        redeem.usage.note(&session, redeem.from, now);
        // Another node rotated under a key that has not reached this one: it will, or another node answers.
        let token = RefreshToken::mint(&family, &self.keys)
            .ok_or_else(|| StoreError::Unavailable(format!("the master key {} is not on file", family.key_id).into()))?;
        Ok(Attempt::Done(Redeemed::Token(Box::new(RedeemedToken { token, session, family, how }))))
    }

    async fn advance(&self, mut next: RefreshFamily, family: &RefreshFamily) -> Result<Advanced, StoreError> {
        next.key_id = self.minting_key();
        Ok(match self.store.replace_family(&next, family.counter).await? {
            Replaced::Yes => Advanced::To(next),
            Replaced::Stale => Advanced::Lost,
            Replaced::Gone => Advanced::Gone,
        })
    }
}

impl Redeem<'_> {
    /// Whether a token of `family`, under a session of `cell`, may be presented this way.
    fn is_for(&self, family: &RefreshFamily, cell: Cell) -> bool {
        let its_client = self.client.is_none_or(|client| *client == family.client);
        // A sibling subdomain can plant a refresh cookie: in cookies the session must be named.
        let its_session = match self.session {
            Some(session) => session == family.session,
            None => self.cell != Cell::JwtCookie,
        };
        its_client && cell == self.cell && its_session
    }
}

enum Attempt {
    Done(Redeemed),
    Lost,
}

enum Advanced {
    To(RefreshFamily),
    Lost,
    Gone,
}
