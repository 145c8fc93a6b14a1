//! Words of a shell command, as browsers copy it for POSIX shells and for `cmd`.

use crate::limits;

/// Splits `text` into words; stops at an operator (`|`, `;`, `&`, `>`), and at the limit.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut reader = Reader { rest: text, is_cmd: text.contains("^\""), found: Vec::new(), word: None };
    while let Some(char) = reader.next() {
        if reader.step(char) == Flow::Stop || reader.found.len() >= limits::SHELL_WORDS {
            break;
        }
    }
    reader.close_word();
    reader.found
}

#[derive(PartialEq, Eq)]
enum Flow {
    Go,
    Stop,
}

struct Reader<'t> {
    rest: &'t str,
    /// `cmd` escapes by `^` instead of `\`.
    is_cmd: bool,
    found: Vec<String>,
    word: Option<String>,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let char = self.rest.chars().next()?;
        self.rest = &self.rest[char.len_utf8()..];
        Some(char)
    }

    fn word(&mut self) -> &mut String {
        self.word.get_or_insert_default()
    }

    fn close_word(&mut self) {
        self.found.extend(self.word.take());
    }

    fn step(&mut self, char: char) -> Flow {
        match char {
            '^' if self.is_cmd => self.escaped(),
            '\\' if !self.is_cmd => self.escaped(),
            '\'' if !self.is_cmd => self.until('\''),
            '"' => self.double_quoted(),
            '$' if self.rest.starts_with('\'') => {
                self.next();
                self.ansi_quoted();
            }
            '|' | ';' | '>' | '&' => return Flow::Stop,
            _ if char.is_whitespace() => self.close_word(),
            _ => self.word().push(char),
        }
        Flow::Go
    }

    fn escaped(&mut self) {
        match self.next() {
            None | Some('\n') => {}
            // `^"` opens and closes strings in `cmd`: the quote itself is a quote again.
            Some('"') if self.is_cmd => self.cmd_quoted(),
            Some(char) => self.word().push(char),
        }
    }

    /// Between `^"` and `^"`; inside, `^` escapes and `\"` is a quote.
    fn cmd_quoted(&mut self) {
        self.word();
        while let Some(char) = self.next() {
            match char {
                '^' => match self.next() {
                    None | Some('"') => return,
                    Some('\n') => {}
                    Some(char) => self.word().push(char),
                },
                '\\' if self.rest.starts_with("^\"") || self.rest.starts_with('"') => {
                    self.rest = self.rest.trim_start_matches('^');
                    self.next();
                    self.word().push('"');
                }
                _ => self.word().push(char),
            }
        }
    }

    fn until(&mut self, close: char) {
        self.word();
        while let Some(char) = self.next().filter(|char| *char != close) {
            self.word().push(char);
        }
    }

    fn double_quoted(&mut self) {
        self.word();
        while let Some(char) = self.next() {
            match char {
                '"' => return,
                '\\' if self.rest.starts_with(['"', '\\', '$', '`', '\n']) => {
                    if let Some(char) = self.next().filter(|char| *char != '\n') {
                        self.word().push(char);
                    }
                }
                _ => self.word().push(char),
            }
        }
    }

    /// `$'…'` with the escapes of C, as browsers write bodies that hold quotes.
    fn ansi_quoted(&mut self) {
        self.word();
        while let Some(char) = self.next() {
            match char {
                '\'' => return,
                '\\' => self.ansi_escape(),
                _ => self.word().push(char),
            }
        }
    }

    fn ansi_escape(&mut self) {
        let Some(char) = self.next() else { return };
        let digits = match char {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let length = self.rest.bytes().take(digits).take_while(u8::is_ascii_hexdigit).count();
        let decoded = u32::from_str_radix(&self.rest[..length], 16).ok().and_then(char::from_u32);
        self.rest = &self.rest[length..];
        let char = match (char, decoded) {
            (_, Some(decoded)) => decoded,
            ('n', _) => '\n',
            ('r', _) => '\r',
            ('t', _) => '\t',
            (other, _) => other,
        };
        self.word().push(char);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_a_shell_would() {
        let table: &[(&str, &[&str])] = &[
            ("curl 'a b' \\\n  -H \"x: \\\"y\\\"\"", &["curl", "a b", "-H", "x: \"y\""]),
            ("curl --data-raw $'it\\'s\\n\\u0041'", &["curl", "--data-raw", "it's\nA"]),
            ("curl a|jq .", &["curl", "a"]),
            (
                "curl ^\"https://e.test/?a=1^&b=2^\" ^\n  -H ^\"x: \\^\"1\\^\"^\"",
                &["curl", "https://e.test/?a=1&b=2", "-H", "x: \"1\""],
            ),
            ("curl '' x", &["curl", "", "x"]),
            ("curl 'open", &["curl", "open"]),
            ("curl $'\\x", &["curl", "x"]),
        ];
        for (text, expected) in table {
            assert_eq!(words(text), *expected, "{text}");
        }
    }
}
