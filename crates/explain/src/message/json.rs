//! JSON as pasted: bounded in depth, walked for strings.

use serde_json::Value;

use crate::limits;

/// A string somewhere inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leaf<'v> {
    /// Member names and positions from the outside in, joined by dots.
    pub(crate) path: String,
    /// The nearest member name.
    pub(crate) name: &'v str,
    /// The string.
    pub(crate) text: &'v str,
}

/// Reads `text` as JSON, unless it nests deeper than the limit.
pub(crate) fn parse_json(text: &str) -> Option<Value> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) || depth(text) > limits::JSON_DEPTH {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// How deep brackets nest outside of strings.
pub(super) fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The strings inside `value`, at most `most`.
pub(crate) fn leaves(value: &Value, most: usize) -> Vec<Leaf<'_>> {
    let mut found = Vec::new();
    walk(value, "", "", most, &mut found);
    found
}

fn walk<'v>(value: &'v Value, path: &str, name: &'v str, most: usize, found: &mut Vec<Leaf<'v>>) {
    if found.len() >= most {
        return;
    }
    let below = |step: &str| if path.is_empty() { step.to_owned() } else { format!("{path}.{step}") };
    match value {
        Value::String(text) => found.push(Leaf { path: path.to_owned(), name, text }),
        Value::Array(members) => {
            for (index, member) in members.iter().enumerate() {
                walk(member, &below(&index.to_string()), name, most, found);
            }
        }
        Value::Object(members) => {
            for (member, inner) in members {
                walk(inner, &below(member), member, most, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_found_with_their_path() {
        let value = parse_json(r#"{"a": {"b": ["x", 1, "y"]}, "c": "z"}"#).unwrap();
        let found: Vec<_> = leaves(&value, 10).into_iter().map(|leaf| (leaf.path, leaf.name, leaf.text)).collect();
        assert_eq!(found, [("a.b.0".into(), "b", "x"), ("a.b.2".into(), "b", "y"), ("c".into(), "c", "z")]);
        assert_eq!(leaves(&value, 1).len(), 1);
    }

    #[test]
    fn json_that_nests_too_deep_is_not_read() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse_json(&nested(limits::JSON_DEPTH)).is_some());
        assert!(parse_json(&nested(limits::JSON_DEPTH + 1)).is_none());
        assert_eq!(depth(r#"{"[[[": "\"[["}"#), 1);
    }
}
