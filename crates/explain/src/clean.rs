//! What a paste is before anything is recognised in it: cut to size, and freed of what copying added.
//!
//! 1. What lies beyond the limit is left away.
//! 2. A byte order mark, zero-width and bidirectional characters go; other spaces than the plain one become plain.
//! 3. Typographic quotes become plain ones; terminal colours go; line ends become `\n`.
//! 4. Other control characters stay: inside a `Set-Cookie` line they decide whether a browser stores it.
//! 5. A code fence around everything goes, and a shell prompt in front.
//!
//! Every change is remembered as a [`Repair`]. Positions in the cleaned text lead back to positions in the paste.

use std::ops::Range;

use crate::limits;

/// Something that was changed before reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Repair {
    /// Bytes that are no UTF-8 were replaced.
    NotUtf8,
    /// The end was left away.
    Cut,
    /// A byte order mark in front.
    ByteOrderMark,
    /// Characters that cannot be seen, or that look like a space.
    Lookalike,
    /// Typographic quotes.
    SmartQuotes,
    /// Terminal escape sequences.
    TerminalEscapes,
    /// `\r\n` and `\r`.
    LineEnds,
    /// A code fence around everything.
    CodeFence,
    /// `$ ` in front.
    Prompt,
    /// Quotes or backticks around it, a comma or a semicolon behind.
    Quotes,
    /// `export NAME=`, `"name": `, `Bearer ` in front.
    Prefix,
    /// White space inside a token.
    WhiteSpace,
    /// Percent-encoding.
    Percent,
}

impl Repair {
    /// The stable word of the answer.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::NotUtf8 => "not_utf8",
            Self::Cut => "cut",
            Self::ByteOrderMark => "byte_order_mark",
            Self::Lookalike => "lookalike",
            Self::SmartQuotes => "smart_quotes",
            Self::TerminalEscapes => "terminal_escapes",
            Self::LineEnds => "line_ends",
            Self::CodeFence => "code_fence",
            Self::Prompt => "prompt",
            Self::Quotes => "quotes",
            Self::Prefix => "prefix",
            Self::WhiteSpace => "white_space",
            Self::Percent => "percent",
        }
    }
}

/// A paste, ready to be read.
#[derive(Debug)]
pub(crate) struct Cleaned {
    text: String,
    /// For each byte of `text`, and one past its end, the byte of the paste it came from; absent when nothing moved.
    origins: Option<Vec<usize>>,
    body: Range<usize>,
    /// What was changed, in the order of [`Repair`].
    pub(crate) repairs: Vec<Repair>,
    /// Where the paste was cut.
    pub(crate) cut_at: Option<usize>,
    /// Whether control characters other than TAB, CR and LF stand in it.
    pub(crate) has_control: bool,
}

impl Cleaned {
    /// Cleans `paste`.
    pub(crate) fn of(paste: &str) -> Self {
        let end = floor_char_boundary(paste, limits::TEXT);
        let cut_at = (end < paste.len()).then_some(end);
        let mut scan = Scan::new(&paste[..end]);
        scan.run();
        let Scan { text, origins, moved, mut repairs, has_control, .. } = scan;
        if cut_at.is_some() {
            repairs.push(Repair::Cut);
        }
        let body = unwrap_fence(&text, &mut repairs);
        let body = strip_prompt(&text, body, &mut repairs);
        repairs.sort_unstable();
        repairs.dedup();
        Self { text, origins: moved.then_some(origins), body, repairs, cut_at, has_control }
    }

    /// The text to read: without fence and prompt, white space around it left away.
    pub(crate) fn text(&self) -> &str {
        &self.text[self.body.clone()]
    }

    /// Where in the paste `piece` stands, when it is a piece of [`Cleaned::text`] and not a copy.
    pub(crate) fn span(&self, piece: &str) -> Option<Range<usize>> {
        let start = piece.as_ptr().addr().checked_sub(self.text.as_ptr().addr())?;
        let end = start.checked_add(piece.len()).filter(|end| *end <= self.text.len())?;
        Some(match &self.origins {
            Some(origins) => origins[start]..origins[end],
            None => start..end,
        })
    }
}

