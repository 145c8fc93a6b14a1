//! An explanation as text for a terminal, made from the answer and nothing else.

use std::fmt::Write as _;

use serde_json::Value;

use crate::explanation::{Explanation, FindingReport, ItemReport};
use crate::part::{Confidence, Severity};

const WIDTH: usize = 96;

/// Prints an explanation. What the paste says about itself is printed without control characters, and without characters that change the
/// direction of the text.
pub fn render(explanation: &Explanation) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}", wrapped(&explanation.summary, 0));
    for item in &explanation.items {
        print_item(&mut text, item, 0);
    }
    print_findings(&mut text, &explanation.findings);
    if let Some(why) = explanation.ours.why_no_verdict.filter(|_| explanation.ours.is_ours) {
        let _ = writeln!(text, "\nWhether this server would take it: {}", lower_first(why));
    }
    if !explanation.input.alternatives.is_empty() {
        let _ = writeln!(text, "\nIt could also be");
        for other in &explanation.input.alternatives {
            let _ = writeln!(text, "  {} ({}): {}", other.name, other.format, safe(&other.because));
        }
    }
    text
}

fn print_item(text: &mut String, item: &ItemReport, indent: usize) {
    let pad = " ".repeat(indent);
    let at = if item.at.is_empty() { String::new() } else { format!("{}  ", safe(&item.at)) };
    let _ = writeln!(text, "\n{pad}{at}{} [{}]{}", item.name, item.format, sureness(item.confidence));
    let _ = writeln!(text, "{pad}  {}", shortened(&safe(&item.shown)));
    let _ = writeln!(text, "{}", wrapped(item.says, indent + 2));
    if !item.because.is_empty() {
        let _ = writeln!(text, "{}", wrapped(&format!("Because {}.", safe(&item.because.join(", and "))), indent + 2));
    }
    if let Some(decoded) = &item.decoded {
        print_decoded(text, decoded, indent + 2);
    }
    let life = &item.lifetime;
    if let Some(rule) = life.browser_rule {
        let _ = writeln!(text, "{pad}  the browser keeps it: {}", life.browser_keeps_until.as_deref().map_or(rule, |end| end));
    }
    let until = life.copy_good_until.as_deref().map(|end| format!("{end}, ")).unwrap_or_default();
    let _ = writeln!(text, "{pad}  a copy works: {until}{}", life.copy_rule);
    for who in &item.who {
        let _ = writeln!(text, "{pad}  {:<13} reads {:<8} uses {:<11} {}", who.who, who.read, who.r#use, who.because);
    }
    for inner in &item.nested {
        print_item(text, inner, indent + 4);
    }
}

fn print_decoded(text: &mut String, decoded: &Value, indent: usize) {
    const LINES: usize = 40;
    let pretty = serde_json::to_string_pretty(decoded).unwrap_or_default();
    let pad = " ".repeat(indent);
    for line in pretty.lines().take(LINES) {
        let _ = writeln!(text, "{pad}{}", shortened(&safe(line)));
    }
    if pretty.lines().count() > LINES {
        let _ = writeln!(text, "{pad}…");
    }
}

fn print_findings(text: &mut String, findings: &[FindingReport]) {
    if !findings.is_empty() {
        text.push('\n');
    }
    for finding in findings {
        let about = finding.item.as_deref().or(finding.message.as_deref()).unwrap_or("paste");
        let _ = writeln!(text, "{:<8} {} ({about})", word(finding.severity), finding.id);
        let _ = writeln!(text, "{}", wrapped(&safe(&finding.text), 9));
        if let Some(remedy) = finding.remedy {
            let _ = writeln!(text, "{}", wrapped(&format!("→ {remedy}"), 9));
        }
        if !finding.sources.is_empty() {
            let labels: Vec<&str> = finding.sources.iter().map(|source| source.label).collect();
            let _ = writeln!(text, "{}", wrapped(&labels.join("; "), 9));
        }
    }
}

const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
        Severity::Good => "good",
    }
}

const fn sureness(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Weak => ", perhaps",
        Confidence::Likely => ", probably",
        Confidence::Strong | Confidence::Certain => "",
    }
}

/// Without control characters, and without characters that change the direction of the text around them.
fn safe(text: &str) -> String {
    let is_turning =
        |char: char| matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}');
    text.chars().map(|char| if char.is_control() || is_turning(char) { '\u{fffd}' } else { char }).collect()
}

/// The beginning and the end of a long value.
fn shortened(value: &str) -> String {
    const HEAD: usize = 60;
    const TAIL: usize = 16;
    let length = value.chars().count();
    if length <= WIDTH {
        return value.to_owned();
    }
    let head: String = value.chars().take(HEAD).collect();
    let tail: String = value.chars().skip(length - TAIL).collect();
    format!("{head}…{tail} ({length} characters)")
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// Breaks between words, every line indented.
fn wrapped(text: &str, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line: the list starts with one and only grows");
        if !line.is_empty() && line.chars().count() + word.chars().count() + 1 + indent > WIDTH {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.iter().map(|line| format!("{pad}{line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_paste_moves_the_cursor_or_turns_the_text() {
        assert_eq!(safe("a\u{1b}[2Jb\u{202e}c"), "a\u{fffd}[2Jb\u{fffd}c");
        assert_eq!(shortened(&"x".repeat(200)).chars().filter(|char| *char == 'x').count(), 76);
        assert_eq!(wrapped("one two", 2), "  one two");
    }
}
