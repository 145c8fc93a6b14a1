//! A site that is not ours: it serves one page, whatever it is asked for.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// The site. It lives as long as the test run.
pub(crate) struct Attacker {
    pub(crate) port: u16,
}

impl Attacker {
    /// Serves `page` on a free port, under every name of this machine.
    pub(crate) fn serve(page: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let page: Arc<str> = page.into();
            for stream in listener.incoming().map_while(Result::ok) {
                let page = Arc::clone(&page);
                // A browser opens connections in advance, on which it says nothing for a minute.
                std::thread::spawn(move || answer(stream, &page));
            }
        });
        Self { port }
    }
}

fn answer(mut stream: TcpStream, page: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let length = page.len();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(format!("{head}{page}").as_bytes())
}
