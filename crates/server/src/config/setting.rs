//! How a value is read, whatever its source: text in the environment and in flags, a TOML value in the file.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use super::file::{Entry, Value};

/// A type that a setting can have.
pub(super) trait Setting: Sized {
    /// What to write, as a noun phrase after "expected".
    const EXPECTED: &'static str;

    /// Reads the text of a variable, a flag, or a TOML string.
    fn from_text(text: &str) -> Result<Self, Unfit>;

    /// Reads a TOML value. A type that TOML has a kind for overrides this.
    fn from_value(value: &Value) -> Result<Self, Unfit> {
        match value {
            Value::Text(text) => Self::from_text(text),
            other => Err(Unfit::kind(other)),
        }
    }
}

/// A value that is not of the setting's type, with what more there is to say. The reason never repeats the value.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Unfit {
    /// Why, in words.
    pub(super) why: Option<String>,
    /// The line of the unfit element, when it is not the line of the key.
    pub(super) line: Option<usize>,
}

impl Unfit {
    /// Unfit, and what was expected says it all.
    pub(super) const PLAIN: Self = Self { why: None, line: None };

    /// Unfit for a reason.
    pub(super) fn because(why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), line: None }
    }

    /// Unfit by its TOML kind.
    pub(super) fn kind(value: &Value) -> Self {
        Self::because(format!("found {}", value.kind()))
    }
}

impl Setting for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        text.parse().map_err(|_| Unfit::PLAIN)
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        match value {
            Value::Boolean(answer) => Ok(*answer),
            other => Err(Unfit::kind(other)),
        }
    }
}

impl Setting for NonZeroU32 {
    const EXPECTED: &'static str = "a whole number from 1";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        text.parse().map_err(|_| Unfit::PLAIN)
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        match value {
            Value::Integer(number) => u32::try_from(*number).ok().and_then(Self::new).ok_or(Unfit::PLAIN),
            other => Err(Unfit::kind(other)),
        }
    }
}

impl Setting for SocketAddr {
    const EXPECTED: &'static str = "an IP address and a port, such as \"127.0.0.1:8080\"";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        text.parse().map_err(|_| Unfit::PLAIN)
    }
}

impl Setting for PathBuf {
    const EXPECTED: &'static str = "a path";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        if text.is_empty() { Err(Unfit::because("it is empty")) } else { Ok(text.into()) }
    }
}

/// In the file an array, elsewhere words with commas between.
impl<T: Setting> Setting for Vec<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn from_text(text: &str) -> Result<Self, Unfit> {
        text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(T::from_text).collect()
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        match value {
            Value::List(items) => items.iter().map(from_element).collect(),
            other => Err(Unfit::because(format!("in an array; found {}", other.kind()))),
        }
    }
}

fn from_element<T: Setting>(element: &Entry) -> Result<T, Unfit> {
    T::from_value(&element.value).map_err(|unfit| Unfit { line: Some(element.line), ..unfit })
}
