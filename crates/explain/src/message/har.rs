//! HAR: a browser's recording of requests.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Value;

use super::address::Address;
use super::exchange::{Exchange, Extent, Overflow, Reading, Request, Response, Version};
use super::headers::Headers;
use crate::limits;

/// Reads a recording, or a single entry of one. `None` when it is neither.
pub(crate) fn har(value: &Value) -> Option<Reading<'static>> {
    let entries: Vec<&Value> = match value.pointer("/log/entries").and_then(Value::as_array) {
        Some(entries) => entries.iter().collect(),
        None if value.get("request").is_some_and(Value::is_object) && value.get("response").is_some_and(Value::is_object) => {
            vec![value]
        }
        None => return None,
    };
    let overflow = Overflow(entries.len() > limits::EXCHANGES);
    let exchanges = entries.into_iter().take(limits::EXCHANGES).map(exchange).collect();
    Some(Reading { exchanges, overflow })
}

fn exchange(entry: &Value) -> Exchange<'static> {
    let url = text(&entry["request"], "url").unwrap_or_default();
    let address = Address::split(url);
    Exchange {
        scheme: address.scheme,
        host: address.host_lower(),
        request: entry.get("request").map(request),
        response: entry.get("response").filter(|response| response["status"].as_u64() != Some(0)).map(response),
    }
}

fn request(value: &Value) -> Request<'static> {
    let mut headers = headers(value);
    if !headers.has("cookie") {
        let pairs: Vec<String> = named(value, "cookies").map(|(name, value)| format!("{name}={value}")).collect();
        if !pairs.is_empty() {
            headers.push("cookie", pairs.join("; "));
        }
    }
    let body = value.get("postData").map(|data| {
        if !headers.has("content-type")
            && let Some(kind) = text(data, "mimeType")
        {
            headers.push("content-type", kind.to_owned());
        }
        match text(data, "text").filter(|text| !text.is_empty()) {
            Some(body) => body.to_owned(),
            None => named(data, "params").map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&"),
        }
    });
    Request {
        method: text(value, "method").map(|method| Cow::Owned(method.to_owned())),
        target: text(value, "url").map(|url| Cow::Owned(url.to_owned())),
        version: Version::Other,
        headers,
        body: body.filter(|body| !body.is_empty()).map(Cow::Owned),
        extent: Extent::Whole,
    }
}

fn response(value: &Value) -> Response<'static> {
    let mut headers = headers(value);
    if !headers.has("set-cookie") {
        for cookie in value["cookies"].as_array().into_iter().flatten().take(limits::COOKIES) {
            headers.push("set-cookie", set_cookie_line(cookie));
        }
    }
    let content = &value["content"];
    let body = text(content, "text").filter(|text| !text.is_empty() && content.get("encoding").is_none());
    Response {
        status: value["status"].as_u64().and_then(|status| u16::try_from(status).ok()),
        headers,
        body: body.map(|body| Cow::Owned(body.to_owned())),
        extent: Extent::Whole,
    }
}

/// Header lines; several `Set-Cookie` lines arrive joined by line ends.
fn headers(message: &Value) -> Headers<'static> {
    let mut headers = Headers::default();
    for (name, value) in named(message, "headers") {
        for line in value.split('\n') {
            headers.push(name.to_owned(), line.trim().to_owned());
        }
    }
    headers
}

/// The line that would have made the cookie which the recording took apart.
fn set_cookie_line(cookie: &Value) -> String {
    let mut line = format!("{}={}", text(cookie, "name").unwrap_or_default(), text(cookie, "value").unwrap_or_default());
    for (member, attribute) in [("path", "Path"), ("domain", "Domain"), ("sameSite", "SameSite")] {
        if let Some(value) = text(cookie, member).filter(|value| !value.is_empty()) {
            // Writing to a String cannot fail.
            let _ = write!(line, "; {attribute}={value}");
        }
    }
    for (member, attribute) in [("secure", "Secure"), ("httpOnly", "HttpOnly")] {
        if cookie[member].as_bool() == Some(true) {
            let _ = write!(line, "; {attribute}");
        }
    }
    line
}

fn named<'v>(value: &'v Value, list: &str) -> impl Iterator<Item = (&'v str, &'v str)> {
    value
        .get(list)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|one| Some((text(one, "name")?, text(one, "value")?)))
}

fn text<'v>(value: &'v Value, member: &str) -> Option<&'v str> {
    value.get(member).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::message::Scheme;

    #[test]
    fn a_recording_gives_its_exchanges() {
        let entry = json!({
            "request": { "method": "POST", "url": "https://E.test/login", "headers": [], "cookies": [{ "name": "a", "value": "1" }],
                         "postData": { "mimeType": "application/x-www-form-urlencoded", "params": [{ "name": "u", "value": "ada" }] } },
            "response": { "status": 200, "headers": [{ "name": "Set-Cookie", "value": "a=1\nb=2; Path=/" }], "content": { "text": "ok" } },
        });
        for value in [json!({ "log": { "entries": [entry] } }), entry.clone()] {
            let read = har(&value).unwrap();
            let one = &read.exchanges[0];
            assert_eq!((one.scheme, one.host.as_deref()), (Some(Scheme::Https), Some("e.test")));
            let (request, response) = (one.request.as_ref().unwrap(), one.response.as_ref().unwrap());
            assert_eq!((request.headers.first("cookie"), request.body.as_deref()), (Some("a=1"), Some("u=ada")));
            assert_eq!(response.headers.all("set-cookie").collect::<Vec<_>>(), ["a=1", "b=2; Path=/"]);
        }
        assert!(har(&json!({ "request": "x" })).is_none());
    }

    #[test]
    fn cookies_that_were_taken_apart_are_put_together_again() {
        let entry = json!({
            "request": { "url": "https://e.test/" },
            "response": { "status": 204, "headers": [], "cookies": [{ "name": "s", "value": "1", "path": "/", "httpOnly": true, "secure": false, "sameSite": "Lax" }] },
        });
        let read = har(&entry).unwrap();
        assert_eq!(
            read.exchanges[0].response.as_ref().unwrap().headers.first("set-cookie"),
            Some("s=1; Path=/; SameSite=Lax; HttpOnly")
        );
    }
}
