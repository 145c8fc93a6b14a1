//! Whether a browser is going somewhere, or a program is asking.

use http::{HeaderMap, Method, header};

/// Whether a request is a navigation: `Sec-Fetch-Mode: navigate`, or without that header a GET that accepts `text/html`.
///
/// A navigation is answered with a page or a redirect; anything else never gets a redirect.
pub fn is_navigation(method: &Method, headers: &HeaderMap) -> bool {
    if let Some(mode) = headers.get("sec-fetch-mode") {
        return mode == "navigate";
    }
    let accepts_html = |value: &http::HeaderValue| value.to_str().is_ok_and(|accept| accept.contains("text/html"));
    method == Method::GET && headers.get_all(header::ACCEPT).iter().any(accepts_html)
}
