//! A reader of strict JSON (RFC 8259) for serde: what it hands on has been checked for duplicate members, whether anyone looks at it or not.
//!
//! 1. Every object goes through [`Members`], which compares each name with those before it. Nothing is skipped unread.
//! 2. A string without escapes is borrowed from the text. One with escapes is read by `serde_json`, whose rules for surrogates hold.
//! 3. An integer that fits into 64 bits is one; any other number is a `f64`, and must be finite.
//! 4. Work grows with the length of the text alone: up to [`FEW`] names are compared each with each, more of them are sorted.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{BorrowedStrDeserializer, StringDeserializer};
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::forward_to_deserialize_any;

/// The text breaks a rule, or is not of the type that was asked for. It says nothing more: the text may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not strict JSON of the expected type")
    }
}

impl std::error::Error for Refused {}

impl de::Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// How deep arrays and objects may be nested.
const DEPTH: u8 = 128;

/// Up to here comparing each name with each is faster than sorting.
const FEW: usize = 16;

/// The rest of a text, and where in it we are.
pub(crate) struct Reader<'de> {
    text: &'de str,
    at: usize,
    depth: u8,
    /// The names of all objects that are open, the innermost last.
    names: Vec<Cow<'de, str>>,
}

impl<'de> Reader<'de> {
    /// Reads one object that is the whole text.
    pub(crate) fn read_object<T: Deserialize<'de>>(text: &'de str) -> Result<T, Refused> {
        let mut reader = Self { text, at: 0, depth: 0, names: Vec::with_capacity(FEW) };
        if reader.next_token() != Some(b'{') {
            return Err(Refused);
        }
        let value = T::deserialize(&mut reader)?;
        match reader.next_token() {
            None => Ok(value),
            Some(_) => Err(Refused),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The first byte after white space, which stays where it is.
    fn next_token(&mut self) -> Option<u8> {
        while let Some(byte) = self.peek() {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    /// Steps over one byte after white space, which must be that one.
    fn expect(&mut self, byte: u8) -> Result<(), Refused> {
        if self.next_token() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(Refused)
        }
    }

    fn expect_word(&mut self, word: &str) -> Result<(), Refused> {
        if self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(())
        } else {
            Err(Refused)
        }
    }

    /// A string, from its opening quote on.
    fn string(&mut self) -> Result<Cow<'de, str>, Refused> {
        self.expect(b'"')?;
        let start = self.at;
        self.at += plain_length(&self.text.as_bytes()[start..]);
        match self.peek() {
            Some(b'"') => {
                let plain = &self.text[start..self.at];
                self.at += 1;
                Ok(Cow::Borrowed(plain))
            }
            Some(b'\\') => self.escaped_string(start),
            _ => Err(Refused),
        }
    }

    /// A string that starts at `start`, when the first backslash has been reached.
    fn escaped_string(&mut self, start: usize) -> Result<Cow<'de, str>, Refused> {
        loop {
            match self.peek() {
                Some(b'\\') => self.at += 2,
                Some(b'"') => break,
                _ => return Err(Refused),
            }
            let rest = self.text.as_bytes().get(self.at..).ok_or(Refused)?;
            self.at += plain_length(rest);
        }
        self.at += 1;
        let quoted = &self.text[start - 1..self.at];
        serde_json::from_str(quoted).map(Cow::Owned).map_err(|_| Refused)
    }

    /// A number, from its first digit or sign on.
    fn number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Refused> {
        let start = self.at;
        let is_negative = self.peek() == Some(b'-');
        self.at += usize::from(is_negative);
        let digits = self.digits()?;
        if digits.len() > 1 && digits.starts_with('0') {
            return Err(Refused);
        }
        let is_integer = !matches!(self.peek(), Some(b'.' | b'e' | b'E'));
        if is_integer
            && !is_negative
            && let Ok(number) = digits.parse()
        {
            return visitor.visit_u64(number);
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        let text = &self.text[start..self.at];
        // The integer −0 is the same as 0 for some readers and not for others; as a float it is itself.
        if is_integer
            && text != "-0"
            && let Ok(number) = text.parse()
        {
            return visitor.visit_i64(number);
        }
        let number: f64 = text.parse().map_err(|_| Refused)?;
        if number.is_finite() { visitor.visit_f64(number) } else { Err(Refused) }
    }

    /// At least one digit.
    fn digits(&mut self) -> Result<&'de str, Refused> {
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if length == 0 {
            return Err(Refused);
        }
        let digits = &self.text[self.at..self.at + length];
        self.at += length;
        Ok(digits)
    }

    /// An array or an object: one level deeper, and out again when `read` has come to its end.
    fn nested<T>(&mut self, close: u8, read: impl FnOnce(&mut Self) -> Result<T, Refused>) -> Result<T, Refused> {
        if self.depth == DEPTH {
            return Err(Refused);
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self)?;
        self.expect(close)?;
        self.depth -= 1;
        Ok(value)
    }

    fn object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Refused> {
        self.nested(b'}', |reader| {
            let start = reader.names.len();
            let mut members = Members { reader, start, seen: 0 };
            let value = visitor.visit_map(&mut members)?;
            members.close()?;
            Ok(value)
        })
    }

    fn array<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Refused> {
        self.nested(b']', |reader| visitor.visit_seq(Elements { reader, is_first: true }))
    }
}

