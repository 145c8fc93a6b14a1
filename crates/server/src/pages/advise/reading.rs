//! Reads the adviser's answer: what is not there is empty.

use serde_json::Value;

/// The items of a list.
pub(super) fn list_of(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A text.
pub(super) fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The texts of a list.
pub(super) fn words_of(value: &Value) -> Vec<String> {
    list_of(value).filter_map(Value::as_str).map(str::to_owned).collect()
}
