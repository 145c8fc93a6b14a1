//! Resuming a session for its token.

use std::sync::Arc;

use cloakroom_primitives::{SeededRandom, Timestamp};
use cloakroom_session::{
    Cell, MemoryStore, Refusal, Replaced, Resumed, SecretHashes, Session, SessionToken, Sessions, Start, Usage, Verdict,
};

use crate::parts::{ada, address, after, cached, minutes, session, signed_out, start, stepped_up};

const HOME: &str = "203.0.113.7";
const HOME_TOO: &str = "203.0.113.99";
const CAFE: &str = "198.51.100.1";

/// One word for each answer.
fn word(resumed: &Resumed) -> &'static str {
    match resumed {
        Resumed::Live(_) => "live",
        Resumed::Former(_) => "former",
        Resumed::Refused(Refusal::Unknown) => "unknown",
        Resumed::Refused(Refusal::WrongSecret) => "wrong secret",
        Resumed::Refused(Refusal::Idle) => "idle",
        Resumed::Refused(Refusal::Outlived) => "outlived",
    }
}

async fn opened(cell: Cell) -> (Sessions, Session, SessionToken) {
    let sessions = Sessions::new(cached(Arc::new(MemoryStore::new()), 100));
    let (session, token) = session(&SeededRandom::new(1), cell, after(0));
    sessions.start(&start(&session)).await.unwrap();
    (sessions, session, token)
}

async fn resume(sessions: &Sessions, token: &SessionToken, usage: Usage, from: Option<&str>, now: Timestamp) -> Resumed {
    sessions.resume(token, Cell::Cookie.carrier(), usage, from.map(address), now).await.unwrap()
}

#[tokio::test]
async fn a_token_is_good_until_its_session_is_not() {
    let (sessions, session, token) = opened(Cell::Cookie).await;
    let other = SessionToken::generate(&SeededRandom::new(2), session.id);
    let unknown = SessionToken::generate(&SeededRandom::new(2), cloakroom_session::SessionId::from_bytes([9; 16]));
    for (token, cell, at, expected) in [
        (&token, Cell::Cookie, 0, "live"),
        (&token, Cell::Token, 0, "wrong secret"),
        (&other, Cell::Cookie, 0, "wrong secret"),
        (&unknown, Cell::Cookie, 0, "unknown"),
        (&token, Cell::Cookie, minutes(60), "idle"),
        (&token, Cell::Cookie, minutes(24 * 60), "outlived"),
    ] {
        let resumed = sessions.resume(token, cell.carrier(), Usage::Active, None, after(at)).await.unwrap();
        assert_eq!(word(&resumed), expected, "{cell:?} after {at} ms");
        let peeked = sessions.peek(token, cell.carrier(), Usage::Active, None, after(at));
        assert_eq!(peeked.as_ref().map(word), (expected != "unknown").then_some(expected), "memory says the same");
    }
    sessions.end(session.id, signed_out(after(1))).await.unwrap().unwrap();
    assert_eq!(word(&resume(&sessions, &token, Usage::Active, None, after(1)).await), "unknown");
}

#[tokio::test]
async fn memory_answers_only_for_what_was_asked_for_before() {
    let (sessions, _, token) = opened(Cell::Cookie).await;
    let peek = || sessions.peek(&token, Cell::Cookie.carrier(), Usage::Active, None, after(5));
    assert!(peek().is_none());
    resume(&sessions, &token, Usage::Active, None, after(5)).await;
    assert!(matches!(peek(), Some(Resumed::Live(_))));
}

#[tokio::test]
async fn a_token_of_the_jwt_cells_is_good_for_nothing() {
    for cell in [Cell::Jwt, Cell::JwtCookie] {
        let (sessions, _, token) = opened(cell).await;
        let resumed = sessions.resume(&token, cell.carrier(), Usage::Active, None, after(0)).await.unwrap();
        assert_eq!(word(&resumed), "wrong secret", "{cell:?}");
    }
}

