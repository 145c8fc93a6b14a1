//! What the pages below `/advise` say.

use serde::Serialize;

/// Every sentence of these pages without a parameter.
#[derive(Debug, Serialize)]
pub(crate) struct Advise {
    pub(crate) title: &'static str,
}

/// The sentences.
pub(super) const TEXTS: Advise = Advise { title: "Advise" };