/// The greatest char boundary of `text` that is not beyond `at`.
pub(crate) fn floor_char_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}

struct Scan<'p> {
    paste: &'p str,
    text: String,
    origins: Vec<usize>,
    moved: bool,
    repairs: Vec<Repair>,
    has_control: bool,
}

impl<'p> Scan<'p> {
    fn new(paste: &'p str) -> Self {
        let text = String::with_capacity(paste.len());
        Self { paste, text, origins: Vec::with_capacity(paste.len() + 1), moved: false, repairs: Vec::new(), has_control: false }
    }

    fn run(&mut self) {
        let mut at = 0;
        while let Some(char) = self.paste[at..].chars().next() {
            at += self.step(at, char);
        }
        self.origins.push(self.paste.len());
    }

    /// Takes what stands at `at`; returns how many bytes of the paste that was.
    fn step(&mut self, at: usize, char: char) -> usize {
        let width = char.len_utf8();
        match char {
            '\u{feff}' if at == 0 => self.drop_it(Repair::ByteOrderMark),
            '\r' => {
                let rest = &self.paste[at + 1..];
                self.replace(at, '\n', Repair::LineEnds);
                return if rest.starts_with('\n') { 2 } else { 1 };
            }
            '\u{1b}' => match escape_sequence(&self.paste[at..]) {
                Some(length) => {
                    self.has_control = true;
                    self.drop_it(Repair::TerminalEscapes);
                    return length;
                }
                None => self.keep(at, char),
            },
            _ if is_invisible(char) => self.drop_it(Repair::Lookalike),
            _ if is_other_space(char) => self.replace(at, ' ', Repair::Lookalike),
            '“' | '”' | '„' | '‟' | '«' | '»' => self.replace(at, '"', Repair::SmartQuotes),
            '‘' | '’' | '‚' | '‛' => self.replace(at, '\'', Repair::SmartQuotes),
            _ => self.keep(at, char),
        }
        width
    }

    fn keep(&mut self, at: usize, char: char) {
        if char.is_control() && !matches!(char, '\t' | '\n') {
            self.has_control = true;
        }
        self.text.push(char);
        self.origins.extend(at..at + char.len_utf8());
    }

    fn replace(&mut self, at: usize, by: char, repair: Repair) {
        self.text.push(by);
        self.origins.push(at);
        self.drop_it(repair);
    }

    fn drop_it(&mut self, repair: Repair) {
        self.moved = true;
        if self.repairs.last() != Some(&repair) && !self.repairs.contains(&repair) {
            self.repairs.push(repair);
        }
    }
}

