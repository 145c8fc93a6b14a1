//! Reads JSON as it comes from strangers, and notices what ordinary readers hide: a name that stands there twice, a number beyond all
//! numbers, an end that is missing.
//!
//! 1. Names are compared after unescaping: `"aud"` and `"\u0061ud"` are the same.
//! 2. Of two members of one name the last counts, as most readers have it.
//! 3. Deeper than 64 levels nothing is read.

use serde_json::{Map, Number, Value};

const DEPTH: usize = 64;

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Read {
    /// The value. A number that no reader can hold is `null`, a lone surrogate U+FFFD.
    pub(crate) value: Value,
    /// Whether some object has a name twice.
    pub(crate) has_duplicates: bool,
}

/// Why it is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// It ends before it is complete.
    Cut,
    /// It is something else, or nested too deeply.
    Other,
}

/// Reads one JSON text with nothing but white space around it.
pub(crate) fn read(text: &str) -> Result<Read, Broken> {
    let mut reader = Reader { text, at: 0, has_duplicates: false };
    let value = reader.value(0)?;
    reader.skip_space();
    if reader.at < text.len() {
        return Err(Broken::Other);
    }
    Ok(Read { value, has_duplicates: reader.has_duplicates })
}

/// Reads one JSON object.
pub(crate) fn object(text: &str) -> Option<Map<String, Value>> {
    match read(text).ok()?.value {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    has_duplicates: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Result<u8, Broken> {
        self.text.as_bytes().get(self.at).copied().ok_or(Broken::Cut)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Ok(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Broken> {
        self.skip_space();
        if self.peek()? != byte {
            return Err(Broken::Other);
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Value, Broken> {
        if depth > DEPTH {
            return Err(Broken::Other);
        }
        self.skip_space();
        match self.peek()? {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string().map(Value::String),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'n' => self.word("null", Value::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(Broken::Other),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Broken> {
        self.at += 1;
        let mut members = Map::new();
        self.skip_space();
        if self.peek()? == b'}' {
            self.at += 1;
            return Ok(Value::Object(members));
        }
        loop {
            self.skip_space();
            if self.peek()? != b'"' {
                return Err(Broken::Other);
            }
            let name = self.string()?;
            self.expect(b':')?;
            let value = self.value(depth + 1)?;
            self.has_duplicates |= members.insert(name, value).is_some();
            self.skip_space();
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Ok(Value::Object(members));
                }
                _ => return Err(Broken::Other),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, Broken> {
        self.at += 1;
        let mut elements = Vec::new();
        self.skip_space();
        if self.peek()? == b']' {
            self.at += 1;
            return Ok(Value::Array(elements));
        }
        loop {
            elements.push(self.value(depth + 1)?);
            self.skip_space();
            match self.peek()? {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return Ok(Value::Array(elements));
                }
                _ => return Err(Broken::Other),
            }
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Broken> {
        let rest = &self.text.as_bytes()[self.at..];
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(value)
        } else if word.as_bytes().starts_with(rest) {
            Err(Broken::Cut)
        } else {
            Err(Broken::Other)
        }
    }

    fn number(&mut self) -> Result<Value, Broken> {
        let start = self.at;
        while matches!(self.peek(), Ok(b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        let is_whole = !text.contains(['.', 'e', 'E']);
        if let (true, Ok(number)) = (is_whole, text.parse::<u64>()) {
            return Ok(number.into());
        }
        if let (true, Ok(number)) = (is_whole, text.parse::<i64>()) {
            return Ok(number.into());
        }
        let number: f64 = text.parse().map_err(|_| Broken::Other)?;
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn string(&mut self) -> Result<String, Broken> {
        self.at += 1;
        let mut string = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(|character| matches!(character, '"' | '\\' | '\0'..='\x1f')).ok_or(Broken::Cut)?;
            string.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Ok(string);
                }
                b'\\' => string.push(self.escape()?),
                _ => return Err(Broken::Other),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Broken> {
        self.at += 1;
        let letter = self.peek()?;
        self.at += 1;
        Ok(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.four_digits()?;
                let is_pair = (0xd800..0xdc00).contains(&unit) && self.text[self.at..].starts_with("\\u");
                if !is_pair {
                    return Ok(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                self.at += 2;
                let low = self.four_digits()?;
                let paired = (0xdc00..0xe000).contains(&low).then(|| 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
                paired.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return Err(Broken::Other),
        })
    }

    fn four_digits(&mut self) -> Result<u32, Broken> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).ok_or(Broken::Cut)?;
        let unit =
            digits.iter().try_fold(0, |unit, &digit| Some(unit << 4 | char::from(digit).to_digit(16)?)).ok_or(Broken::Other)?;
        self.at += 4;
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_read_as_written() {
        for (text, value, duplicates) in [
            (r#" {"a":1,"b":[true,null,"x\n\u00e9\ud83d\ude00"]} "#, json!({"a":1,"b":[true,null,"x\né😀"]}), false),
            (r#"{"aud":"a","\u0061ud":"b"}"#, json!({"aud":"b"}), true),
            ("-1.5e3", json!(-1500.0), false),
            ("1e999", json!(null), false),
            ("18446744073709551615", json!(u64::MAX), false),
            (r#""\ud800""#, json!("\u{fffd}"), false),
            (r#""\ud800\u0041""#, json!("\u{fffd}"), false),
            ("{}", json!({}), false),
            ("[]", json!([]), false),
        ] {
            assert_eq!(read(text), Ok(Read { value, has_duplicates: duplicates }), "{text}");
        }
    }

    #[test]
    fn a_missing_end_is_told_from_nonsense() {
        for (text, broken) in [
            (r#"{"iss":"https://app"#, Broken::Cut),
            (r#"{"a":tr"#, Broken::Cut),
            (r#"{"a"#, Broken::Cut),
            ("", Broken::Cut),
            ("hello", Broken::Other),
            ("{a:1}", Broken::Other),
            ("{}x", Broken::Other),
            ("1-2", Broken::Other),
            ("\"\u{1}\"", Broken::Other),
            (r#""\é""#, Broken::Other),
            (r#""\u12é4""#, Broken::Other),
        ] {
            assert_eq!(read(text), Err(broken), "{text}");
        }
        assert_eq!(read(&"[".repeat(100_000)), Err(Broken::Other));
        assert!(read(&format!("{}{}", "[".repeat(60), "]".repeat(60))).is_ok());
    }
}
