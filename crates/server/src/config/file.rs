//! The configuration file as a tree in which every value knows its line.

use std::collections::BTreeMap;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, Place};

/// What stands in a table, by key.
pub(super) type Entries = BTreeMap<String, Entry>;

/// A value and the line of its key (in an array: its own), counted from 1.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) line: usize,
    pub(super) value: Value,
}

/// A value of the kinds that settings use.
#[derive(Debug)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Boolean(bool),
    List(Vec<Entry>),
    Table(Entries),
    /// A kind that no setting takes.
    Other(&'static str),
}

impl Value {
    /// The kind in words.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Integer(_) => "an integer",
            Self::Boolean(_) => "a boolean",
            Self::List(_) => "an array",
            Self::Table(_) => "a table",
            Self::Other(kind) => kind,
        }
    }
}

/// Reads TOML. Fails with the line on text that is not TOML and on a key that stands twice.
pub(super) fn parse(path: &Path, text: &str) -> Result<Entries, ConfigError> {
    let lines = Lines(text);
    match DeTable::parse(text) {
        Ok(table) => Ok(entries(table.into_inner(), &lines)),
        Err(error) => {
            let line = error.span().map_or(1, |span| lines.at(span.start));
            Err(ConfigError::one(Place::Line(path.to_owned(), line), not_toml(text, &error)))
        }
    }
}

fn not_toml(text: &str, error: &toml::de::Error) -> String {
    // Only a key is repeated from the text: what stands at the error may be part of a secret.
    let key = error.span().filter(|_| error.message() == "duplicate key").and_then(|span| text.get(span));
    key.map_or_else(|| format!("not TOML: {}", error.message()), |key| format!("the key `{key}` stands here a second time"))
}

struct Lines<'t>(&'t str);

impl Lines<'_> {
    fn at(&self, offset: usize) -> usize {
        1 + self.0.bytes().take(offset).filter(|&byte| byte == b'\n').count()
    }
}

fn entries(table: DeTable<'_>, lines: &Lines<'_>) -> Entries {
    table
        .into_iter()
        .map(|(key, value)| {
            let line = lines.at(key.span().start);
            (key.into_inner().into_owned(), Entry { line, value: convert(value.into_inner(), lines) })
        })
        .collect()
}

fn convert(value: DeValue<'_>, lines: &Lines<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Value::Other("a number that is too large"), Value::Integer),
        DeValue::Boolean(answer) => Value::Boolean(answer),
        DeValue::Array(items) => Value::List(items.into_iter().map(|item| element(item, lines)).collect()),
        DeValue::Table(table) => Value::Table(entries(table, lines)),
        DeValue::Float(_) => Value::Other("a number with a fraction"),
        DeValue::Datetime(_) => Value::Other("a date"),
    }
}

fn element(item: Spanned<DeValue<'_>>, lines: &Lines<'_>) -> Entry {
    Entry { line: lines.at(item.span().start), value: convert(item.into_inner(), lines) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Entries {
        parse(Path::new("c.toml"), text).unwrap()
    }

    #[test]
    fn every_value_knows_its_line() {
        let mut entries = parsed("a = 1\n\n[b]\nc = [\n  'x',\n  true,\n]\n[[d]]\ne = 'y'\n");
        assert_eq!(entries["a"].line, 1);
        let Value::Table(b) = &entries["b"].value else { panic!("b is a table") };
        let Value::List(items) = &b["c"].value else { panic!("c is a list") };
        assert_eq!((b["c"].line, items[0].line, items[1].line), (4, 5, 6));
        let Some(Entry { value: Value::List(tables), .. }) = entries.remove("d") else { panic!("d is a list") };
        let Value::Table(first) = &tables[0].value else { panic!("d holds tables") };
        assert_eq!((tables[0].line, first["e"].line), (8, 9));
    }

    #[test]
    fn what_is_not_toml_is_refused_with_its_line_and_not_its_content() {
        for (text, refusal) in [
            ("a = 1\nb = hunter2\n", "c.toml:2: not TOML: "),
            ("a = 1\nb = 2\na = 3\n", "c.toml:3: the key `a` stands here a second time"),
            ("[a]\nb = 1\n[a]\nc = 1\n", "c.toml:3: the key `a` stands here a second time"),
        ] {
            let error = parse(Path::new("c.toml"), text).unwrap_err().to_string();
            assert!(error.starts_with(refusal), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
