//! What somebody asks: a text, and what they know beside it.
//!
//! 1. The members are those of `POST /api/v1/explain`; the page's form has the same, without `assume` around three of them.
//! 2. A member that cannot be read is named; nothing of the text is ever put into an error.

use axum::body::Bytes;
use cloakroom::{Origin, Timestamp};
use cloakroom_explain::Paste;
use http::HeaderMap;
use serde_json::Value;

use crate::error::ApiError;
use crate::fields::Fields;

/// Something that the page saw before it blanked.
pub(crate) struct Observation {
    /// The address of the value.
    at: String,
    fact: String,
    value: Value,
}

/// How many facts of the browser are read: a few for each value that is explained.
const MOST_OBSERVED: usize = 2_000;
/// The longest name of a format, an address or a fact.
const LONGEST_WORD: usize = 300;

/// A text, and what is known beside it.
pub(crate) struct Question {
    pub(crate) text: String,
    pub(crate) origin: Option<String>,
    pub(crate) now: Option<Timestamp>,
    pub(crate) read_as: Option<String>,
    pub(crate) observed: Vec<Observation>,
}

impl Question {
    /// A text alone.
    pub(crate) fn of(text: String) -> Self {
        Self { text, origin: None, now: None, read_as: None, observed: Vec::new() }
    }

    /// Reads the body of an API request.
    pub(crate) fn of_json(headers: &HeaderMap, body: &Bytes) -> Result<Self, ApiError> {
        let mut fields = Fields::of_json(headers, body)?;
        let mut question = Self::of(fields.text("text"));
        if let Some(mut assume) = fields.object("assume") {
            assume.drop_null(&["origin", "now", "read_as"]);
            question.assume(&mut assume);
            fields.put_back("assume", assume);
        }
        let listed = fields.list("observed");
        question.observed = observations(&listed).unwrap_or_else(|| {
            fields.wrong("observed", "invalid_value", "A list of objects with `at`, `fact` and `value`.");
            Vec::new()
        });
        // There is one language so far; whoever asks for another is answered in this one.
        fields.optional_text("lang");
        fields.finish()?;
        Ok(question)
    }

    /// Reads the page's form.
    pub(crate) fn of_form(headers: &HeaderMap, body: &Bytes) -> Result<Self, ApiError> {
        let mut fields = Fields::of_form(headers, body)?;
        // Browsers send line ends as CR LF, whatever was pasted.
        let mut question = Self::of(fields.text("text").replace("\r\n", "\n"));
        fields.drop_empty(&["origin", "now", "read_as", "observed"]);
        question.assume(&mut fields);
        let listed = fields.optional_text("observed").map(|text| serde_json::from_str::<Vec<Value>>(&text));
        question.observed = match listed {
            None => Vec::new(),
            Some(listed) => listed.ok().and_then(|list| observations(&list)).unwrap_or_default(),
        };
        fields.finish()?;
        Ok(question)
    }

    fn assume(&mut self, fields: &mut Fields) {
        self.origin = fields.parsed("origin", "An origin such as https://app.example.com.", |text| {
            text.trim().trim_end_matches('/').parse::<Origin>().ok().map(|origin| origin.as_str().to_owned())
        });
        self.now = fields.parsed("now", "A moment such as 2026-11-24T12:00:00Z.", moment);
        self.read_as = fields.parsed("read_as", "The name of a format, such as jwt.access.", |text| {
            (text.len() <= LONGEST_WORD).then(|| text.to_owned())
        });
    }

    /// What the explainer is given.
    pub(crate) fn into_paste(self, now: Timestamp) -> Paste {
        let mut paste = Paste::new(self.text, self.now.unwrap_or(now));
        if let Some(origin) = self.origin {
            paste = paste.from_origin(origin);
        }
        if let Some(format) = self.read_as {
            paste = paste.read_as(format);
        }
        self.observed.iter().fold(paste, |paste, one| paste.observed(&one.at, &one.fact, &one.value))
    }
}

/// Reads a moment in RFC 3339, at or after 1970.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    let moment: jiff::Timestamp = text.trim().parse().ok()?;
    u64::try_from(moment.as_millisecond()).ok().map(Timestamp::from_millis)
}

/// Facts that a browser saw before it blanked; `None` when the list is not one of facts.
fn observations(list: &[Value]) -> Option<Vec<Observation>> {
    let word = |value: &Value| value.as_str().filter(|text| text.len() <= LONGEST_WORD).map(str::to_owned);
    list.iter()
        .take(MOST_OBSERVED)
        .map(|one| {
            let one = one.as_object().filter(|one| one.len() == 3)?;
            Some(Observation { at: word(one.get("at")?)?, fact: word(one.get("fact")?)?, value: one.get("value")?.clone() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header};

    use super::*;

    fn read(body: &'static str) -> Result<Question, Vec<String>> {
        let kind = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(kind))]);
        let bytes = Bytes::from_static(body.as_bytes());
        let read = if body.starts_with('{') { Question::of_json(&headers, &bytes) } else { Question::of_form(&headers, &bytes) };
        read.map_err(|error| error.0.errors.into_iter().map(|error| format!("{} {}", error.field, error.code)).collect())
    }

    #[test]
    fn a_question_is_a_text_and_what_is_known_beside_it() {
        let whole = read(
            r#"{"text":"x","assume":{"origin":"https://app.example.com/","now":"2026-11-24T12:00:00Z","read_as":null},
                "observed":[{"at":"","fact":"estimated_bits","value":190}],"lang":"en"}"#,
        )
        .unwrap();
        assert_eq!((whole.text.as_str(), whole.origin.as_deref()), ("x", Some("https://app.example.com")));
        assert_eq!((whole.now, whole.read_as), (Some(Timestamp::from_seconds(1_795_521_600)), None));
        assert_eq!((whole.observed.len(), whole.observed[0].fact.as_str()), (1, "estimated_bits"));
        let form = read("text=a%0D%0Ab&origin=&now=&read_as=jwt&observed=%5B%5D").unwrap();
        assert_eq!((form.text.as_str(), form.origin, form.read_as.as_deref()), ("a\nb", None, Some("jwt")));
    }

    #[test]
    fn what_is_not_a_question_is_named_and_never_repeated() {
        for (body, expected) in [
            ("{}", "text missing"),
            (r#"{"text":1}"#, "text wrong_type"),
            (r#"{"text":"a","secret":1}"#, "secret unknown"),
            (r#"{"text":"a","assume":[]}"#, "assume wrong_type"),
            (r#"{"text":"a","assume":{"origin":"app.example.com"}}"#, "assume.origin invalid_value"),
            (r#"{"text":"a","assume":{"now":"yesterday"}}"#, "assume.now invalid_value"),
            (r#"{"text":"a","assume":{"user":"ada"}}"#, "assume.user unknown"),
            (r#"{"text":"a","observed":[1]}"#, "observed invalid_value"),
            (r#"{"text":"a","observed":[{"at":"","fact":"f","value":1,"more":2}]}"#, "observed invalid_value"),
            ("origin=x", "text missing"),
            ("text=a&more=b", "more unknown"),
        ] {
            assert_eq!(read(body).err().unwrap().join(" "), expected, "{body}");
        }
    }
}
