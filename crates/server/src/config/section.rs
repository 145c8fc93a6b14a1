//! A table of settings, read from every source that may fill it.
//!
//! 1. A flag goes before a variable of the environment, that before the file, that before the default.
//! 2. What no one asked for is unknown: in the file an error, in the environment a warning.
//! 3. All problems are collected, none ends the reading: whoever corrects a file wants to see them at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::error::{ConfigError, Place, Problem};
use super::file::{Entries, Entry, Value};
use super::nearest::nearest;
use super::setting::{Setting, Unfit};

/// What every variable of ours begins with.
pub(super) const PREFIX: &str = "CLOAKROOM_";

/// A value and where it was written.
#[derive(Debug)]
pub(super) struct Given<T> {
    pub(super) value: T,
    pub(super) place: Place,
}

/// A flag that was given.
#[derive(Clone, Copy, Debug)]
pub(super) struct GivenFlag<'s> {
    /// The setting that it sets.
    pub(super) setting: &'static str,
    /// The flag as it is typed.
    pub(super) flag: &'static str,
    /// What was typed after it.
    pub(super) text: &'s str,
}

/// What reading has at hand and what it has found out.
#[derive(Debug)]
pub(super) struct Sources<'s> {
    /// The file's name, for places.
    path: PathBuf,
    flags: Vec<GivenFlag<'s>>,
    /// Variables with our prefix.
    variables: BTreeMap<&'s str, &'s str>,
    /// Variables that mean something.
    known_variables: BTreeSet<String>,
    /// Settings that exist, by full name.
    known_settings: BTreeSet<String>,
    /// Keys of the file that nobody asked for, with their line and the keys beside them.
    unknown: Vec<UnknownKey>,
    problems: Vec<Problem>,
}

#[derive(Debug)]
struct UnknownKey {
    table: String,
    key: String,
    line: usize,
    beside: Vec<&'static str>,
}

