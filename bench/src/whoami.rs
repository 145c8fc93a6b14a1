//! `GET /api/v1/session` in each cell beside a bare handler that sends the same bytes, and with another JWT each time beside the raw check.

use std::path::Path;
use std::time::{Duration, Instant};

use aws_lc_rs::signature::{ED25519, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::load::{Round, once, round};
use crate::process::Process;
use crate::report::median;

const ROUNDS: usize = 7;
const SPAN: Duration = Duration::from_secs(2);
const TOKENS: usize = 35_000;

pub(crate) fn measure(binary: &Path) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let server = Process::start(binary, &["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().expect("text")]);
    let account = json!({ "email": "ada@example.org", "password": "correct horse battery staple" });
    server.send_json("POST", "/api/v1/users", &account);
    println!("GET /api/v1/session, medians of {ROUNDS} rounds of {} s, 16 connections", SPAN.as_secs());
    println!("{:>12} {:>12} {:>12} {:>8} {:>10} {:>10} {:>10}", "cell", "ours/s", "bare/s", "ratio", "ours CPU", "bare CPU", "above");
    for cell in ["cookie", "token", "jwt", "jwt_cookie"] {
        let headers = credential(&server, cell);
        let answer = server.send("GET", "/api/v1/session", &headers, "");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let file = folder.path().join(cell);
        std::fs::write(&file, &answer).expect("a file");
        let bare = Process::start(&std::env::current_exe().expect("this program"), &["--bare", file.to_str().expect("text")]);
        let (ours, theirs) = compare(&server, &bare, &[request(&server, &headers)], &[request(&bare, &headers)]);
        line(cell, &ours, &theirs);
        if cell == "jwt" {
            let tokens = many_tokens(&server);
            let (ours, theirs) = compare_once(&server, &bare, &tokens);
            line("jwt, others", &ours, &theirs);
            println!("{:>12} {:.1} µs for the raw Ed25519 check of the same tokens", "", raw_check(&server, &tokens));
        }
    }
}

fn compare(ours: &Process, bare: &Process, our_requests: &[Vec<u8>], bare_requests: &[Vec<u8>]) -> (Vec<Round>, Vec<Round>) {
    let warm = Duration::from_millis(300);
    round(ours, our_requests, "HTTP/1.1 200", warm);
    round(bare, bare_requests, "HTTP/1.1 200", warm);
    (0..ROUNDS)
        .map(|_| (round(ours, our_requests, "HTTP/1.1 200", SPAN), round(bare, bare_requests, "HTTP/1.1 200", SPAN)))
        .unzip()
}

/// Each token is shown once: no memory can help.
fn compare_once(ours: &Process, bare: &Process, tokens: &[String]) -> (Vec<Round>, Vec<Round>) {
    let requests = |of: &Process, tokens: &[String]| -> Vec<_> { tokens.iter().map(|token| request(of, &bearer(token))).collect() };
    let shares = tokens.chunks(tokens.len() / ROUNDS).take(ROUNDS);
    shares
        .map(|share| (once(ours, &requests(ours, share), "HTTP/1.1 200"), once(bare, &requests(bare, share), "HTTP/1.1 200")))
        .unzip()
}

fn line(name: &str, ours: &[Round], bare: &[Round]) {
    let rate = |rounds: &[Round]| median(rounds.iter().map(|round| round.per_second).collect());
    let cpu = |rounds: &[Round]| median(rounds.iter().map(|round| round.cpu).collect());
    let above = median(ours.iter().zip(bare).map(|(ours, bare)| ours.cpu - bare.cpu).collect());
    let ratio = rate(ours) / rate(bare);
    println!(
        "{name:>12} {:>12.0} {:>12.0} {ratio:>8.2} {:>7.1} µs {:>7.1} µs {above:>7.1} µs",
        rate(ours),
        rate(bare),
        cpu(ours),
        cpu(bare)
    );
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

fn request(server: &Process, headers: &str) -> Vec<u8> {
    format!("GET /api/v1/session HTTP/1.1\r\nHost: localhost:{}\r\n{headers}\r\n", server.address.port()).into_bytes()
}

fn sign_in(server: &Process, cell: &str) -> (String, Value) {
    let body = json!({ "email": "ada@example.org", "password": "correct horse battery staple", "deliver": cell });
    let answer = server.send_json("POST", "/api/v1/sessions", &body);
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
    (head.to_owned(), serde_json::from_str(body).expect("JSON"))
}

fn credential(server: &Process, cell: &str) -> String {
    let (head, body) = sign_in(server, cell);
    if let Some(token) = body["session_token"].as_str().or(body["access_token"].as_str()) {
        return bearer(token);
    }
    let cookies = head.lines().filter_map(|line| line.strip_prefix("set-cookie: ")).filter_map(|cookie| cookie.split(';').next());
    format!("Cookie: {}\r\n", cookies.filter(|pair| !pair.contains("-refresh=")).collect::<Vec<_>>().join("; "))
}

/// Asks with one refresh token again and again inside its retry window: the same successor, and another access token each time.
fn many_tokens(server: &Process) -> Vec<String> {
    let (_, body) = sign_in(server, "jwt");
    let mut tokens = Vec::with_capacity(TOKENS);
    let mut refresh = body["refresh_token"].as_str().expect("a refresh token").to_owned();
    let mut renewed = Instant::now();
    while tokens.len() < TOKENS {
        let form = format!("grant_type=refresh_token&refresh_token={refresh}");
        let answer = server.send("POST", "/oauth/token", "Content-Type: application/x-www-form-urlencoded\r\n", &form);
        let body: Value = serde_json::from_str(answer.split_once("\r\n\r\n").expect("an answer").1).expect("JSON");
        tokens.push(body["access_token"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned());
        if renewed.elapsed() > Duration::from_secs(15) {
            refresh = body["refresh_token"].as_str().expect("a refresh token").to_owned();
            renewed = Instant::now();
        }
    }
    tokens
}

/// Microseconds for one check of a signature with a parsed key.
fn raw_check(server: &Process, tokens: &[String]) -> f64 {
    let answer = server.send("GET", "/.well-known/jwks.json", "", "");
    let set: Value = serde_json::from_str(answer.split_once("\r\n\r\n").expect("an answer").1).expect("JSON");
    let x = URL_SAFE_NO_PAD.decode(set["keys"][0]["x"].as_str().expect("x")).expect("base64url");
    let key = ParsedPublicKey::new(&ED25519, x).expect("a key");
    let parts: Vec<_> = tokens
        .iter()
        .take(2_000)
        .map(|token| {
            let (input, signature) = token.rsplit_once('.').expect("a JWS");
            (input.as_bytes(), URL_SAFE_NO_PAD.decode(signature).expect("base64url"))
        })
        .collect();
    let runs = (0..7).map(|_| {
        let began = Instant::now();
        for (input, signature) in &parts {
            key.verify_sig(input, signature).expect("a good signature");
        }
        began.elapsed().as_secs_f64() * 1e6 / parts.len() as f64
    });
    median(runs.collect())
}
