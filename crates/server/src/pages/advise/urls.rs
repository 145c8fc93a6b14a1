//! The paths below `/advise`.

use serde::Serialize;

use crate::urls::Urls;

/// What stands below the page of questions.
#[derive(Serialize)]
pub(crate) struct AdviseUrls {
    pub(crate) result: String,
    pub(crate) record: String,
    pub(crate) rules: String,
    pub(crate) lint: String,
}

impl AdviseUrls {
    /// The paths of a server.
    pub(crate) fn of(urls: &Urls) -> Self {
        let below = |path: &str| format!("{}/{path}", urls.advise);
        Self { result: below("result"), record: below("record"), rules: below("rules"), lint: below("lint") }
    }
}
