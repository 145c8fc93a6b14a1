//! Asks the adviser's questions, one line each.
//!
//! 1. The express path is asked; everything else only of who wants it. An empty line is the answer that is assumed.
//! 2. An answer is the number of an option or its word. What is neither is asked again.
//! 3. Questions go to standard error: what is printed is the answer alone.

use std::io;

use cloakroom_advise::{Choice, Question, questions};
use serde_json::{Map, Value};

use super::terminal::Terminal;

/// Asks everything, and gives the answers object.
pub(super) fn ask(terminal: &mut Terminal<'_>) -> io::Result<Value> {
    let mut answers = Map::new();
    let apps = ask_apps(terminal)?;
    let has_browser_app = apps.iter().any(|app| app["kind"] == "pages" || app["kind"] == "spa");
    let must_be_placed = apps.iter().any(|app| app["kind"] == "spa");
    answers.insert("apps".to_owned(), Value::Array(apps));
    let asked = |question: &&&Question| match question.id {
        "apps" => false,
        "place" | "embedded" => has_browser_app,
        _ => true,
    };
    for question in questions().iter().filter(|question| question.express).collect::<Vec<_>>().iter().filter(asked) {
        ask_one(terminal, question, question.id == "place" && must_be_placed, &mut answers)?;
    }
    if is_yes(terminal.ask("\nMore questions, for a closer answer? What you skip is assumed. [y/N] ")?) {
        for question in questions().iter().filter(|question| !question.express).collect::<Vec<_>>().iter().filter(asked) {
            ask_one(terminal, question, false, &mut answers)?;
        }
    }
    Ok(Value::Object(answers))
}

fn is_yes(line: Option<String>) -> bool {
    line.is_some_and(|line| line.to_lowercase().starts_with('y'))
}

fn ask_apps(terminal: &mut Terminal<'_>) -> io::Result<Vec<Value>> {
    let question = questions().iter().find(|question| question.id == "apps").expect("the first question is about apps");
    let chosen = choose(terminal, question, "Numbers, with spaces between: ", true, true)?;
    let mut apps = Vec::new();
    for kind in chosen {
        let mut app = Map::new();
        app.insert("kind".to_owned(), kind.id.into());
        terminal.remark(&format!("\n{}: what is true of it?", kind.text))?;
        for (number, tick) in question.ticks.iter().enumerate() {
            terminal.remark(&format!("  {}  {}", number + 1, tick.text))?;
        }
        let line = terminal.ask("Numbers, or an empty line for none: ")?.unwrap_or_default();
        for tick in line.split_whitespace().filter_map(|word| question.ticks.get(word.parse::<usize>().ok()?.checked_sub(1)?)) {
            app.insert(tick.id.to_owned(), true.into());
        }
        apps.push(Value::Object(app));
    }
    Ok(apps)
}

fn ask_one(
    terminal: &mut Terminal<'_>,
    question: &Question,
    is_needed: bool,
    answers: &mut Map<String, Value>,
) -> io::Result<()> {
    let prompt = match (is_needed, question.several) {
        (true, _) => "Its number: ".to_owned(),
        (false, false) => format!("Its number, or an empty line for “{}”: ", default_of(question)),
        (false, true) => format!("Numbers, or an empty line for “{}”: ", default_of(question)),
    };
    let chosen = choose(terminal, question, &prompt, question.several, is_needed)?;
    let words: Vec<Value> = chosen.iter().map(|choice| choice.id.into()).collect();
    match words.first() {
        None => {}
        Some(_) if question.several => {
            answers.insert(question.id.to_owned(), Value::Array(words));
        }
        Some(word) => {
            answers.insert(question.id.to_owned(), word.clone());
        }
    }
    for tick in question.ticks.iter().filter(|tick| !tick.options.is_empty()) {
        let of_tick = Question { ask: tick.text, options: tick.options, ticks: &[], ..*question };
        if let Some(choice) = choose(terminal, &of_tick, "Its number, or an empty line: ", false, false)?.first() {
            answers.insert(tick.id.to_owned(), choice.id.into());
        }
    }
    Ok(())
}

fn default_of(question: &Question) -> String {
    let defaults = question.options.iter().filter(|choice| question.default.contains(&choice.id));
    defaults.map(|choice| choice.text).collect::<Vec<_>>().join(", ")
}

/// Asks until the line can be read. Fails at the end of the input where an answer is needed.
fn choose(
    terminal: &mut Terminal<'_>,
    question: &Question,
    prompt: &str,
    several: bool,
    is_needed: bool,
) -> io::Result<Vec<&'static Choice>> {
    terminal.remark(&format!("\n{}\n{}", question.ask, question.why))?;
    for (number, choice) in question.options.iter().enumerate() {
        let rules_out =
            if choice.rules_out.is_empty() { String::new() } else { format!("\n     Rules out: {}", choice.rules_out) };
        terminal.remark(&format!("  {}  {}{rules_out}", number + 1, choice.text))?;
    }
    loop {
        let Some(line) = terminal.ask(prompt)? else {
            if is_needed {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the questions were not answered"));
            }
            return Ok(Vec::new());
        };
        let read: Option<Vec<_>> =
            line.split([' ', ',']).filter(|word| !word.is_empty()).map(|word| option(question, word)).collect();
        match read {
            Some(chosen) if chosen.len() > 1 && !several => terminal.remark("One number, please.")?,
            Some(chosen) if !chosen.is_empty() || !is_needed => return Ok(chosen),
            _ => terminal.remark(&format!("A number from 1 to {}, please.", question.options.len()))?,
        }
    }
}

fn option(question: &Question, word: &str) -> Option<&'static Choice> {
    let by_number = word.parse::<usize>().ok().and_then(|number| question.options.get(number.checked_sub(1)?));
    by_number.or_else(|| question.options.iter().find(|choice| choice.id == word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answered(input: &str) -> io::Result<Value> {
        let (mut input, mut output, mut errors) = (input.as_bytes(), Vec::new(), Vec::new());
        let answers = ask(&mut Terminal::new(&mut input, &mut output, &mut errors));
        assert!(output.is_empty(), "questions are no result");
        answers
    }

    #[test]
    fn three_questions_are_enough() {
        let expected = json!({
            "apps": [{ "kind": "spa", "live": true }, { "kind": "mobile" }],
            "place": "same_site",
            "revocation": "next_request",
        });
        assert_eq!(answered("2 3\n4\n\n2\n1\n\n").unwrap(), expected);
    }

    #[test]
    fn what_cannot_be_read_is_asked_again_and_an_empty_line_is_assumed() {
        assert_eq!(
            answered("9\n\nmobile\n1 2\n\nn\n").unwrap(),
            json!({ "apps": [{ "kind": "mobile", "third_party": true, "admin": true }] })
        );
        assert!(answered("").is_err());
        assert!(answered("2\n\n").is_err(), "the place of a single-page app must be said");
    }

    #[test]
    fn whoever_wants_is_asked_more() {
        let answers = answered("1\n\n\n\ny\n1\n2\n3\n1\n\n2\n\n2 3\n\n1\n").unwrap();
        assert_eq!(answers["proxy"], "can_ask");
        assert_eq!((&answers["apis"], &answers["stack"]), (&json!("several_teams"), &json!("rust")));
        assert_eq!(answers["load"], "small");
    }
}
