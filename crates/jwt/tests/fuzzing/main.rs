//! Every reader of bytes from outside, fed with bent input: none panics, and what one of them takes means the same when it is read again.
//!
//! `cargo fuzz` needs a nightly compiler and has no place here. The bodies of its targets are in [`targets`]; what drives them is in
//! [`mutator`]: seeded, so that a failure comes back, and bounded by a count.

#[path = "../issuer/mod.rs"]
mod issuer;

mod mutator;
mod targets;

use mutator::Mutator;
use targets::Target;

/// Feeds a target with so many mutations of its seeds. The seeds must be taken and some mutations refused, or nothing would have been tried.
fn fuzz(target: &dyn Target, rounds: usize) {
    let seeds = target.seeds();
    let mut mutator = Mutator::new(&seeds, target.words());
    for seed in &seeds {
        assert!(target.takes(seed), "a seed is refused: {}", seed.escape_ascii());
    }
    let taken = (0..rounds).filter(|_| target.takes(&mutator.next())).count();
    assert!(taken < rounds, "nothing was refused");
}

#[test]
fn bent_tokens_make_no_verifier_panic_and_say_nothing_new() {
    for verifier in targets::verifiers() {
        fuzz(&verifier, 6_000);
    }
}

#[test]
fn bent_claims_under_a_good_signature_are_refused_or_read_as_another_reader_reads_them() {
    fuzz(&targets::Claims::default(), 20_000);
}

#[test]
fn bent_headers_are_refused_or_read_as_another_reader_reads_them() {
    fuzz(&targets::Header, 60_000);
}

#[test]
fn bent_public_keys_are_refused_or_stay_what_they_are() {
    fuzz(&targets::PublicJwk, 10_000);
    fuzz(&targets::KeySet, 6_000);
    fuzz(&targets::PublicPem, 10_000);
    fuzz(&targets::PublicDer, 20_000);
}

#[test]
fn bent_private_keys_are_refused_or_sign_for_their_public_part() {
    fuzz(&targets::PrivateJwk, 4_000);
    fuzz(&targets::PrivatePem, 3_000);
    fuzz(&targets::PrivateDer, 5_000);
}

#[test]
fn bent_secrets_are_refused_or_verify_what_they_sign() {
    fuzz(&targets::Secret, 20_000);
    fuzz(&targets::SecretSet, 20_000);
}
