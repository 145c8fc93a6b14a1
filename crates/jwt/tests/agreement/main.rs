//! Agreement with others on generated tokens: what we sign they take, what they sign we take, and of bent tokens they take all that we take.
//!
//! Together the tests ask about more than 100,000 tokens. The crate `jsonwebtoken` runs in this process; `PyJWT`, `joserfc` and `jose` of npm
//! each in one process of their own, which `cargo xtask test` installs. Where one is missing, a visible line says what was not tested.

#[expect(dead_code, reason = "this test needs a part of the issuer")]
#[path = "../issuer/mod.rs"]
mod issuer;

mod bent;
mod claims;
mod foreign;
mod party;
mod peer;

use cloakroom_jwt::{Algorithm, MacAlgorithm};
use foreign::Library;
use party::Party;

/// How many tokens of each algorithm go each way with a library in a process of its own.
const FOREIGN: [(&str, usize); 13] = [
    ("HS256", 2_000),
    ("HS384", 500),
    ("HS512", 500),
    ("EdDSA", 1_500),
    ("ES256", 1_500),
    ("ES384", 200),
    ("ES512", 150),
    ("RS256", 80),
    ("RS384", 80),
    ("RS512", 80),
    ("PS256", 80),
    ("PS384", 80),
    ("PS512", 80),
];

/// The same within this process. The crate knows neither ES512 nor the name `Ed25519`.
const IN_PROCESS: [(&str, usize); 12] = [
    ("HS256", 14_000),
    ("HS384", 5_000),
    ("HS512", 5_000),
    ("EdDSA", 6_000),
    ("ES256", 3_500),
    ("ES384", 300),
    ("RS256", 100),
    ("RS384", 100),
    ("RS512", 100),
    ("PS256", 100),
    ("PS384", 100),
    ("PS512", 100),
];

#[test]
fn the_numbers_add_up_to_a_hundred_thousand() {
    let each_way = |counts: &[(&str, usize)]| 2 * counts.iter().map(|(_, count)| count).sum::<usize>();
    assert!(each_way(&IN_PROCESS) + 3 * each_way(&FOREIGN) >= 100_000);
    let covered = |name: &str| FOREIGN.iter().any(|(known, _)| *known == name);
    assert!(MacAlgorithm::ALL.iter().all(|algorithm| covered(algorithm.name())));
    // Two of the libraries know `Ed25519`; none of these versions knows ML-DSA, whose examples are those of RFC 9964.
    let others = ["Ed25519", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"];
    assert!(Algorithm::ALL.iter().all(|algorithm| covered(algorithm.name()) != others.contains(&algorithm.name())));
}

/// The algorithms of one family, each with its number of tokens.
fn assert_peer_agrees(family: &str) {
    let of_family: Vec<_> = IN_PROCESS.iter().filter(|(name, _)| name.starts_with(family)).collect();
    assert!(!of_family.is_empty(), "{family}");
    for (name, count) in of_family {
        let party = Party::named(name);
        peer::takes_what_we_sign(&party, *count);
        peer::signs_what_we_take(&party, *count);
        peer::takes_whatever_we_take_of_bent_tokens(&party);
    }
}

#[test]
fn the_crate_jsonwebtoken_agrees_on_hmac() {
    assert_peer_agrees("HS");
}

#[test]
fn the_crate_jsonwebtoken_agrees_on_ed25519() {
    assert_peer_agrees("EdDSA");
}

#[test]
fn the_crate_jsonwebtoken_agrees_on_ecdsa() {
    assert_peer_agrees("ES");
}

#[test]
fn the_crate_jsonwebtoken_agrees_on_rsa() {
    assert_peer_agrees("RS");
    assert_peer_agrees("PS");
}

#[test]
fn pyjwt_agrees() {
    foreign::assert_agreement(Library::PyJwt, &FOREIGN);
}

#[test]
fn joserfc_agrees() {
    foreign::assert_agreement(Library::Joserfc, &[&FOREIGN[..], &[("Ed25519", 300)]].concat());
}

#[test]
fn jose_of_npm_agrees() {
    foreign::assert_agreement(Library::Jose, &[&FOREIGN[..], &[("Ed25519", 300)]].concat());
}