fn is_invisible(char: char) -> bool {
    matches!(char, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

fn is_other_space(char: char) -> bool {
    matches!(char, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// Bytes of the terminal escape sequence that `text` begins with: colours and cursor (`ESC [`), titles and links (`ESC ]`).
fn escape_sequence(text: &str) -> Option<usize> {
    const LONGEST: usize = 2048;
    let bytes = text.as_bytes();
    match bytes.get(1)? {
        b'[' => {
            let end = 2 + bytes[2..].iter().take(64).position(|byte| !(0x20..=0x3f).contains(byte))?;
            (0x40..=0x7e).contains(bytes.get(end)?).then_some(end + 1)
        }
        b']' => {
            let end = 2 + bytes[2..].iter().take(LONGEST).position(|byte| matches!(byte, 0x07 | 0x1b | b'\n'))?;
            match bytes[end] {
                0x07 => Some(end + 1),
                0x1b if bytes.get(end + 1) == Some(&b'\\') => Some(end + 2),
                _ => None,
            }
        }
        _ => None,
    }
}

fn unwrap_fence(text: &str, repairs: &mut Vec<Repair>) -> Range<usize> {
    let body = trimmed(text, 0..text.len());
    let piece = &text[body.clone()];
    for fence in ["```", "~~~"] {
        let Some(rest) = piece.strip_prefix(fence) else { continue };
        let Some(line_end) = rest.find('\n') else { continue };
        // "```http" names a language; "```text```" on one line is no fence.
        if !rest[..line_end].trim().chars().all(|char| char.is_ascii_alphanumeric() || char == '-') {
            continue;
        }
        let start = body.start + fence.len() + line_end + 1;
        let end = if rest.len() > line_end + 1 && piece.ends_with(fence) { body.end - fence.len() } else { body.end };
        repairs.push(Repair::CodeFence);
        return trimmed(text, start.min(end)..end);
    }
    body
}

fn strip_prompt(text: &str, body: Range<usize>, repairs: &mut Vec<Repair>) -> Range<usize> {
    let piece = &text[body.clone()];
    let Some(rest) = piece.strip_prefix("$ ") else { return body };
    repairs.push(Repair::Prompt);
    trimmed(text, body.end - rest.len()..body.end)
}

/// White space around it goes, but for a TAB at the end: in a table the last fields may be empty.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start_matches([' ', '\t', '\n']).len());
    let end = range.start + piece.trim_end_matches([' ', '\n']).len();
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_copying_adds_goes_and_is_remembered() {
        let table: &[(&str, &str, &[Repair])] = &[
            ("plain", "plain", &[]),
            ("\u{feff}sid=1", "sid=1", &[Repair::ByteOrderMark]),
            ("a\u{200b}b\u{a0}c", "ab c", &[Repair::Lookalike]),
            ("“a”", "\"a\"", &[Repair::SmartQuotes]),
            ("\u{1b}[1;32mok\u{1b}[0m", "ok", &[Repair::TerminalEscapes]),
            ("\u{1b}]8;;https://e.test\u{7}link\u{1b}]8;;\u{1b}\\", "link", &[Repair::TerminalEscapes]),
            ("a\r\nb\rc", "a\nb\nc", &[Repair::LineEnds]),
            ("```http\nGET / HTTP/1.1\n```", "GET / HTTP/1.1", &[Repair::CodeFence]),
            ("```\nx", "x", &[Repair::CodeFence]),
            ("$ curl https://e.test", "curl https://e.test", &[Repair::Prompt]),
            ("x\u{7}y", "x\u{7}y", &[]),
            ("```x```", "```x```", &[]),
            ("```\n```", "", &[Repair::CodeFence]),
        ];
        for (paste, text, repairs) in table {
            let cleaned = Cleaned::of(paste);
            assert_eq!(cleaned.text(), *text, "{paste:?}");
            assert_eq!(cleaned.repairs, *repairs, "{paste:?}");
        }
    }

    #[test]
    fn a_position_leads_back_to_the_paste() {
        let paste = "\u{feff}```\r\nsid=“a\u{200b}b”\r\n```";
        let cleaned = Cleaned::of(paste);
        assert_eq!(cleaned.text(), "sid=\"ab\"");
        let value = &cleaned.text()[5..7];
        let span = cleaned.span(value).unwrap();
        assert_eq!(&paste[span], "a\u{200b}b");
        assert_eq!(cleaned.span(&String::from(value)), None);
    }

    #[test]
    fn the_beginning_of_a_large_paste_is_kept() {
        let paste = "é".repeat(limits::TEXT);
        let cleaned = Cleaned::of(&paste);
        assert_eq!(cleaned.cut_at, Some(limits::TEXT));
        assert_eq!(cleaned.text().len(), limits::TEXT);
        assert!(cleaned.repairs.contains(&Repair::Cut));
    }

    #[test]
    fn unfinished_escape_sequences_stay_and_are_reported() {
        for paste in ["\u{1b}", "\u{1b}[", "\u{1b}]x", "\u{1b}[1;2;3"] {
            let cleaned = Cleaned::of(paste);
            assert_eq!(cleaned.text(), paste);
            assert!(cleaned.has_control);
        }
    }
}