#[tokio::test]
async fn a_passive_request_is_no_use_unless_it_comes_from_another_network() {
    let at = minutes(10);
    for (usage, from, counts) in [
        (Usage::Active, Some(HOME), true),
        (Usage::Active, Some(CAFE), true),
        (Usage::Active, None, true),
        (Usage::Passive, Some(HOME), false),
        (Usage::Passive, Some(HOME_TOO), false),
        (Usage::Passive, None, false),
        (Usage::Passive, Some(CAFE), true),
        (Usage::Passive, Some("2001:db8::1"), true),
    ] {
        let (sessions, session, token) = opened(Cell::Cookie).await;
        let Resumed::Live(entry) = resume(&sessions, &token, usage, from, after(at)).await else {
            panic!("it is alive");
        };
        let expected_place = if counts { from.map(address).or(session.seen_from) } else { session.seen_from };
        let expected_time = if counts { after(at) } else { after(0) };
        assert_eq!((entry.seen_at(), entry.seen_from()), (expected_time, expected_place), "{usage:?} from {from:?}");
    }
}

#[tokio::test]
async fn a_page_that_polls_does_not_defeat_the_idle_limit() {
    let (sessions, _, token) = opened(Cell::Cookie).await;
    for minute in 0..60 {
        assert_eq!(word(&resume(&sessions, &token, Usage::Passive, Some(HOME), after(minutes(minute))).await), "live");
    }
    assert_eq!(word(&resume(&sessions, &token, Usage::Passive, Some(HOME), after(minutes(60))).await), "idle");
}

#[tokio::test]
async fn a_thief_who_polls_passively_shows_in_the_list() {
    let (sessions, session, token) = opened(Cell::Cookie).await;
    resume(&sessions, &token, Usage::Passive, Some(CAFE), after(minutes(1))).await;
    let listed = sessions.list(&ada()).await.unwrap().remove(0);
    assert_eq!((listed.id, listed.seen_at, listed.seen_from), (session.id, after(minutes(1)), Some(address(CAFE))));
}

#[tokio::test]
async fn refused_and_former_secrets_are_no_use() {
    let (sessions, session, token) = opened(Cell::Cookie).await;
    let wrong = SessionToken::generate(&SeededRandom::new(2), session.id);
    resume(&sessions, &wrong, Usage::Active, Some(CAFE), after(1_000)).await;

    let new = SessionToken::generate(&SeededRandom::new(3), session.id);
    let next = session.stepped_up(Some(new.hash()), after(12_000), after(2_000));
    assert!(matches!(next.secret, Some(SecretHashes { former: Some(_), .. })));
    assert_eq!(sessions.replace(&next, stepped_up(after(2_000)), None).await.unwrap(), Replaced::Yes);
    assert_eq!(word(&resume(&sessions, &token, Usage::Active, Some(CAFE), after(11_999)).await), "former");
    assert_eq!(word(&resume(&sessions, &token, Usage::Active, Some(CAFE), after(12_000)).await), "wrong secret");

    let found = sessions.find(session.id).await.unwrap().unwrap();
    assert_eq!((found.seen_at(), found.seen_from()), (after(2_000), session.seen_from));
    assert_eq!(found.judge(&new.hash(), Cell::Cookie.carrier(), after(12_000)), Verdict::Live);
}

#[tokio::test]
async fn a_sign_in_ends_what_it_replaces_and_signing_out_everywhere_spares_the_caller() {
    let (sessions, _, first) = opened(Cell::Cookie).await;
    resume(&sessions, &first, Usage::Active, None, after(1)).await;
    let (second, second_token) = session(&SeededRandom::new(2), Cell::Cookie, after(2));
    sessions.start(&Start { replaces: vec![first.session()], ..start(&second) }).await.unwrap();
    assert_eq!(word(&resume(&sessions, &first, Usage::Active, None, after(3)).await), "unknown");

    let (third, third_token) = session(&SeededRandom::new(3), Cell::Cookie, after(4));
    sessions.start(&start(&third)).await.unwrap();
    let ended = sessions.end_all(&ada(), Some(third.id), signed_out(after(5))).await.unwrap();
    assert_eq!(ended.iter().map(|ended| ended.id).collect::<Vec<_>>(), [second.id]);
    assert_eq!(word(&resume(&sessions, &second_token, Usage::Active, None, after(6)).await), "unknown");
    assert_eq!(word(&resume(&sessions, &third_token, Usage::Active, None, after(6)).await), "live");
}
