//! Figures of a cost or a setting, as people read them.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::reading::{list_of, text_of};
use crate::texts::en::advise as en;

/// What is shown before anybody asks for more.
const FIRST: [&str; 5] = ["bytes_per_request", "cpu_per_check", "store_reads", "durable_writes", "revocation_window"];

/// One line of what an outcome costs.
#[derive(Serialize)]
pub(super) struct CostRow {
    id: String,
    name: String,
    value: String,
    runner_up: Option<String>,
    formula: String,
    inputs: Vec<Input>,
    /// Where its numbers are from, each kind once.
    from: String,
}

#[derive(Serialize)]
struct Input {
    id: String,
    value: String,
    from: &'static str,
    at: Option<String>,
}

impl CostRow {
    /// Reads one.
    pub(super) fn of(cost: &Value) -> Self {
        let unit = text_of(&cost["unit"]);
        let id = text_of(&cost["id"]).to_owned();
        let inputs: Vec<Input> = list_of(&cost["inputs"]).map(Input::of).collect();
        let mut from: Vec<&str> = inputs.iter().map(|input| input.from).collect();
        from.sort_unstable();
        from.dedup();
        Self {
            name: text_of(&cost["say"]).to_owned(),
            value: said(&id, &cost["value"], unit),
            runner_up: Some(&cost["runner_up"]).filter(|value| !value.is_null()).map(|value| said(&id, value, unit)),
            formula: text_of(&cost["formula"]).to_owned(),
            from: from.join(", "),
            inputs,
            id,
        }
    }

    /// Whether it stands among the first.
    pub(super) fn is_first(&self) -> bool {
        FIRST.contains(&self.id.as_str())
    }
}

/// A sign-out that nobody waits for holds at the next request, not after no seconds.
fn said(id: &str, value: &Value, unit: &str) -> String {
    if id == "revocation_window" && value.as_f64() == Some(0.0) {
        return en::NEXT_REQUEST.to_owned();
    }
    Amount::of(value, unit).to_string()
}

impl Input {
    fn of(input: &Value) -> Self {
        Self {
            id: text_of(&input["id"]).to_owned(),
            value: Amount::of(&input["value"], "").to_string(),
            from: en::number_from(text_of(&input["from"])),
            at: input["at"].as_str().map(|at| at.split('T').next().unwrap_or(at).to_owned()),
        }
    }
}

/// A value with its unit.
pub(super) struct Amount<'a> {
    value: &'a Value,
    unit: &'a str,
}

impl<'a> Amount<'a> {
    pub(super) fn of(value: &'a Value, unit: &'a str) -> Self {
        Self { value, unit }
    }
}

impl fmt::Display for Amount<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value {
            Value::Number(number) => write_number(f, number.as_f64().unwrap_or_default(), self.unit),
            Value::String(text) => f.write_str(text),
            Value::Bool(true) => f.write_str("yes"),
            Value::Bool(false) => f.write_str("no"),
            Value::Array(items) => f.write_str(&items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")),
            Value::Null | Value::Object(_) => f.write_str("–"),
        }
    }
}

const SPANS: [(&str, f64); 4] = [("d", 86_400.0), ("h", 3_600.0), ("min", 60.0), ("s", 1.0)];

fn write_number(f: &mut fmt::Formatter<'_>, number: f64, unit: &str) -> fmt::Result {
    let (number, unit) = match unit {
        "s" if number >= 60.0 => SPANS
            .into_iter()
            .find(|(_, length)| number >= *length && number % length == 0.0)
            .map_or((number, "s"), |(name, length)| (number / length, name)),
        "B" if number >= 10_000_000.0 => (number / 1_000_000.0, "MB"),
        "bit/s" if number >= 1_000_000.0 => (number / 1_000_000.0, "Mbit/s"),
        "bit/s" if number >= 1_000.0 => (number / 1_000.0, "kbit/s"),
        _ => (number, unit),
    };
    f.write_str(&grouped(number))?;
    if unit.is_empty() { Ok(()) } else { write!(f, "\u{a0}{unit}") }
}

/// Three digits that mean something, thousands in groups.
fn grouped(number: f64) -> String {
    let places = if number == 0.0 || number.fract() == 0.0 || number.abs() >= 100.0 {
        0
    } else if number.abs() >= 10.0 {
        1
    } else if number.abs() >= 0.1 {
        2
    } else {
        4
    };
    let text = format!("{number:.places$}");
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), ""), |(whole, rest)| (whole, rest));
    let rest = rest.trim_end_matches('0');
    let mut shown = String::new();
    for (index, digit) in whole.chars().enumerate() {
        let left = whole.len() - index;
        if index > 0 && left.is_multiple_of(3) && digit.is_ascii_digit() && !shown.ends_with('-') {
            shown.push(',');
        }
        shown.push(digit);
    }
    if rest.is_empty() { shown } else { format!("{shown}.{rest}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_short_and_keep_their_meaning() {
        for (value, unit, shown) in [
            (json!(98), "B", "98\u{a0}B"),
            (json!(8.42), "1/s", "8.42\u{a0}1/s"),
            (json!(33_333.3), "1/s", "33,333\u{a0}1/s"),
            (json!(604_800), "s", "7\u{a0}d"),
            (json!(90), "s", "90\u{a0}s"),
            (json!(300), "s", "5\u{a0}min"),
            (json!(0.0014), "", "0.0014"),
            (json!(29.74), "µs", "29.7\u{a0}µs"),
            (json!(356_000_000), "B", "356\u{a0}MB"),
            (json!(448_000), "bit/s", "448\u{a0}kbit/s"),
            (json!(1_000_000), "", "1,000,000"),
            (json!(-1234), "", "-1,234"),
            (json!(true), "", "yes"),
            (json!(null), "s", "–"),
            (json!("next request"), "", "next request"),
        ] {
            assert_eq!(Amount::of(&value, unit).to_string(), shown);
        }
    }
}
