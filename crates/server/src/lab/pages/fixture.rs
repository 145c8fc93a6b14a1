//! A report as a run of `sign_out` gives it, made by hand, so that pages can be tried without running anything.

use std::time::Duration;

use cloakroom_primitives::Timestamp;
use cloakroom_session::{Carrier, Cell, Proof};

use crate::lab::hosts::{CELLS, host_of};
use crate::lab::report::{Kept, Machine, Measured, Outcome, Party, Place, Promise, Report, Row, Run, Step, Verdict, Verifier};
use crate::lab::scenario::Scenario;
use crate::lab::wire::{Inked, Message};

/// The secret part of each ticket.
pub(super) const SECRET: &str = "SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS";

const BEGAN: Timestamp = Timestamp::from_seconds(1_800_000_000);

pub(super) fn report() -> Report {
    let machine = Machine { cpus: 2, memory: 8_000_000_000, optimised: true };
    Report { version: "1.0.0", machine, began_at: BEGAN, runs: CELLS.map(run).into() }
}

fn credential(cell: Cell) -> String {
    match cell.proof() {
        Proof::Session => format!("crs_AaHkqmpAvEZpPhInhSO8O{SECRET}Hh93zB"),
        Proof::Jwt => format!("eyJ0eXAiOiJhdCtqd3QifQ.eyJ{}.{}", "c2lk".repeat(90), "s".repeat(86)),
    }
}

fn request(cell: Cell, path: &str, host: &str) -> Message {
    let value = credential(cell);
    let line = match (cell.carrier(), cell.proof()) {
        (Carrier::Cookie, Proof::Session) => format!("Cookie: __Host-Http-cloakroom={value}"),
        (Carrier::Cookie, Proof::Jwt) => format!("Cookie: __Host-Http-cloakroom-jwt={value}"),
        (Carrier::Header, _) => format!("Authorization: Bearer {value}"),
    };
    Message::of(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\n{line}"), b"")
}

fn step(cell: Cell, to: Party, label: &str, path: &str, status: u16, note: &str) -> Step {
    let from = if cell.carrier() == Carrier::Cookie { Party::Browser } else { Party::App };
    let (line, body) = match status {
        204 => ("HTTP/1.1 204 No Content", ""),
        200 => ("HTTP/1.1 200 OK\r\nContent-Type: application/json", r#"{"orders":[{"id":118}]}"#),
        _ => ("HTTP/1.1 401 Unauthorized\r\nContent-Type: application/problem+json", r#"{"code":"not_signed_in"}"#),
    };
    Step {
        from,
        to,
        at: BEGAN,
        label: label.to_owned(),
        carries: Some(cell.proof()),
        request: Some(request(cell, path, host_of(cell))),
        response: Some(Message::of(line, body.as_bytes())),
        status: Some(status),
        note: note.to_owned(),
    }
}

fn run(cell: Cell) -> Run {
    let is_letter = cell.proof() == Proof::Jwt;
    let outcome = |verifier, verdict, sentence: &str| Outcome {
        verifier: Some(verifier),
        case: None,
        verdict,
        sentence: sentence.to_owned(),
        as_expected: true,
    };
    let until = Verdict::AcceptedUntil(BEGAN.plus(Duration::from_secs(305)));
    let mut outcomes = vec![outcome(Verifier::Cloakroom, Verdict::Refused, "Cloakroom refuses it at the next request.")];
    if is_letter {
        outcomes.push(outcome(Verifier::Alone, until, "Orders reads the seal, asks nobody, and lets it in until then."));
        outcomes.push(outcome(Verifier::Feed, Verdict::NotApplicable, "This version has no feed for others yet."));
    }
    outcomes.push(outcome(Verifier::Asks, Verdict::Refused, "Orders asks, and is told that nobody is signed in."));
    let clock = Step {
        from: Party::Lab,
        to: Party::Lab,
        label: "5 min 5 s later".to_owned(),
        carries: None,
        request: None,
        response: None,
        status: None,
        note: "Five minutes pass.".to_owned(),
        ..step(cell, Party::Orders, "", "", 200, "")
    };
    Run {
        scenario: Scenario::SignOut,
        cell,
        outcomes,
        steps: vec![
            step(cell, Party::Cloakroom, "sign out", "/api/v1/session", 204, "The client signs out."),
            step(cell, Party::Cloakroom, "GET session", "/api/v1/session", 401, "A copy is shown to Cloakroom."),
            step(cell, Party::Orders, "GET orders", "/orders", if is_letter { 200 } else { 401 }, "A copy is shown to Orders."),
            clock,
            step(cell, Party::Orders, "GET orders", "/orders", 401, "The copy is shown to Orders again."),
        ],
        client_keeps: kept(cell),
        server_keeps: rows(is_letter),
        measured: Measured {
            cpu_us: Some(if is_letter { 43.1 } else { 11.8 }),
            cpu_again_us: Some(0.7),
            repeats: 1_000,
            store_reads: Some(u32::from(!is_letter)),
            store_writes: Some(0),
            lookups: Some(u32::from(!is_letter)),
            signatures: Some(u32::from(is_letter)),
            ..Measured::default()
        },
        computed: Vec::new(),
        promises: vec![Promise { sentence: "The answer to the sign-out takes the cookie away.".to_owned(), kept: true }],
    }
}

fn kept(cell: Cell) -> Vec<Kept> {
    let is_cookie = cell.carrier() == Carrier::Cookie;
    let one = |name: &str, value: String, claims: &[(&str, &str)]| Kept {
        place: if is_cookie { Place::CookieJar } else { Place::Storage },
        name: name.to_owned(),
        value: Inked::of(&value),
        claims: claims.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        attributes: if is_cookie {
            vec![
                ("Path".to_owned(), Some("/".to_owned())),
                ("Secure".to_owned(), None),
                ("SameSite".to_owned(), Some("Lax".to_owned())),
            ]
        } else {
            Vec::new()
        },
        gone: is_cookie,
    };
    let claims = [
        ("sub", "AaAVLhJAEvPZgInhSO8OLA"),
        ("sid", "AaHkqmpAaImMKyBLEgclBg"),
        ("scope", "orders:read"),
        ("exp", "1800000300 = 08:05:00"),
    ];
    match (cell.proof(), is_cookie) {
        (Proof::Session, true) => vec![one("__Host-Http-cloakroom", credential(cell), &[])],
        (Proof::Session, false) => vec![one("token", credential(cell), &[])],
        (Proof::Jwt, true) => vec![
            one("__Host-Http-cloakroom-jwt", credential(cell), &claims),
            one("__Secure-cloakroom-refresh", format!("crr_{}", "A".repeat(81)), &[]),
        ],
        (Proof::Jwt, false) => {
            vec![one("access_token", credential(cell), &claims), one("refresh_token", format!("crr_{}", "A".repeat(81)), &[])]
        }
    }
}

fn rows(is_letter: bool) -> Vec<Row> {
    let row = |table, columns: &[(&str, &str)], gone| Row {
        table,
        columns: columns.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        gone,
    };
    let session = row("sessions", &[("id", "AaHkqmpAvpzEt66rCuvizw"), ("secret_hash", &"8f9b70c1".repeat(8))], true);
    let key = row("signing_keys", &[("kid", "S_yrK9u8--ND"), ("alg", "EdDSA")], false);
    let family = row("refresh_families", &[("id", "AaHkqmpAaImMKyBLEgclBg"), ("counter", "0")], true);
    if is_letter { vec![key, session, family] } else { vec![session] }
}
