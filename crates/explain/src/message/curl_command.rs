//! A pasted `curl` command: the request it would send.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::address::Address;
use super::exchange::{Exchange, Extent, Request, Version};
use super::headers::Headers;
use super::shell::words;

/// Reads a command; `None` when it is no `curl` command.
pub(crate) fn curl_command(text: &str) -> Option<Exchange<'static>> {
    let is_curl = |word: &String| matches!(word.rsplit(['/', '\\']).next(), Some("curl" | "curl.exe"));
    let words = words(text);
    words.first().filter(|word| is_curl(word))?;
    let mut command = Command::default();
    let mut rest = words.into_iter().skip(1);
    while let Some(word) = rest.next() {
        command.take(&word, &mut rest);
    }
    Some(command.exchange())
}

#[derive(Default)]
struct Command {
    method: Option<String>,
    url: Option<String>,
    headers: Headers<'static>,
    data: Vec<String>,
    data_kind: Option<&'static str>,
    data_in_query: bool,
    head: bool,
}

impl Command {
    fn take(&mut self, word: &str, rest: &mut impl Iterator<Item = String>) {
        if let Some(long) = word.strip_prefix("--") {
            let (name, inline) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value.to_owned())));
            if takes_value(name) {
                let value = inline.or_else(|| rest.next());
                self.option(name, value.unwrap_or_default());
            } else {
                self.switch(name);
            }
        } else if let Some(short) = word.strip_prefix('-').filter(|short| !short.is_empty()) {
            self.short_options(short, rest);
        } else if self.url.is_none() {
            self.url = Some(word.to_owned());
        }
    }

    /// `-sSLX POST`, `-XPOST`: switches, then at most one option with its value.
    fn short_options(&mut self, letters: &str, rest: &mut impl Iterator<Item = String>) {
        for (at, letter) in letters.char_indices() {
            let name = long_name(letter);
            if takes_value(name) {
                let glued = &letters[at + letter.len_utf8()..];
                let value = if glued.is_empty() { rest.next() } else { Some(glued.to_owned()) };
                self.option(name, value.unwrap_or_default());
                return;
            }
            self.switch(name);
        }
    }

    fn option(&mut self, name: &str, value: String) {
        match name {
            "request" => self.method = Some(value),
            "url" => self.url = Some(value),
            "header" => {
                if let Some((name, value)) = value.split_once(':') {
                    self.headers.push(name.trim().to_owned(), value.trim().to_owned());
                }
            }
            // Without "=" it names a file.
            "cookie" if value.contains('=') => {
                let value = value.trim_start_matches("Cookie:").trim().to_owned();
                self.headers.push("Cookie", value);
            }
            "user" => self.headers.push("Authorization", format!("Basic {}", STANDARD.encode(value))),
            "proxy-user" => self.headers.push("Proxy-Authorization", format!("Basic {}", STANDARD.encode(value))),
            "oauth2-bearer" => self.headers.push("Authorization", format!("Bearer {value}")),
            "referer" => self.headers.push("Referer", value),
            "user-agent" => self.headers.push("User-Agent", value),
            "json" => self.add_data(value, "application/json"),
            "form" | "form-string" => self.add_data(value, "multipart/form-data"),
            "data" | "data-raw" | "data-ascii" | "data-binary" | "data-urlencode" => {
                self.add_data(value, "application/x-www-form-urlencoded");
            }
            _ => {}
        }
    }

    fn switch(&mut self, name: &str) {
        match name {
            "get" => self.data_in_query = true,
            "head" => self.head = true,
            _ => {}
        }
    }

    fn add_data(&mut self, value: String, kind: &'static str) {
        self.data.push(value);
        self.data_kind = Some(kind);
    }

    fn exchange(mut self) -> Exchange<'static> {
        let mut url = self.url.take().unwrap_or_default();
        let body = (!self.data.is_empty()).then(|| self.data.join("&"));
        let body = match body {
            Some(data) if self.data_in_query => {
                let joint = if url.contains('?') { '&' } else { '?' };
                url = format!("{url}{joint}{data}");
                None
            }
            body => body,
        };
        if let Some(kind) = self.data_kind.filter(|_| body.is_some() && !self.headers.has("content-type")) {
            self.headers.push("Content-Type", kind);
        }
        let method = self.method.unwrap_or_else(|| match (&body, self.head) {
            (Some(_), _) => "POST".to_owned(),
            (None, true) => "HEAD".to_owned(),
            (None, false) => "GET".to_owned(),
        });
        // curl takes an address without a scheme as http.
        let url = if url.contains("://") || url.is_empty() { url } else { format!("http://{url}") };
        let address = Address::split(&url);
        let (scheme, host) = (address.scheme, address.host_lower());
        let request = Request {
            method: Some(Cow::Owned(method)),
            target: Some(Cow::Owned(url)),
            version: Version::Other,
            headers: self.headers,
            body: body.map(Cow::Owned),
            extent: Extent::Whole,
        };
        Exchange { scheme, host, ..Exchange::asking(request) }
    }
}

