//! A scheme of an application's own.

use async_trait::async_trait;
use cloakroom_primitives::Timestamp;

use crate::authentication::{Authentication, Unavailable};
use crate::head::RequestHead;

/// The name of a scheme, in logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchemeName(pub &'static str);

/// One way to prove who is calling.
///
/// An application's own schemes are asked before the built-in ones, in the order in which they were added; the first answer that is not
/// [`Authentication::Absent`] stands. A scheme that reads a cookie must read it through
/// [`CookieCredential`](crate::CookieCredential), which holds the cross-origin rule.
#[async_trait]
pub trait Scheme: Send + Sync + 'static {
    /// The name in logs.
    fn name(&self) -> SchemeName;

    /// Looks for this scheme's credential and verifies it. Fails only when the answer cannot be known.
    async fn authenticate(&self, head: &RequestHead<'_>, now: Timestamp) -> Result<Authentication, Unavailable>;
}
