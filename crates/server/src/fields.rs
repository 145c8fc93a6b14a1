//! Reads the members of a request strictly: unknown, doubled, missing and wrong-typed ones are all named in one answer.

use std::collections::BTreeMap;
use std::fmt;

use axum::body::Bytes;
use cloakroom::{FieldError, Problem, ProblemCode};
use http::{HeaderMap, header};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::error::ApiError;

/// How many errors an answer names: a request must not earn a longer answer than it is.
const MOST_ERRORS: usize = 20;
/// How much of a name that we do not know is shown.
const LONGEST_NAME: usize = 64;

/// The members of a request, and what has been found wrong with them so far.
pub(crate) struct Fields {
    values: BTreeMap<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    /// Reads a JSON object. An empty body is an empty object where the route has no required member.
    pub(crate) fn of_json(headers: &HeaderMap, body: &Bytes) -> Result<Self, ApiError> {
        if body.is_empty() && !headers.contains_key(header::CONTENT_TYPE) {
            return Ok(Self { values: BTreeMap::new(), errors: Vec::new() });
        }
        if !is_json(headers) {
            return Err(ProblemCode::UnsupportedMediaType.into());
        }
        let members: Members = serde_json::from_slice(body).map_err(|_| ProblemCode::MalformedRequest)?;
        Ok(Self::of_pairs(members.0))
    }

    /// Reads a form.
    pub(crate) fn of_form(headers: &HeaderMap, body: &Bytes) -> Result<Self, ApiError> {
        let of_form = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|text| {
            text.split(';').next().is_some_and(|word| word.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
        });
        if !of_form {
            return Err(ProblemCode::UnsupportedMediaType.into());
        }
        let pairs = url::form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())));
        Ok(Self::of_pairs(pairs))
    }

    fn of_pairs(pairs: impl IntoIterator<Item = (String, Value)>) -> Self {
        let mut fields = Self { values: BTreeMap::new(), errors: Vec::new() };
        for (name, value) in pairs {
            if fields.values.insert(name.clone(), value).is_some() {
                fields.wrong(&name, "duplicate", "This member stands here twice.");
            }
        }
        fields
    }

    /// Notes what is wrong with a member.
    pub(crate) fn wrong(&mut self, field: &str, code: &'static str, message: &str) {
        if self.errors.len() < MOST_ERRORS {
            let field = field.chars().take(LONGEST_NAME).collect();
            self.errors.push(FieldError { field, code, message: message.to_owned() });
        }
    }

    /// A text that must be there. What stands for a missing one is never used: [`Fields::finish`] fails.
    pub(crate) fn text(&mut self, field: &str) -> String {
        if let Some(text) = self.optional_text(field) {
            return text;
        }
        if !self.errors.iter().any(|error| error.field == field) {
            self.wrong(field, "missing", "This member is needed.");
        }
        String::new()
    }

    /// All members at once, for whoever checks them alone. Fails where one stands there twice.
    pub(crate) fn into_members(mut self) -> Result<serde_json::Map<String, Value>, ApiError> {
        let members = std::mem::take(&mut self.values).into_iter().collect();
        self.result().map(|()| members)
    }

    /// Whether a member stands there, whatever it is.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.values.contains_key(field)
    }

    /// A text as it was typed, left in its place; empty when it is not there.
    pub(crate) fn peek_text(&self, field: &str) -> String {
        self.values.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// A text that may be there.
    pub(crate) fn optional_text(&mut self, field: &str) -> Option<String> {
        if let Value::String(text) = self.values.remove(field)? {
            return Some(text);
        }
        self.wrong(field, "wrong_type", "This member is a text.");
        None
    }

    /// A yes or no that may be there.
    pub(crate) fn flag(&mut self, field: &str) -> bool {
        match self.values.remove(field) {
            None => false,
            Some(Value::Bool(flag)) => flag,
            Some(_) => {
                self.wrong(field, "wrong_type", "This member is true or false.");
                false
            }
        }
    }

    /// A text that may be there, read as something. `expected` says what it should be.
    pub(crate) fn parsed<T>(&mut self, field: &str, expected: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.optional_text(field)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            self.wrong(field, "invalid_value", expected);
        }
        parsed
    }

    /// An object that may be there, to be read member by member; [`Fields::put_back`] takes what was found wrong with it.
    pub(crate) fn object(&mut self, field: &str) -> Option<Self> {
        if let Value::Object(members) = self.values.remove(field)? {
            return Some(Self::of_pairs(members));
        }
        self.wrong(field, "wrong_type", "This member is an object.");
        None
    }

    /// A list that may be there.
    pub(crate) fn list(&mut self, field: &str) -> Vec<Value> {
        match self.values.remove(field) {
            None => Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.wrong(field, "wrong_type", "This member is a list.");
                Vec::new()
            }
        }
    }

    /// Takes fields that were left empty as not there: a form sends every field it has.
    pub(crate) fn drop_empty(&mut self, fields: &[&str]) {
        self.values.retain(|name, value| !(fields.contains(&name.as_str()) && value.as_str().is_some_and(str::is_empty)));
    }

    /// Takes members that are null as not there.
    pub(crate) fn drop_null(&mut self, fields: &[&str]) {
        self.values.retain(|name, value| !(fields.contains(&name.as_str()) && value.is_null()));
    }

    /// Ends the reading of an object inside this one: whatever nobody asked for there is unknown, and is named by its path.
    pub(crate) fn put_back(&mut self, field: &str, mut inner: Self) {
        inner.name_unknown();
        for error in inner.errors {
            self.wrong(&format!("{field}.{}", error.field), error.code, &error.message);
        }
    }

    /// Ends the reading: whatever nobody asked for is unknown. Fails with all that was found wrong.
    pub(crate) fn finish(mut self) -> Result<(), ApiError> {
        self.name_unknown();
        self.result()
    }

    fn name_unknown(&mut self) {
        for name in std::mem::take(&mut self.values).into_keys() {
            self.wrong(&name, "unknown", "There is no such member here.");
        }
    }

    /// Ends the reading of a request whose unknown members are to be ignored (RFC 6749 §3.2).
    pub(crate) fn result(self) -> Result<(), ApiError> {
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(ApiError(Problem { errors: self.errors, ..Problem::new(ProblemCode::InvalidField) }))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(only), None) = (types.next(), types.next()) else { return false };
    let Ok(text) = only.to_str() else { return false };
    let mut parts = text.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|word| word.eq_ignore_ascii_case("application/json"));
    is_json
        && parts.all(|part| {
            part.is_empty() || part.eq_ignore_ascii_case("charset=utf-8") || part.eq_ignore_ascii_case("charset=\"utf-8\"")
        })
}