const fn long_name(letter: char) -> &'static str {
    match letter {
        'A' => "user-agent",
        'b' => "cookie",
        'd' => "data",
        'e' => "referer",
        'F' => "form",
        'G' => "get",
        'H' => "header",
        'I' => "head",
        'u' => "user",
        'U' => "proxy-user",
        'X' => "request",
        'c' | 'C' | 'D' | 'E' | 'h' | 'K' | 'm' | 'o' | 'P' | 'Q' | 'r' | 't' | 'T' | 'w' | 'x' | 'Y' | 'y' | 'z' => {
            "other-value"
        }
        _ => "other-switch",
    }
}

fn takes_value(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "cacert",
        "capath",
        "cert",
        "cert-type",
        "ciphers",
        "connect-timeout",
        "connect-to",
        "continue-at",
        "cookie",
        "cookie-jar",
        "data",
        "data-ascii",
        "data-binary",
        "data-raw",
        "data-urlencode",
        "dump-header",
        "form",
        "form-string",
        "header",
        "interface",
        "json",
        "key",
        "limit-rate",
        "max-redirs",
        "max-time",
        "oauth2-bearer",
        "other-value",
        "output",
        "proxy",
        "proxy-user",
        "range",
        "referer",
        "request",
        "resolve",
        "retry",
        "tls-max",
        "unix-socket",
        "upload-file",
        "url",
        "user",
        "user-agent",
        "write-out",
        "aws-sigv4",
    ];
    NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Scheme;

    fn read(text: &str) -> (Exchange<'static>, Request<'static>) {
        let exchange = curl_command(text).unwrap();
        let request = exchange.request.clone().unwrap();
        (exchange, request)
    }

    #[test]
    fn a_command_becomes_the_request_it_sends() {
        let (exchange, request) =
            read("curl -sSL -XPUT -H'X-A: 1' -b 'sid=1; t=2' --data-raw '{}' --json '{}' https://e.test/x -o out");
        assert_eq!((exchange.scheme, exchange.host.as_deref()), (Some(Scheme::Https), Some("e.test")));
        assert_eq!((request.method.as_deref(), request.target.as_deref()), (Some("PUT"), Some("https://e.test/x")));
        assert_eq!((request.headers.first("x-a"), request.headers.first("cookie")), (Some("1"), Some("sid=1; t=2")));
        assert_eq!(request.headers.first("content-type"), Some("application/json"));
    }

    #[test]
    fn defaults_are_those_of_curl() {
        for (text, method, target) in [
            ("curl e.test", "GET", "http://e.test"),
            ("curl -I e.test", "HEAD", "http://e.test"),
            ("curl -d a=1 e.test", "POST", "http://e.test"),
            ("curl -G -d a=1 -d b=2 'e.test/?c'", "GET", "http://e.test/?c&a=1&b=2"),
            ("/usr/bin/curl --request=DELETE --url https://e.test", "DELETE", "https://e.test"),
        ] {
            let (_, request) = read(text);
            assert_eq!((request.method.as_deref(), request.target.as_deref()), (Some(method), Some(target)), "{text}");
        }
        let (_, request) = read("curl -u ada:pw --cookie jar.txt e.test");
        assert_eq!((request.headers.first("authorization"), request.headers.first("cookie")), (Some("Basic YWRhOnB3"), None));
        assert!(curl_command("curly x").is_none());
    }
}
