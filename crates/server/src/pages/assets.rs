//! What pages load, all of it ours and compiled in.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use cloakroom::ProblemCode;
use http::{HeaderValue, header};

use crate::error::ApiError;

/// A file that pages load.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    body: &'static str,
}

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

macro_rules! assets {
    ($($name:literal: $content_type:expr),+ $(,)?) => {
        &[$(Asset { name: $name, content_type: $content_type, body: include_str!(concat!("../../assets/", $name)) }),+]
    };
}

/// Every file. Pages work without the scripts.
const ASSETS: &[Asset] = assets! {
    "advise.css": CSS,
    "advise.js": JS,
    "cloakroom.css": CSS,
    "cloakroom.js": JS,
    "lab.css": CSS,
    "lab.js": JS,
    "lab-app.js": JS,
    "explain-blank.js": JS,
    "explain-facts.js": JS,
    "explain.css": CSS,
    "explain.js": JS,
    "mark.svg": SVG,
};

/// A script that is made from the product's own tables.
pub(super) fn script(body: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(JS)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    (headers, body).into_response()
}

/// `GET /assets/{name}`.
pub(crate) async fn show(Path(name): Path<String>) -> Result<Response, ApiError> {
    let asset = ASSETS.iter().find(|asset| asset.name == name).ok_or(ProblemCode::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    Ok((headers, asset.body).into_response())
}
