//! What the pages below `/explain` say.

use serde::Serialize;

/// Every sentence of these pages without a parameter.
#[derive(Debug, Serialize)]
pub(crate) struct Explain {
    pub(crate) title: &'static str,
}

/// The sentences.
pub(super) const TEXTS: Explain = Explain { title: "Explain" };
