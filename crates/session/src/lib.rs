#![doc = include_str!("../README.md")]

mod cache;
#[cfg(feature = "conformance")]
pub mod conformance;
mod ended;
mod feed;
mod id;
mod last_seen;
mod memory;
mod network;
mod policy;
mod refresh_family;
mod refresh_token;
mod refresh_tokens;
mod session;
mod session_map;
mod session_token;
mod sessions;
mod start;
mod store;
#[cfg(feature = "conformance")]
mod switched;
mod words;

pub use cache::CachedStore;
pub use ended::{Change, ChangeCause, EndCause, EndedSession, Ending};
pub use feed::{FeedEntry, FeedRecord, FeedSink, FeedWindow, Snapshot};
pub use id::{ClientId, FamilyId, InvalidId, SessionId, UserId};
pub use memory::MemoryStore;
pub use network::Network;
pub use policy::{Lifetimes, OnLimit, RefreshPolicy, SessionLimit, SessionPolicy};
pub use refresh_family::{Counter, Redemption, RefreshFamily, Rotation};
pub use refresh_token::{NotARefreshToken, RefreshToken};
pub use refresh_tokens::{How, Redeem, Redeemed, RedeemedToken, RefreshTokens};
pub use session::{Carrier, Cell, Former, NewSession, Place, Proof, SecretHashes, Session, Verdict};
pub use session_map::{CachedSession, SessionMap};
pub use session_token::{NotASessionToken, SessionToken};
pub use sessions::{Refusal, Resumed, Sessions, Usage};
pub use start::{Inserted, Start};
pub use store::{BoxError, EndedFeed, FamilyFound, RefreshStore, Replaced, Seen, SessionStore, Store, StoreError};
#[cfg(feature = "conformance")]
pub use switched::SwitchedStore;
pub use words::{AuthMethod, AuthMethods, InvalidWord, Scopes};
