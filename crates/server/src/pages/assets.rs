//! What pages load, all of it ours and compiled in.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};

fn asset(content_type: &'static str, body: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    (headers, body).into_response()
}

/// The styles.
pub(crate) async fn css() -> Response {
    asset("text/css; charset=utf-8", include_str!("../../assets/cloakroom.css"))
}

/// The script, which every page works without.
pub(crate) async fn js() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("../../assets/cloakroom.js"))
}

/// The mark.
pub(crate) async fn icon() -> Response {
    asset("image/svg+xml", include_str!("../../assets/mark.svg"))
}
