//! The arrows between crates: nothing points up or sideways.

use std::process::Command;

use crate::run::{Failed, say};

/// Who may import whom.
const ALLOWED: &[(&str, &[&str])] = &[
    ("cloakroom-primitives", &[]),
    ("cloakroom-cookie", &["cloakroom-primitives"]),
    ("cloakroom-session", &["cloakroom-primitives"]),
    ("cloakroom-jwt", &["cloakroom-primitives"]),
    ("cloakroom-explain", &["cloakroom-primitives"]),
    ("cloakroom-advise", &[]),
    ("cloakroom", &["cloakroom-primitives", "cloakroom-cookie", "cloakroom-session", "cloakroom-jwt"]),
    ("cloakroom-store", &["cloakroom-primitives", "cloakroom-session"]),
    (
        "cloakroom-server",
        &[
            "cloakroom-primitives",
            "cloakroom-cookie",
            "cloakroom-session",
            "cloakroom-jwt",
            "cloakroom-explain",
            "cloakroom-advise",
            "cloakroom",
            "cloakroom-store",
        ],
    ),
    ("xtask", &[]),
];

/// Reads the workspace and fails at the first arrow that the map does not have.
pub(crate) fn check() -> Result<(), Failed> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .output()
        .map_err(|error| Failed(format!("cargo metadata: {error}")))?;
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|error| Failed(format!("cargo metadata: {error}")))?;
    for package in metadata["packages"].as_array().into_iter().flatten() {
        check_package(package)?;
    }
    say("+ arrows between crates: as the map has them");
    Ok(())
}

fn check_package(package: &serde_json::Value) -> Result<(), Failed> {
    let name = package["name"].as_str().unwrap_or_default();
    let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
        return Err(Failed(format!("crate {name} is not on the map: add it to xtask/src/arrows.rs and ARCHITECTURE.md")));
    };
    for dependency in package["dependencies"].as_array().into_iter().flatten() {
        let imported = dependency["name"].as_str().unwrap_or_default();
        let is_ours = imported.starts_with("cloakroom") && imported != name;
        if is_ours && !allowed.contains(&imported) {
            return Err(Failed(format!("{name} imports {imported}: no arrow goes there")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_that_points_sideways_is_found() {
        let package = |imported: &str| serde_json::json!({"name": "cloakroom-jwt", "dependencies": [{"name": imported}]});
        assert!(check_package(&package("cloakroom-primitives")).is_ok());
        assert!(check_package(&package("serde")).is_ok());
        assert!(check_package(&package("cloakroom-session")).is_err());
    }
}
