//! The end of an account's sessions, raced against sign-ins with the password that is about to count no more.
//!
//! Here it is 10 rounds of 16 over HTTP for each of the two, with passwords that cost what they cost. The long run, 200 rounds of 64 each, is in
//! the process and with cheap hashes, beside the code that must stand it: `src/storage/sqlite/tests.rs`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "this file needs a part of the house")]
mod house;

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use house::{Answer, Credential, House, PASSWORD};
use serde_json::json;

const CELLS: [&str; 4] = ["cookie", "token", "jwt", "jwt_cookie"];
const ROUNDS: usize = 10;
const CALLERS: usize = 16;

fn open() -> (tempfile::TempDir, House) {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(&folder.path().join("data"));
    (folder, house)
}

fn sign_in(house: &House, email: &str, cell: &str, password: &str) -> Answer {
    house.send_json("POST", "/api/v1/sessions", &[], &json!({ "email": email, "password": password, "deliver": cell }))
}

/// Runs `end` while all callers sign in, a little later from round to round; returns its value and what the callers were given.
fn race<T>(house: &House, email: &str, password: &str, round: usize, end: impl FnOnce() -> T) -> (T, Vec<Credential>) {
    let start = Barrier::new(CALLERS + 1);
    thread::scope(|scope| {
        let call = |caller: usize| {
            let (start, cell) = (&start, CELLS[caller % 4]);
            move || {
                start.wait();
                let answer = sign_in(house, email, cell, password);
                assert!(matches!(answer.status, 201 | 401), "{answer:?}");
                (answer.status == 201).then(|| Credential::of(cell, &answer))
            }
        };
        let callers: Vec<_> = (0..CALLERS).map(|caller| scope.spawn(call(caller))).collect();
        start.wait();
        thread::sleep(Duration::from_millis(12 * round as u64));
        let ended = end();
        let given = callers.into_iter().filter_map(|caller| caller.join().unwrap());
        (ended, given.collect())
    })
}

fn assert_none_counts(house: &House, given: &[Credential], round: usize) {
    for credential in given {
        assert!(!credential.is_taken(house), "round {round}: {credential:?}");
        if let Some(token) = &credential.refresh {
            assert_eq!(house.refresh(token).status, 400, "round {round}");
        }
    }
}

#[test]
fn no_sign_in_with_an_old_password_outlives_its_change() {
    let (_folder, house) = open();
    let ada = "ada@example.org";
    house.register(ada);
    let (mut old, mut new) = (PASSWORD, "another long sentence about nothing");
    let mut given_before = 0;
    for round in 0..ROUNDS {
        let mine = Credential::of("token", &sign_in(&house, ada, "token", old));
        let (fresh, given) = race(&house, ada, old, round, || {
            let body = json!({ "current_password": old, "new_password": new });
            let answer = mine.send(&house, "PUT", "/api/v1/user/password", &body);
            assert_eq!(answer.status, 200, "{answer:?}");
            Credential::of("token", &answer)
        });
        assert_none_counts(&house, &given, round);
        assert!(fresh.is_taken(&house));
        assert_eq!(house.sessions_of(ada), [fresh.session], "round {round}: the fresh session alone");
        assert_eq!(sign_in(&house, ada, "token", old).status, 401);
        given_before += given.len();
        (old, new) = (new, old);
    }
    assert!(given_before > 0, "the change never met a sign-in");
}

#[test]
fn no_sign_in_outlives_the_disabling_of_its_account() {
    let (_folder, house) = open();
    let mut given_before = 0;
    for round in 0..ROUNDS {
        let email = format!("u{round}@example.org");
        house.register(&email);
        let earlier = CELLS.map(|cell| house.sign_in(&email, cell));
        let (_, given) = race(&house, &email, PASSWORD, round, || house.operator(&["users", "disable", &email]));
        assert_none_counts(&house, &given, round);
        assert_none_counts(&house, &earlier, round);
        assert_eq!(house.sessions_of(&email), Vec::<String>::new(), "round {round}");
        assert_eq!(sign_in(&house, &email, "token", PASSWORD).status, 401);
        given_before += given.len();
    }
    assert!(given_before > 0, "the disabling never met a sign-in");
}
