//! How sessions end and change, and why.

use cloakroom_primitives::Timestamp;

use crate::{Cell, ClientId, InvalidWord, SessionId, UserId};

macro_rules! causes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// The word in the store, the feed and the logs.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// Reads the word. Fails with [`InvalidWord`] on another.
            pub fn parse(word: &str) -> Result<Self, InvalidWord> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(InvalidWord),
                }
            }
        }
    };
}

causes! {
    /// Why a session ended.
    EndCause {
        /// Its user signed out.
        SignedOut = "signed_out",
        /// Its user ended it from another session.
        EndedElsewhere = "ended_elsewhere",
        /// An operator ended it.
        EndedByOperator = "ended_by_operator",
        /// One of its tokens was revoked (RFC 7009).
        Revoked = "revoked",
        /// A new sign-in took its place.
        Replaced = "replaced",
        /// Its user had as many sessions as allowed and it was the oldest.
        Limit = "limit",
        /// The password changed.
        PasswordChanged = "password_changed",
        /// The account was disabled.
        AccountDisabled = "account_disabled",
        /// The account changed while the sign-in was under way.
        AccountChanged = "account_changed",
        /// A spent refresh token came back.
        TokenReused = "token_reused",
    }
}

causes! {
    /// Why a session changed.
    ChangeCause {
        /// Its user proved again who they are.
        SteppedUp = "stepped_up",
        /// What it may do changed.
        ScopesChanged = "scopes_changed",
    }
}

/// The end of a session: why, when, and until when others must know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Why.
    pub cause: EndCause,
    /// When.
    pub at: Timestamp,
    /// When no access token of it can be good any more; the feed record may go then.
    pub matters_until: Timestamp,
}

/// A change of a session: why, when, and until when others must know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Why.
    pub cause: ChangeCause,
    /// When.
    pub at: Timestamp,
    /// When no access token of it from before can be good any more; the feed record may go then.
    pub matters_until: Timestamp,
}

/// A session that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedSession {
    /// Which.
    pub id: SessionId,
    /// Whose it was.
    pub user: UserId,
    /// The app it was made for.
    pub client: ClientId,
    /// How its credential was delivered.
    pub cell: Cell,
    /// Why and when.
    pub ending: Ending,
}
