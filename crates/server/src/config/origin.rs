//! The public origin as a setting: what is wrong with a text that is none.

use std::net::SocketAddr;

use cloakroom::Origin;
use url::Url;

use super::setting::{Setting, Unfit};

impl Setting for Origin {
    const EXPECTED: &'static str = "an origin such as \"https://id.example.com\"";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        text.parse().map_err(|_| reason(text))
    }
}

fn reason(text: &str) -> Unfit {
    let Ok(url) = Url::parse(text) else { return Unfit::because("it is not a URL") };
    Unfit::because(if !matches!(url.scheme(), "http" | "https") {
        "the scheme is neither http nor https"
    } else if !url.username().is_empty() || url.password().is_some() {
        "it holds a user name or a password"
    } else if url.query().is_some() {
        "it has a query"
    } else if url.fragment().is_some() {
        "it has a fragment"
    } else if url.path() != "/" {
        "it has a path; a path belongs in `base_path`"
    } else {
        "it ends with a slash"
    })
}

/// The origin when none is configured: `http://localhost` and the port that is really bound.
pub(super) fn on_localhost(bound: SocketAddr) -> Origin {
    format!("http://localhost:{}", bound.port()).parse().expect("a scheme, a host and a port number are an origin")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_an_origin_is_said_and_its_text_is_not_repeated() {
        for (text, why) in [
            ("", "it is not a URL"),
            ("id.example.com", "it is not a URL"),
            ("https://id.example.com:99999", "it is not a URL"),
            ("ftp://id.example.com", "the scheme is neither http nor https"),
            ("localhost:8080", "the scheme is neither http nor https"),
            ("https://user:hunter2@id.example.com", "it holds a user name or a password"),
            ("https://id.example.com?a=b", "it has a query"),
            ("https://id.example.com#a", "it has a fragment"),
            ("https://id.example.com/login", "it has a path; a path belongs in `base_path`"),
            ("https://id.example.com/", "it ends with a slash"),
        ] {
            assert_eq!(Origin::from_text(text), Err(Unfit::because(why)), "{text:?}");
        }
        assert_eq!(Origin::from_text("https://ID.example.com:443").unwrap().as_str(), "https://id.example.com");
    }
}
