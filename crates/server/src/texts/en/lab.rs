//! What the pages below `/lab` say.

use serde::Serialize;

/// Every sentence of these pages without a parameter.
#[derive(Debug, Serialize)]
pub(crate) struct Lab {
    pub(crate) title: &'static str,
}

/// The sentences.
pub(super) const TEXTS: Lab = Lab { title: "Lab" };
