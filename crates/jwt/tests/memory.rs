//! What verification asks of the heap: nothing for what is too long, a bounded amount for any other text, nothing for a token seen before.

mod issuer;

use allocation_counter::{AllocationInfo, measure};
use cloakroom_jwt::{Algorithm, MAX_LENGTH, MacAlgorithm, MacKey, MacVerifier, RegisteredClaims, sign_with_mac};
use cloakroom_primitives::SeededRandom;
use issuer::{GOOD, Issuer, NOW, expectation};

fn heap(work: impl FnOnce()) -> AllocationInfo {
    measure(work)
}

#[test]
fn what_is_longer_than_the_cap_takes_no_memory() {
    let issuer = Issuer::new(Algorithm::EdDsa);
    for text in [
        "a".repeat(MAX_LENGTH + 1),
        "a".repeat(10_000_000),
        ".".repeat(1_000_000),
        format!("{}.{}", issuer.good(), "a".repeat(MAX_LENGTH)),
    ] {
        let used = heap(|| assert!(issuer.verify(&text).is_err()));
        assert_eq!(used.count_total, 0, "{} bytes", text.len());
    }
}

#[test]
fn what_is_not_three_parts_takes_no_memory() {
    let issuer = Issuer::new(Algorithm::EdDsa);
    for text in [".".repeat(MAX_LENGTH), "a".repeat(MAX_LENGTH), format!("{}.x.y", issuer.good())] {
        assert_eq!(heap(|| assert!(issuer.verify(&text).is_err())).count_total, 0);
    }
}

/// The worst a text of 8 KiB can do is to be all names, or all elements of the one list that claims have.
#[test]
fn no_text_takes_more_than_forty_times_the_cap() {
    let issuer = Issuer::new(Algorithm::EdDsa);
    let names = |from: u32| (0..560).map(|n| format!("\"{:x}\":0", n + from)).collect::<Vec<_>>().join(",");
    let room = 5_400;
    let payloads = [
        GOOD.replace('{', &format!("{{{},", names(0x1000))),
        GOOD.replace("\"api\"", &format!("[{}\"api\"]", "\"\",".repeat(room / 3))),
        GOOD.replace('{', &format!("{{\"x\":[{}0],", "0,".repeat(room / 2))),
        GOOD.replace('{', &format!("{{\"x\":\"{}\",", "\\u0061".repeat(room / 6))),
        GOOD.replace('{', &format!("{{\"x\":{}0{},", "[".repeat(120), "]".repeat(120))),
    ];
    for payload in &payloads {
        let token = issuer.forge(issuer.header(), payload);
        assert!(token.len() <= MAX_LENGTH, "{}", token.len());
        let used = heap(|| assert!(issuer.verify(&token).is_ok(), "{payload:.60}"));
        assert!(used.bytes_max <= 40 * MAX_LENGTH as u64, "{} bytes for {payload:.60}", used.bytes_max);
    }
    let header = issuer.header().replace('{', &format!("{{{},", names(0x1000)));
    let used = heap(|| assert!(issuer.verify(&issuer.forge(header, GOOD)).is_ok()));
    assert!(used.bytes_max <= 40 * MAX_LENGTH as u64, "{} bytes", used.bytes_max);
}

#[test]
fn a_token_seen_before_takes_no_memory() {
    for algorithm in Algorithm::ALL {
        let issuer = Issuer::new(algorithm);
        let token = issuer.good();
        assert!(issuer.verify(&token).is_ok());
        assert_eq!(heap(|| assert!(issuer.verify(&token).is_ok())).count_total, 0, "{algorithm}");
    }
    let secret = MacKey::generate(MacAlgorithm::Hs256, &SeededRandom::new(1), None).unwrap();
    let claims: RegisteredClaims = serde_json::from_str(GOOD).unwrap();
    let token = sign_with_mac(&claims, "at+jwt", &secret).unwrap();
    let verifier = MacVerifier::<RegisteredClaims>::new(secret, expectation(), 8);
    assert!(verifier.verify(&token, NOW).is_ok());
    assert_eq!(heap(|| assert!(verifier.verify(&token, NOW).is_ok())).count_total, 0);
}
