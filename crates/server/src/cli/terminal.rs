//! Where commands read and print.

use std::io::{self, BufRead, IsTerminal, Read as _, Write};

use zeroize::Zeroizing;

use crate::control::Private;

/// Longer than any password that is accepted.
const LONGEST_LINE: u64 = 4096;

/// Standard input, output and error, or what stands for them in a test.
pub(super) struct Terminal<'t> {
    input: &'t mut dyn BufRead,
    output: &'t mut dyn Write,
    errors: &'t mut dyn Write,
}

impl<'t> Terminal<'t> {
    pub(super) fn new(input: &'t mut dyn BufRead, output: &'t mut dyn Write, errors: &'t mut dyn Write) -> Self {
        Self { input, output, errors }
    }

    /// Prints a text that ends its own lines.
    pub(super) fn print(&mut self, text: &str) -> io::Result<()> {
        self.output.write_all(text.as_bytes())?;
        self.output.flush()
    }

    /// Prints what is not a result: warnings and errors.
    pub(super) fn remark(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.errors, "{text}")?;
        self.errors.flush()
    }

    /// Asks for one line; `None` at the end of the input. Answers that a pipe gives are read the same way.
    pub(super) fn ask(&mut self, prompt: &str) -> io::Result<Option<String>> {
        write!(self.errors, "{prompt}")?;
        self.errors.flush()?;
        let mut line = String::new();
        let read = io::Read::take(&mut *self.input, LONGEST_LINE).read_line(&mut line)?;
        Ok((read > 0).then(|| line.trim().to_owned()))
    }

    /// Reads the input to its end, or to so many bytes.
    pub(super) fn read_all(&mut self, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        io::Read::take(&mut *self.input, most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads a password: one line. On a terminal it asks for it, and the line shows as it is typed.
    pub(super) fn read_password(&mut self) -> io::Result<Private> {
        if io::stdin().is_terminal() {
            write!(self.errors, "Password (it shows as you type): ")?;
            self.errors.flush()?;
        }
        let mut line = Zeroizing::new(Vec::new());
        io::Read::take(&mut *self.input, LONGEST_LINE).read_until(b'\n', &mut line)?;
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if text.is_empty() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a password is expected, as one line"));
        }
        let text =
            str::from_utf8(text).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "the password is not UTF-8 text"))?;
        Ok(Private::new(text.to_owned()))
    }
}

/// Says on standard output that the server is ready, and where.
pub(crate) fn announce(url: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "Cloakroom is ready at {url}")?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(mut input: &[u8]) -> io::Result<String> {
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let mut terminal = Terminal::new(&mut input, &mut output, &mut errors);
        terminal.read_password().map(|password| password.into_secret().expose().clone())
    }

    #[test]
    fn a_password_is_the_first_line_without_its_end() {
        for (input, expected) in
            [("a b\nc\n", "a b"), ("last", "last"), ("windows\r\n", "windows"), (" \t\n", " \t"), ("ä\n", "ä")]
        {
            assert_eq!(password(input.as_bytes()).unwrap(), expected);
        }
        for input in [b"".as_slice(), b"\n", b"\xff\n"] {
            assert!(password(input).is_err(), "{input:?}");
        }
    }
}
