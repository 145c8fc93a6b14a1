//! Shapes of values, as data: a handful of pieces that are tried from left to right, without going back.
//!
//! A `*` counts as a character of every class: that is how a page blanks what is secret.

/// One piece of a shape.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Piece {
    /// This text.
    Is(&'static str),
    /// The first of these texts that fits.
    OneOf(&'static [&'static str]),
    /// As many characters of the class as there are, but no more than the maximum.
    Run(Class, usize, usize),
}

/// Classes of ASCII characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Digit,
    Hex,
    HexLower,
    HexUpper,
    Lower,
    Alnum,
    Base32,
    Base64Url,
    Base64,
    /// Visible ASCII that may stand in a cookie's value or a token.
    Visible,
}

impl Class {
    pub(crate) const fn has(self, byte: u8) -> bool {
        if byte == b'*' {
            return true;
        }
        match self {
            Self::Digit => byte.is_ascii_digit(),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::HexLower => byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'),
            Self::HexUpper => byte.is_ascii_digit() || matches!(byte, b'A'..=b'F'),
            Self::Lower => byte.is_ascii_digit() || byte.is_ascii_lowercase(),
            Self::Alnum => byte.is_ascii_alphanumeric(),
            Self::Base32 => byte.is_ascii_uppercase() || matches!(byte, b'2'..=b'7'),
            Self::Base64Url => byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_',
            Self::Base64 => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'='),
            Self::Visible => byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\'),
        }
    }
}

/// Whether all of `text` is of the class; an empty text is not.
pub(crate) fn all(text: &str, class: Class) -> bool {
    !text.is_empty() && text.bytes().all(|byte| class.has(byte))
}

/// Whether `text` has exactly `length` characters, all of the class.
pub(crate) fn exactly(text: &str, class: Class, length: usize) -> bool {
    text.len() == length && all(text, class)
}

/// Whether all of `text` has the shape.
pub(crate) fn fits(text: &str, pieces: &[Piece]) -> bool {
    rest_after(text, pieces).is_some_and(str::is_empty)
}

/// What is left of `text` behind the shape.
pub(crate) fn rest_after<'a>(text: &'a str, pieces: &[Piece]) -> Option<&'a str> {
    pieces.iter().try_fold(text, |rest, piece| match piece {
        // A single mark between two parts may be blanked with them.
        Piece::Is(literal) => rest.strip_prefix(literal).or_else(|| rest.strip_prefix('*').filter(|_| literal.len() == 1)),
        Piece::OneOf(literals) => literals.iter().find_map(|literal| rest.strip_prefix(literal)),
        Piece::Run(class, least, most) => {
            let length = rest.bytes().take(*most).take_while(|&byte| class.has(byte)).count();
            (length >= *least).then(|| rest.split_at_checked(length)).flatten().map(|(_, rest)| rest)
        }
    })
}

/// Whether `text` is the beginning of something of that shape, but not all of it.
pub(crate) fn begins(text: &str, pieces: &[Piece]) -> bool {
    let mut rest = text;
    for piece in pieces {
        match rest_after(rest, std::slice::from_ref(piece)) {
            Some(after) => rest = after,
            None => {
                return match piece {
                    Piece::Is(literal) => literal.starts_with(rest),
                    Piece::OneOf(literals) => literals.iter().any(|literal| literal.starts_with(rest)),
                    Piece::Run(class, ..) => rest.bytes().all(|byte| class.has(byte)),
                };
            }
        }
    }
    false
}

/// Whether `name` is what `pattern` says, `*` standing for any number of characters.
pub(crate) fn is_named(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        match rest.find(piece) {
            Some(start) => rest = &rest[start + piece.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_read_from_left_to_right() {
        const KEY: &[Piece] =
            &[Piece::OneOf(&["a_", "b_"]), Piece::Run(Class::Digit, 2, 3), Piece::Is("."), Piece::Run(Class::Alnum, 1, 9)];
        for (text, fitting) in [
            ("a_12.x", true),
            ("b_123.xyz", true),
            ("a_1.x", false),
            ("a_1234.x", false),
            ("c_12.x", false),
            ("a_12.", false),
            ("a_**.*", true),
            ("a_12.é", false),
        ] {
            assert_eq!(fits(text, KEY), fitting, "{text}");
        }
        for (text, beginning) in
            [("a_", true), ("a_1", true), ("a_12", true), ("a_12.", true), ("a_12.x", false), ("a_x", false), ("c", false)]
        {
            assert_eq!(begins(text, KEY), beginning, "{text}");
        }
        assert_eq!(rest_after("a_12.x-tail", KEY), Some("-tail"));
    }

    #[test]
    fn a_star_in_a_name_stands_for_anything() {
        for (pattern, name, named) in [
            ("sid", "sid", true),
            ("sid", "sid2", false),
            ("_ga_*", "_ga_ABC", true),
            ("_ga_*", "_ga", false),
            ("sb-*-auth-token", "sb-abc-auth-token", true),
            ("sb-*-auth-token", "sb-abc-auth-token-code-verifier", false),
            ("mp_*_mixpanel", "mp_é_mixpanel", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXcYb", false),
            ("*.sig", "session.sig", true),
        ] {
            assert_eq!(is_named(pattern, name), named, "{pattern} {name}");
        }
    }
}