impl<'s> Sources<'s> {
    /// The sources besides the file's content. `path` is the file's name, for places.
    pub(super) fn new(path: PathBuf, flags: Vec<GivenFlag<'s>>, variables: BTreeMap<&'s str, &'s str>) -> Self {
        Self {
            path,
            flags,
            variables,
            known_variables: BTreeSet::from([format!("{PREFIX}CONFIG")]),
            known_settings: BTreeSet::new(),
            unknown: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Reads everything: `read` is given the top table. Fails with all problems that were met.
    pub(super) fn read<T>(
        mut self,
        entries: Entries,
        read: impl FnOnce(&mut Section<'_, 's>) -> T,
    ) -> Result<(T, Vec<String>), ConfigError> {
        let mut top = Section::new(&mut self, String::new(), 1, entries, false);
        let value = read(&mut top);
        top.finish();
        self.report_unknown_keys();
        match ConfigError::of(std::mem::take(&mut self.problems)) {
            Some(error) => Err(error),
            None => Ok((value, self.unknown_variables())),
        }
    }

    fn report_unknown_keys(&mut self) {
        for UnknownKey { table, key, line, beside } in std::mem::take(&mut self.unknown) {
            let place = Place::Line(self.path.clone(), line);
            let text = format!("unknown key `{}`; {}", full_name(&table, &key), self.suggestion(&table, &key, &beside));
            self.problems.push(Problem { place, text });
        }
    }

    /// A slip beside its neighbours, else a key that stands in the wrong table, else all that may stand there.
    fn suggestion(&self, table: &str, key: &str, beside: &[&'static str]) -> String {
        if let Some(near) = nearest(key, beside.iter().copied()).filter(|nearest| nearest.is_near) {
            return format!("did you mean `{}`?", full_name(table, near.name));
        }
        let last_word = |name: &str| name.rsplit_once('.').map_or(name, |(_, last)| last).to_owned();
        if let Some(elsewhere) = self.known_settings.iter().find(|name| last_word(name) == key) {
            return format!("did you mean `{elsewhere}`?");
        }
        let all: Vec<_> = beside.iter().map(|key| format!("`{key}`")).collect();
        format!("known here: {}", all.join(", "))
    }

    fn unknown_variables(&self) -> Vec<String> {
        let unknown = self.variables.keys().filter(|name| !self.known_variables.contains(**name));
        unknown
            .map(|name| {
                let near = nearest(name, self.known_variables.iter().map(String::as_str));
                let nearest = near.map_or("none", |nearest| nearest.name);
                format!("environment variable {name} is not known and has no effect; the nearest known name is {nearest}")
            })
            .collect()
    }
}

fn full_name(table: &str, key: &str) -> String {
    if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") }
}

fn variable_name(setting: &str) -> String {
    format!("{PREFIX}{}", setting.replace('.', "_").to_ascii_uppercase())
}

/// One table of settings.
#[derive(Debug)]
pub(super) struct Section<'r, 's> {
    sources: &'r mut Sources<'s>,
    name: String,
    line: usize,
    entries: Entries,
    asked: Vec<&'static str>,
    /// Whether the environment cannot reach it.
    is_in_file_alone: bool,
}

/// What became of looking for a setting.
enum Found<T> {
    Nothing,
    Given(Given<T>),
    /// It was there and has been reported.
    Refused,
}

impl<'r, 's> Section<'r, 's> {
    fn new(sources: &'r mut Sources<'s>, name: String, line: usize, entries: Entries, is_in_file_alone: bool) -> Self {
        Self { sources, name, line, entries, asked: Vec::new(), is_in_file_alone }
    }

    /// Reads a setting; `None` when it is not set, or not well.
    pub(super) fn read<T: Setting>(&mut self, key: &'static str) -> Option<T> {
        self.read_at(key).map(|given| given.value)
    }

    /// Reads a setting with its place; `None` when it is not set, or not well.
    pub(super) fn read_at<T: Setting>(&mut self, key: &'static str) -> Option<Given<T>> {
        match self.find(key) {
            Found::Given(given) => Some(given),
            Found::Nothing | Found::Refused => None,
        }
    }

    /// Reads a setting that must be set; what is missing is reported.
    pub(super) fn required<T: Setting>(&mut self, key: &'static str) -> Option<Given<T>> {
        match self.find(key) {
            Found::Given(given) => Some(given),
            Found::Refused => None,
            Found::Nothing => {
                let text = format!("the key `{}` is missing: expected {}", full_name(&self.name, key), T::EXPECTED);
                self.sources.problems.push(Problem { place: self.place(), text });
                None
            }
        }
    }

    /// Reads a table within this one; it may be absent.
    pub(super) fn section<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Section<'_, 's>) -> T) -> T {
        self.asked.push(key);
        let (line, entries) = match self.entries.remove(key) {
            None => (self.line, Entries::new()),
            Some(Entry { line, value: Value::Table(entries) }) => (line, entries),
            Some(Entry { line, value }) => {
                self.refuse(&self.at(line), key, &format!("expected a table; found {}", value.kind()));
                (line, Entries::new())
            }
        };
        let name = full_name(&self.name, key);
        let mut section = Section::new(self.sources, name, line, entries, self.is_in_file_alone);
        let value = read(&mut section);
        section.finish();
        value
    }

    /// Reads an array of tables, which only the file can hold.
    pub(super) fn sections<T>(&mut self, key: &'static str, mut read: impl FnMut(&mut Section<'_, 's>) -> T) -> Vec<T> {
        self.asked.push(key);
        let items = match self.entries.remove(key) {
            None => Vec::new(),
            Some(Entry { value: Value::List(items), .. }) => items,
            Some(Entry { line, value }) => {
                self.refuse(&self.at(line), key, &format!("expected an array of tables, `[[{key}]]`; found {}", value.kind()));
                Vec::new()
            }
        };
        let mut values = Vec::with_capacity(items.len());
        for (index, Entry { line, value }) in items.into_iter().enumerate() {
            let Value::Table(entries) = value else {
                self.refuse(&self.at(line), key, &format!("expected a table; found {}", value.kind()));
                continue;
            };
            let name = format!("{}[{index}]", full_name(&self.name, key));
            let mut section = Section::new(self.sources, name, line, entries, true);
            values.push(read(&mut section));
            section.finish();
        }
        values
    }

    /// Reports a value that is well formed and still not acceptable.
    pub(super) fn refuse(&mut self, place: &Place, key: &str, why: &str) {
        let text = format!("{}: {why}", full_name(&self.name, key));
        self.sources.problems.push(Problem { place: place.clone(), text });
    }

    /// Where the table begins in the file.
    pub(super) fn place(&self) -> Place {
        self.at(self.line)
    }

    fn at(&self, line: usize) -> Place {
        Place::Line(self.sources.path.clone(), line)
    }

    fn find<T: Setting>(&mut self, key: &'static str) -> Found<T> {
        self.asked.push(key);
        let name = full_name(&self.name, key);
        let in_file = self.entries.remove(key);
        if !self.is_in_file_alone {
            self.sources.known_settings.insert(name.clone());
            let variable = variable_name(&name);
            let given = self.sources.variables.get(variable.as_str()).copied();
            self.sources.known_variables.insert(variable.clone());
            if let Some(&GivenFlag { flag, text, .. }) = self.sources.flags.iter().find(|given| given.setting == name) {
                return self.judge(key, Place::Flag(flag), T::from_text(text));
            }
            if let Some(text) = given {
                return self.judge(key, Place::Variable(variable), T::from_text(text));
            }
        }
        match in_file {
            None => Found::Nothing,
            Some(Entry { line, value }) => self.judge(key, self.at(line), T::from_value(&value)),
        }
    }

    fn judge<T: Setting>(&mut self, key: &str, place: Place, read: Result<T, Unfit>) -> Found<T> {
        let Unfit { why, line } = match read {
            Ok(value) => return Found::Given(Given { value, place }),
            Err(unfit) => unfit,
        };
        let place = line.map_or(place, |line| self.at(line));
        let why = why.map_or_else(String::new, |why| format!("; {why}"));
        self.refuse(&place, key, &format!("expected {}{why}", T::EXPECTED));
        Found::Refused
    }

    fn finish(self) {
        let Self { sources, name, entries, asked, .. } = self;
        let unknown = entries.into_iter().map(|(key, entry)| UnknownKey {
            table: name.clone(),
            key,
            line: entry.line,
            beside: asked.clone(),
        });
        sources.unknown.extend(unknown);
    }
}
