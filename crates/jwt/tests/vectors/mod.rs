//! Test vectors from outside, read where they lie.

use std::fs;
use std::io::{Write as _, stderr};
use std::path::PathBuf;

use serde_json::Value;

/// A JSON file of vectors; `None`, said in one visible line, where there is none.
pub(crate) fn read(path: &str) -> Option<Value> {
    let file = folder().join(path);
    let Ok(bytes) = fs::read(&file) else {
        writeln!(stderr(), "not run: no vectors at {} (set CLOAKROOM_VECTORS)", file.display())
            .expect("stderr can be written to");
        return None;
    };
    Some(serde_json::from_slice(&bytes).expect("vectors are JSON"))
}

#[expect(clippy::disallowed_methods, reason = "a test finds its vectors by the environment; no product code runs here")]
fn folder() -> PathBuf {
    std::env::var("CLOAKROOM_VECTORS")
        .map_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors").into(), PathBuf::from)
}
