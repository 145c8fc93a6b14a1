//! Asks again and again, over connections that stay open.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::process::Process;

/// Connections at once: enough to keep two cores busy.
const CONNECTIONS: usize = 16;

/// What a round showed.
#[derive(Clone, Copy)]
pub(crate) struct Round {
    pub(crate) per_second: f64,
    /// The server's CPU time for each request, in microseconds.
    pub(crate) cpu: f64,
}

/// Sends each request once, spread over the connections.
pub(crate) fn once(server: &Process, requests: &[Vec<u8>], status: &str) -> Round {
    let (cpu, began) = (server.cpu(), Instant::now());
    std::thread::scope(|scope| {
        for share in requests.chunks(requests.len().div_ceil(CONNECTIONS)) {
            scope.spawn(move || {
                let mut stream = TcpStream::connect(server.address).expect("it listens");
                stream.set_nodelay(true).expect("a TCP socket");
                let mut buffer = vec![0; 64 * 1024];
                for request in share {
                    stream.write_all(request).expect("it reads");
                    let answer = read_answer(&mut stream, &mut buffer);
                    assert!(answer.starts_with(status.as_bytes()), "{}", String::from_utf8_lossy(answer));
                }
            });
        }
    });
    let count = requests.len() as f64;
    Round { per_second: count / began.elapsed().as_secs_f64(), cpu: (server.cpu() - cpu) / count }
}

/// Sends `requests` in turn for `span`, and checks that each is answered with 200.
pub(crate) fn round(server: &Process, requests: &[Vec<u8>], status: &str, span: Duration) -> Round {
    let (counted, cpu, began) = (AtomicU64::new(0), server.cpu(), Instant::now());
    std::thread::scope(|scope| {
        for offset in 0..CONNECTIONS {
            let counted = &counted;
            scope.spawn(move || ask(server.address, requests, offset, status, began + span, counted));
        }
    });
    let (took, count) = (began.elapsed(), counted.load(Ordering::Relaxed) as f64);
    Round { per_second: count / took.as_secs_f64(), cpu: (server.cpu() - cpu) / count }
}

fn ask(address: SocketAddr, requests: &[Vec<u8>], offset: usize, status: &str, until: Instant, counted: &AtomicU64) {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.set_nodelay(true).expect("a TCP socket");
    let (mut buffer, mut turn, mut count) = (vec![0; 64 * 1024], offset, 0);
    while Instant::now() < until {
        stream.write_all(&requests[turn % requests.len()]).expect("it reads");
        let answer = read_answer(&mut stream, &mut buffer);
        assert!(answer.starts_with(status.as_bytes()), "{}", String::from_utf8_lossy(answer));
        turn += CONNECTIONS;
        count += 1;
    }
    counted.fetch_add(count, Ordering::Relaxed);
}

/// Reads one answer whose length stands in its head.
fn read_answer<'a>(stream: &mut TcpStream, buffer: &'a mut [u8]) -> &'a [u8] {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).expect("it answers");
        assert!(read > 0, "the server closed the connection");
        filled += read;
        let Some(head) = buffer[..filled].windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).and_then(|text| text.parse::<usize>().ok());
        if filled >= head + 4 + length.unwrap_or(0) {
            return &buffer[..filled];
        }
    }
}
