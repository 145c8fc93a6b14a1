//! What the pages of the adviser need.

use axum::extract::FromRef;
use cloakroom::RequestContext;

use crate::advice::Adviser;
use crate::api::from_of;
use crate::error::ApiError;
use crate::pages::Pages;

/// The adviser and the pages.
#[derive(Clone, FromRef)]
pub(crate) struct Desk {
    pub(crate) pages: Pages,
    pub(crate) adviser: Adviser,
}

impl Desk {
    /// Counts one piece of work for whoever asks. Fails with how long to wait.
    pub(super) fn admit(&self, context: &RequestContext) -> Result<(), ApiError> {
        Ok(self.adviser.admit(from_of(context), context.now())?)
    }
}
