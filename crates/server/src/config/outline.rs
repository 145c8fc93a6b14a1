//! A configuration file as it stands, key by key, right or wrong: for whoever looks at it without starting a server with it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::error::ConfigError;
use super::file::{self, Entries, Value};
use super::setting::Setting;

/// Every key of a file with its line, such as `clients[1].lifetimes.access`.
#[derive(Debug, Default)]
pub(crate) struct Outline(BTreeMap<String, Spot>);

#[derive(Debug)]
struct Spot {
    line: usize,
    value: Plain,
}

#[derive(Debug)]
enum Plain {
    Text(String),
    Flag(bool),
    Number(i64),
    List(Vec<String>),
    /// A table, a list of tables, or a kind that no setting takes.
    Other,
}

impl Outline {
    /// Reads TOML. Fails on text that is none.
    pub(crate) fn of(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let mut outline = Self::default();
        outline.add("", file::parse(path, text)?);
        Ok(outline)
    }

    fn add(&mut self, prefix: &str, entries: Entries) {
        for (key, entry) in entries {
            let name = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
            self.put(name, entry.line, entry.value);
        }
    }

    fn put(&mut self, name: String, line: usize, value: Value) {
        let value = match value {
            Value::Text(text) => Plain::Text(text),
            Value::Boolean(flag) => Plain::Flag(flag),
            Value::Integer(number) => Plain::Number(number),
            Value::List(items) => {
                let mut words = Vec::new();
                for (index, item) in items.into_iter().enumerate() {
                    match item.value {
                        Value::Text(word) => words.push(word),
                        other => self.put(format!("{name}[{index}]"), item.line, other),
                    }
                }
                Plain::List(words)
            }
            Value::Table(entries) => {
                self.add(&name, entries);
                Plain::Other
            }
            Value::Other(_) => Plain::Other,
        };
        self.0.insert(name, Spot { line, value });
    }

    /// Each key and its line.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (&str, usize)> {
        self.0.iter().map(|(name, spot)| (name.as_str(), spot.line))
    }

    /// How many tables a list of tables has.
    pub(crate) fn count(&self, name: &str) -> usize {
        // A table stands under its own name, so there are no more of them than names.
        (0..self.0.len()).take_while(|index| self.0.contains_key(&format!("{name}[{index}]"))).count()
    }

    /// A text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        if let Plain::Text(text) = &self.0.get(name)?.value { Some(text) } else { None }
    }

    /// A yes or no.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        if let Plain::Flag(flag) = self.0.get(name)?.value { Some(flag) } else { None }
    }

    /// A whole number.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        if let Plain::Number(number) = self.0.get(name)?.value { Some(number) } else { None }
    }

    /// A list of texts.
    pub(crate) fn list(&self, name: &str) -> Option<&[String]> {
        if let Plain::List(words) = &self.0.get(name)?.value { Some(words) } else { None }
    }

    /// A duration, in seconds.
    pub(crate) fn seconds(&self, name: &str) -> Option<u64> {
        Duration::from_text(self.text(name)?).ok().map(|duration| duration.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_with_its_line_and_its_value() {
        let text = "origin = 'https://a.example'\n[[clients]]\nid = 'a'\ncells = ['jwt']\n\n[[clients]]\nid = 'b'\nlifetimes = { access = '5m' }\n";
        let outline = Outline::of(Path::new("c.toml"), text).unwrap();
        let lines: BTreeMap<_, _> = outline.lines().collect();
        assert_eq!((lines["origin"], lines["clients[0].cells"], lines["clients[1].lifetimes.access"]), (1, 4, 8));
        assert_eq!((outline.count("clients"), outline.text("clients[1].id")), (2, Some("b")));
        assert_eq!(outline.list("clients[0].cells").unwrap(), ["jwt"]);
        assert_eq!(outline.seconds("clients[1].lifetimes.access"), Some(300));
        assert!(outline.flag("origin").is_none() && outline.number("origin").is_none());
        assert!(Outline::of(Path::new("c.toml"), "a = ").is_err());
    }
}