/// How many bytes of a string go by before a quote, a backslash or a control character.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    // A byte of the word is zero exactly where the lowest set bit of this is; higher ones may be wrong.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let mut passed = 0;
    for chunk in bytes.chunks_exact(8) {
        let word = u64::from_le_bytes(chunk.try_into().expect("a chunk has 8 bytes"));
        let quotes = zeros(word ^ (ONES * u64::from(b'"')));
        let escapes = zeros(word ^ (ONES * u64::from(b'\\')));
        let controls = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let ends = quotes | escapes | controls;
        if ends != 0 {
            return passed + (ends.trailing_zeros() / 8) as usize;
        }
        passed += 8;
    }
    let ends_string = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    let rest = &bytes[passed..];
    passed + rest.iter().position(ends_string).unwrap_or(rest.len())
}

/// The members of an open object.
struct Members<'r, 'de> {
    reader: &'r mut Reader<'de>,
    /// Where in the reader's names those of this object begin.
    start: usize,
    /// A bit for each name so far, by its length and ends: where it is not set, the name is new.
    seen: u64,
}

impl Members<'_, '_> {
    /// Whether a name stands for the first time. What many names leave open is decided by [`Members::close`].
    fn is_new(&mut self, name: &str) -> bool {
        let (first, last) = (name.bytes().next().unwrap_or_default(), name.bytes().next_back().unwrap_or_default());
        let mark = 1_u64 << ((name.len().wrapping_mul(11) as u8).wrapping_add(first).wrapping_add(last.wrapping_mul(5)) % 64);
        let may_be_known = self.seen & mark != 0;
        self.seen |= mark;
        let before = &self.reader.names[self.start..];
        !may_be_known || before.len() > FEW || !before.iter().any(|known| known == name)
    }

