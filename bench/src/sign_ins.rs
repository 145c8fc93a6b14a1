//! Sign-ins beside the raw rate of Argon2id, and memory one minute after the last of them.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use serde_json::json;

use crate::load::round;
use crate::process::Process;
use crate::report::median;

const SPAN: Duration = Duration::from_secs(4);

pub(crate) fn measure(binary: &Path, idle: bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let server = Process::start(binary, &["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().expect("text")]);
    let account = json!({ "email": "ada@example.org", "password": "correct horse battery staple" });
    server.send_json("POST", "/api/v1/users", &account);
    let fresh = server.memory();
    let body = json!({ "email": "ada@example.org", "password": "correct horse battery staple", "deliver": "token" }).to_string();
    let port = server.address.port();
    let request = format!(
        "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let rounds = (0..3).map(|_| (round(&server, &[request.clone().into_bytes()], "HTTP/1.1 201", SPAN).per_second, raw()));
    let (ours, raw): (Vec<f64>, Vec<f64>) = rounds.unzip();
    let (ours, raw) = (median(ours), median(raw));
    println!("sign-ins {ours:.0}/s beside {raw:.0}/s of raw Argon2id (m=19 MiB, t=2, p=1): {:.0} %", 100.0 * ours / raw);
    let after = server.memory();
    println!("memory {fresh:.1} MB after the first registration, {after:.1} MB right after the sign-ins");
    if idle {
        std::thread::sleep(Duration::from_secs(60));
        println!("memory one minute after the last sign-in {:.1} MB", server.memory());
    }
}

/// Hashes a second on as many threads as the server's pool has, each with a block of its own that is used again.
fn raw() -> f64 {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (counted, began) = (AtomicU64::new(0), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let parameters = Params::new(19 * 1024, 2, 1, None).expect("parameters within their limits");
                let mut memory = vec![Block::default(); parameters.block_count()];
                let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
                let mut output = [0; 32];
                while began.elapsed() < SPAN {
                    let hashed = argon2.hash_password_into_with_memory(b"correct horse battery staple", b"0123456789abcdef", &mut output, &mut memory);
                    hashed.expect("a hash");
                    counted.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    counted.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}
