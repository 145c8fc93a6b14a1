//! Passwords and words that everybody tries first.
//!
//! The list is part of the program, so that no password leaves it to be looked up. `data/README.md` says where it comes from.

/// One word a line, in lower case, sorted by bytes.
static LIST: &str = include_str!("../../data/common_passwords.txt");

/// Whether a word is on the list. The word is in lower case, without digits and punctuation around it unless it has no letter.
pub(crate) fn contains(word: &str) -> bool {
    let mut rest = LIST;
    while !rest.is_empty() {
        let (start, end) = line_around(rest, rest.len() / 2);
        match rest.as_bytes()[start..end].cmp(word.as_bytes()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Greater => rest = &rest[..start],
            std::cmp::Ordering::Less => rest = rest.get(end + 1..).unwrap_or_default(),
        }
    }
    false
}

/// Where the line that holds byte `middle` begins and ends; its line feed belongs to it.
fn line_around(text: &str, middle: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let start = bytes[..middle].iter().rposition(|byte| *byte == b'\n').map_or(0, |before| before + 1);
    let end = bytes[middle..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |after| middle + after);
    (start, end)
}

/// Every word on the list.
#[cfg(test)]
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    LIST.lines()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_long_sorted_and_without_doubles() {
        assert!(all().count() > 10_000);
        assert!(all().zip(all().skip(1)).all(|(one, next)| one < next));
    }

    #[test]
    fn every_word_on_the_list_is_found() {
        assert_eq!(all().find(|word| !contains(word)), None);
    }

    #[test]
    fn what_is_not_on_the_list_is_not_found() {
        for word in ["", "\n", "0", "aaaa\naaaaa", "passwq", "passwordx", "Password", "zzzzzzzzzzz", "~"] {
            assert!(!contains(word), "{word:?}");
        }
    }
}
