//! A `fetch("…", {…})` call, as browsers copy it or as people write it. Cookies are not in it.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::CharIndices;

use serde_json::Value;

use super::address::Address;
use super::exchange::{Exchange, Extent, Request, Version};
use super::headers::Headers;
use super::json::parse_json;

/// Reads a call; `None` when it is none.
pub(crate) fn fetch_snippet(text: &str) -> Option<Exchange<'static>> {
    let call =
        ["await ", "return ", "window."].iter().fold(text.trim_start(), |text, word| text.strip_prefix(word).unwrap_or(text));
    let arguments = call.strip_prefix("fetch(")?;
    let json = as_json(arguments)?;
    let arguments = parse_json(&json)?;
    let url = arguments.get(0)?.as_str()?;
    let options = arguments.get(1).unwrap_or(&Value::Null);
    let mut headers = Headers::default();
    let given = &options["headers"];
    for (name, value) in given.as_object().or_else(|| given.get(0)?.as_object()).into_iter().flatten() {
        headers.push(name.clone(), value.as_str().unwrap_or_default().to_owned());
    }
    if let Some(referrer) = options["referrer"].as_str().filter(|_| !headers.has("referer")) {
        headers.push("referer", referrer.to_owned());
    }
    let address = Address::split(url);
    let request = Request {
        method: Some(Cow::Owned(options["method"].as_str().unwrap_or("GET").to_ascii_uppercase())),
        target: Some(Cow::Owned(url.to_owned())),
        version: Version::Other,
        headers,
        body: body_of(&options["body"]).map(Cow::Owned),
        extent: Extent::Whole,
    };
    Some(Exchange { scheme: address.scheme, host: address.host_lower(), ..Exchange::asking(request) })
}

/// A string, or what is handed to `JSON.stringify`.
fn body_of(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.get(0).map(Value::to_string))
}

/// The arguments of a call as a JSON array: bare names and single quotes become strings, trailing commas and comments go.
fn as_json(arguments: &str) -> Option<String> {
    let mut out = String::from("[");
    let mut open = vec![')'];
    let mut chars = arguments.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' | '\'' | '`' => copy_string(char, &mut chars, &mut out)?,
            '{' | '[' | '(' => {
                open.push(closing(char));
                out.push(if char == '(' { '[' } else { char });
            }
            '}' | ']' | ')' => {
                if open.pop() != Some(char) {
                    return None;
                }
                drop_trailing_comma(&mut out);
                out.push(if char == ')' { ']' } else { char });
                if open.is_empty() {
                    return Some(out);
                }
            }
            '/' if arguments[at..].starts_with("//") => while chars.next_if(|(_, char)| *char != '\n').is_some() {},
            _ if char.is_ascii_alphanumeric() || matches!(char, '_' | '$' | '-' | '.') => {
                copy_word(arguments, at, &mut chars, &mut out);
            }
            _ => out.push(char),
        }
    }
    None
}

const fn closing(open: char) -> char {
    match open {
        '{' => '}',
        '[' => ']',
        _ => ')',
    }
}

fn drop_trailing_comma(out: &mut String) {
    let kept = out.trim_end().len();
    if out[..kept].ends_with(',') {
        out.truncate(kept - 1);
    }
}

/// A string of JavaScript, written as one of JSON.
fn copy_string(quote: char, chars: &mut Peekable<CharIndices<'_>>, out: &mut String) -> Option<()> {
    out.push('"');
    while let Some((_, char)) = chars.next() {
        match char {
            _ if char == quote => {
                out.push('"');
                return Some(());
            }
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\\' => match chars.next()?.1 {
                '\'' => out.push('\''),
                '`' => out.push('`'),
                '\n' => {}
                escaped => out.extend(['\\', escaped]),
            },
            // Control characters stand escaped in JSON; writing to a String cannot fail.
            _ if char.is_control() => drop(write!(out, "\\u{:04x}", u32::from(char))),
            _ => out.push(char),
        }
    }
    None
}

/// A bare word: numbers and `true`, `false`, `null` stay, every other becomes a string.
fn copy_word(text: &str, start: usize, chars: &mut Peekable<CharIndices<'_>>, out: &mut String) {
    let mut end = start + 1;
    while let Some((at, _)) = chars.next_if(|(_, char)| char.is_ascii_alphanumeric() || matches!(char, '_' | '$' | '-' | '.')) {
        end = at + 1;
    }
    let word = &text[start..end];
    // Of a call, such as `JSON.stringify(…)`, what is handed in is kept.
    if word == "new" || text[end..].starts_with('(') {
        return;
    }
    if matches!(word, "true" | "false" | "null") || word.parse::<u32>().is_ok_and(|number| number.to_string() == word) {
        out.push_str(word);
    } else {
        out.extend(["\"", word, "\""]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_becomes_the_request_it_sends() {
        for text in [
            r#"fetch("https://e.test/x", { "headers": { "authorization": "Bearer t" }, "body": "{\"a\":1}", "method": "POST" });"#,
            "await fetch('https://e.test/x', {\n  method: 'post', // send\n  headers: { authorization: 'Bearer t', },\n  body: '{\"a\":1}',\n})",
            "fetch('https://e.test/x', {method: 'POST', headers: {Authorization: 'Bearer t', 'x-odd': 'a\u{7}b'}})",
            "fetch(`https://e.test/x`, {headers: {'authorization': `Bearer t`}, body: JSON.stringify({a: 1}), method: \"POST\"}).then(r => r.json())",
        ] {
            let exchange = fetch_snippet(text).unwrap();
            let request = exchange.request.unwrap();
            assert_eq!(
                (request.method.as_deref(), request.headers.first("authorization")),
                (Some("POST"), Some("Bearer t")),
                "{text}"
            );
            assert_eq!(exchange.host.as_deref(), Some("e.test"));
        }
        let call = "fetch('https://e.test/x', {headers: new Headers({'x-a': '1'}), body: JSON.stringify({a: 'b'})})";
        let request = fetch_snippet(call).unwrap().request.unwrap();
        assert_eq!((request.body.as_deref(), request.headers.first("x-a")), (Some(r#"{"a":"b"}"#), Some("1")));
    }

    #[test]
    fn what_is_no_call_is_not_read() {
        for text in ["fetch", "fetch(", "fetch(\"x", "prefetch(\"x\")", "fetch({]})", "fetch(url)x"] {
            assert!(fetch_snippet(text).is_none_or(|exchange| exchange.host.is_none()), "{text}");
        }
    }
}