    /// Forgets the names of an object that ends.
    fn close(self) -> Result<(), Refused> {
        let names = &mut self.reader.names[self.start..];
        if names.len() > FEW {
            names.sort_unstable();
            if names.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(Refused);
            }
        }
        self.reader.names.truncate(self.start);
        Ok(())
    }
}

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        if self.reader.next_token() == Some(b'}') {
            return Ok(None);
        }
        if self.reader.names.len() > self.start {
            self.reader.expect(b',')?;
        }
        let name = self.reader.string()?;
        if !self.is_new(&name) {
            return Err(Refused);
        }
        let key = match &name {
            Cow::Borrowed(name) => seed.deserialize(BorrowedStrDeserializer::new(name)),
            Cow::Owned(name) => seed.deserialize(StringDeserializer::new(name.clone())),
        };
        self.reader.names.push(name);
        key.map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Refused> {
        self.reader.expect(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

/// The elements of an open array.
struct Elements<'r, 'de> {
    reader: &'r mut Reader<'de>,
    is_first: bool,
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Refused;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refused> {
        if self.reader.next_token() == Some(b']') {
            return Ok(None);
        }
        if !self.is_first {
            self.reader.expect(b',')?;
        }
        self.is_first = false;
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.next_token().ok_or(Refused)? {
            b'{' => self.object(visitor),
            b'[' => self.array(visitor),
            b'"' => match self.string()? {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            b't' => self.expect_word("true").and_then(|()| visitor.visit_bool(true)),
            b'f' => self.expect_word("false").and_then(|()| visitor.visit_bool(false)),
            b'n' => self.expect_word("null").and_then(|()| visitor.visit_unit()),
            b'-' | b'0'..=b'9' => self.number(visitor),
            _ => Err(Refused),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        if self.next_token() == Some(b'n') {
            self.expect_word("null")?;
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_newtype_struct(self)
    }

    /// A variant without content is its name; any other is an object with its name as the one member.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        match self.next_token() {
            Some(b'"') => match self.string()? {
                Cow::Borrowed(name) => visitor.visit_enum(BorrowedStrDeserializer::new(name)),
                Cow::Owned(name) => visitor.visit_enum(StringDeserializer::new(name)),
            },
            Some(b'{') => self.nested(b'}', |reader| visitor.visit_enum(Variant { reader })),
            _ => Err(Refused),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct identifier ignored_any
    }
}

/// The one member of an object that stands for a variant.
struct Variant<'r, 'de> {
    reader: &'r mut Reader<'de>,
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Refused;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Refused> {
        let name = match self.reader.string()? {
            Cow::Borrowed(name) => seed.deserialize(BorrowedStrDeserializer::new(name)),
            Cow::Owned(name) => seed.deserialize(StringDeserializer::new(name)),
        };
        self.reader.expect(b':')?;
        Ok((name?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Refused;

    fn unit_variant(self) -> Result<(), Refused> {
        Deserialize::deserialize(self.reader)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Refused> {
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Refused> {
        self.reader.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Refused> {
        self.reader.deserialize_any(visitor)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};

    use cloakroom_primitives::{Random, SeededRandom};
    use serde_json::Value;

    use super::*;

    const SEEDS: [&str; 12] = [
        r#"{"iss":"https://id.example","sub":"ada","aud":["api","web"],"exp":1300,"nbf":0,"iat":1,"jti":"j"}"#,
        r#"{"a":{"a":{"a":[{"a":1,"b":2},{"a":1}]}},"b":[[],{},[{}]],"c":null}"#,
        r#" { "n" : -1.5e+3 , "z" : -0 , "y" : 0.0 , "x" : [ true , false , null ] } "#,
        r#"{"max":18446744073709551615,"more":18446744073709551616,"min":-9223372036854775808,"less":-9223372036854775809}"#,
        r#"{"\u0061":1,"b\"\\\/\b\f\n\r\t":"\ud83e\udde5 \u00e9","\"":2}"#,
        r#"{"ä":"ö","🧥":["🧥","\\"],"":{"":""}}"#,
        r#"{"a":1e400,"b":1E-400,"c":123456789012345678901234567890}"#,
        r#"{"alg":"EdDSA","kid":"k","typ":"at+jwt","crit":["b64"],"b64":false}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"01234567":"0123456\"","012345678":"01234567\\","x":"0123456789abcdef"}"#,
        r#"{"m1":1,"m2":1,"m3":1,"m4":1,"m5":1,"m6":1,"m7":1,"m8":1,"m9":1,"n1":1,"n2":1,"n3":1,"n4":1,"n5":1,"n6":1,"n7":1,"n8":1}"#,
        "{\"tab\":\"a\tb\",\"nul\":\"\u{0}\"}",
    ];

    #[test]
    fn a_changed_text_is_read_as_serde_json_reads_it_or_refused_for_a_duplicate() {
        let random = SeededRandom::new(7);
        let mut accepted = 0;
        for round in 0..30_000 {
            let mut text = SEEDS[round % SEEDS.len()].as_bytes().to_vec();
            let mut draw = [0; 8];
            random.fill(&mut draw);
            for change in draw[1..=usize::from(draw[0] % 4)].chunks(2) {
                spoil(&mut text, &[change, &draw[4..]].concat());
            }
            let Ok(text) = str::from_utf8(&text) else { continue };
            let ours = Reader::read_object::<BTreeMap<String, Value>>(text).ok().map(|members| members.into_iter().collect());
            accepted += u32::from(ours.is_some());
            match (&ours, by_serde_json(text)) {
                (None, None) => {}
                (Some(ours), Some(theirs)) => assert!(are_alike(ours, &theirs), "{text} {ours} {theirs}"),
                (ours, theirs) => panic!("{text} {ours:?} {theirs:?}"),
            }
        }
        assert!((5_000..25_000).contains(&accepted), "{accepted} accepted: too many or too few to show anything");
    }

    /// Replaces, removes, repeats or inserts a byte or a run of them.
    fn spoil(text: &mut Vec<u8>, draw: &[u8]) {
        const TOKENS: &[u8] = b"\"\\{}[]:,0123456789-+.eEtfnu aA\x01\x1f\xc3\xa9";
        let at = usize::from(draw[0]) * text.len() / 256;
        let token = TOKENS[usize::from(draw[1]) % TOKENS.len()];
        let end = (at + usize::from(draw[2]) % 12).min(text.len());
        match draw[3] % 4 {
            0 => text[at] = token,
            1 => text.insert(at, token),
            2 => drop(text.drain(at..end)),
            _ => {
                let run = text[at..end].to_vec();
                text.splice(at..at, run);
            }
        }
    }

    fn by_serde_json(text: &str) -> Option<Value> {
        serde_json::from_str::<Unambiguous>(text).ok()?;
        serde_json::from_str(text).ok().filter(Value::is_object)
    }

    /// `serde_json` rounds long floats to a neighbour of the nearest; ours are the nearest.
    fn are_alike(one: &Value, other: &Value) -> bool {
        match (one, other) {
            (Value::Object(one), Value::Object(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.0 == b.0 && are_alike(a.1, b.1))
            }
            (Value::Array(one), Value::Array(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(a, b)| are_alike(a, b))
            }
            (Value::Number(a), Value::Number(b)) if a.is_f64() && b.is_f64() => {
                let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
                a.to_bits() == b.to_bits() || (a - b).abs() <= a.abs() * 4.0 * f64::EPSILON
            }
            _ => one == other,
        }
    }

    #[test]
    fn variants_options_and_tuples_are_read_as_serde_json_reads_them() {
        #[derive(Debug, PartialEq, serde::Deserialize)]
        enum Choice {
            Plain,
            One(u8),
            Two(u8, u8),
            Named { x: Option<u8> },
        }

        #[derive(Debug, PartialEq, serde::Deserialize)]
        struct Choices {
            list: Vec<Choice>,
            pair: (i8, f64),
            any: Option<Value>,
        }

        for (text, is_read) in [
            (r#"{"list":["Plain",{"One":1},{"Two":[1,2]},{"Named":{"x":null}},{"Named":{}}],"pair":[-1,2],"any":null}"#, true),
            (r#"{"list":["Pl\u0061in",{"\u004fne":1},{"Plain":null}],"pair":[-1,2.5],"any":[1]}"#, true),
            (r#"{"list":["One"],"pair":[1,2]}"#, false),
            (r#"{"list":[{"One":1,"Two":[1,2]}],"pair":[1,2]}"#, false),
            (r#"{"list":[],"pair":[1,2,3]}"#, false),
            (r#"{"list":[],"pair":[1]}"#, false),
            (r#"{"list":[{}],"pair":[1,2]}"#, false),
        ] {
            let ours = Reader::read_object::<Choices>(text);
            assert_eq!(ours.is_ok(), is_read, "{text}");
            assert_eq!(ours.ok(), serde_json::from_str(text).ok(), "{text}");
        }
    }

    #[test]
    fn the_end_of_a_plain_string_is_found_wherever_it_is() {
        for length in 0..40 {
            for end in [b'"', b'\\', 0, 0x1f] {
                for around in [b'a', 0x20, 0x7f, 0x80, 0xa2, 0xdc, 0xff] {
                    let mut bytes = vec![around; length];
                    bytes.push(end);
                    bytes.extend([b'"', around]);
                    assert_eq!(plain_length(&bytes), length, "{end} among {around}");
                }
            }
        }
    }

    #[test]
    fn many_names_cost_no_more_than_sorting_them() {
        let names: Vec<_> = (0..100_000).map(|n| format!("\"{n:06}\":0")).collect();
        let text = format!("{{{}}}", names.join(","));
        assert!(Reader::read_object::<de::IgnoredAny>(&text).is_ok());
        let text = format!("{{{},{}}}", names.join(","), names[50_000]);
        assert!(Reader::read_object::<de::IgnoredAny>(&text).is_err());
    }

    /// Any value whose objects have no two members of one name.
    struct Unambiguous;

    impl<'de> Deserialize<'de> for Unambiguous {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(UnambiguousVisitor)
        }
    }

    struct UnambiguousVisitor;

    impl<'de> Visitor<'de> for UnambiguousVisitor {
        type Value = Unambiguous;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a JSON value without duplicate members")
        }

        fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
            Ok(Unambiguous)
        }

        fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
            Ok(Unambiguous)
        }

        fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
            Ok(Unambiguous)
        }

        fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
            Ok(Unambiguous)
        }

        fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
            Ok(Unambiguous)
        }

        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(Unambiguous)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            while seq.next_element::<Unambiguous>()?.is_some() {}
            Ok(Unambiguous)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut names = HashSet::new();
            while let Some(name) = map.next_key::<String>()? {
                map.next_value::<Unambiguous>()?;
                if !names.insert(name) {
                    return Err(de::Error::custom("duplicate member"));
                }
            }
            Ok(Unambiguous)
        }
    }
}