/// The members of an object in the order in which they stand, doubled ones too.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some((name, StrictValue(value))) = map.next_entry()? {
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}

/// A value in which no object has a member twice: which of them counts, two readers would not agree.
struct StrictValue(Value);

impl<'de> Deserialize<'de> for StrictValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(StrictValue(item)) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = serde_json::Map::new();
        while let Some((name, StrictValue(value))) = map.next_entry::<String, _>()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member stands here twice"));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn json(text: &'static str) -> Result<Fields, ApiError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=UTF-8"));
        Fields::of_json(&headers, &Bytes::from_static(text.as_bytes()))
    }

    fn found(error: ApiError) -> Vec<(String, &'static str)> {
        error.0.errors.into_iter().map(|error| (error.field, error.code)).collect()
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let mut fields = json(r#"{"email":1,"remember":"yes","x":null,"name":"a","name":"b"}"#).unwrap();
        let (email, password) = (fields.text("email"), fields.text("password"));
        let (remember, name) = (fields.flag("remember"), fields.optional_text("name"));
        assert_eq!((email, password, remember, name), (String::new(), String::new(), false, Some("b".to_owned())));
        let errors = found(fields.finish().unwrap_err());
        let expected = [
            ("name", "duplicate"),
            ("email", "wrong_type"),
            ("password", "missing"),
            ("remember", "wrong_type"),
            ("x", "unknown"),
        ];
        assert_eq!(errors, expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn an_object_inside_is_read_as_strictly() {
        let mut fields = json(r#"{"assume":{"now":1,"extra":true},"observed":{}}"#).unwrap();
        let mut assume = fields.object("assume").unwrap();
        assert_eq!((assume.optional_text("now"), fields.list("observed")), (None, Vec::new()));
        fields.put_back("assume", assume);
        let expected = [("observed", "wrong_type"), ("assume.now", "wrong_type"), ("assume.extra", "unknown")];
        assert_eq!(found(fields.finish().unwrap_err()), expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn what_is_no_object_cannot_be_read() {
        for text in [r#"{"a":{"b":1,"b":2}}"#, r#"{"a":[{"b":1,"b":2}]}"#, "", "[]", "null", "{", "{\"a\":}", "\u{feff}{}"] {
            assert!(json(text).is_err_and(|error| error.0.code == ProblemCode::MalformedRequest), "{text:?}");
        }
        let deep: &'static str = Box::leak(format!("{{\"a\":{}", "[".repeat(60_000)).into_boxed_str());
        assert!(json(deep).is_err());
    }

    #[test]
    fn a_body_without_its_type_is_not_read() {
        for content_type in
            ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", "application/jsonx"]
        {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
            let read = Fields::of_json(&headers, &Bytes::from_static(b"{}"));
            assert!(read.is_err_and(|error| error.0.code == ProblemCode::UnsupportedMediaType), "{content_type}");
        }
        assert!(Fields::of_json(&HeaderMap::new(), &Bytes::from_static(b"{}")).is_err());
        assert!(Fields::of_json(&HeaderMap::new(), &Bytes::new()).is_ok());
    }
}
