//! The language of the rule table: when a rule holds.
//!
//! 1. `a=b/c`: the answer to `a` is `b` or `c`; where several answers can be given, one of them is.
//! 2. `word`: a derived word or a tick is true. `word>100`: a number of the system is above it.
//! 3. `not`, `and`, `or` and parentheses; `not` binds strongest, `or` weakest. The empty text is always true.
//!
//! Names are looked up when a text is parsed, so that a rule with a slip in it is found at once, and asking costs a few comparisons.

use crate::questions::Topic;

/// A parsed condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Always,
    /// One of these options of the topic, as bits.
    Chosen(Topic, u16),
    Word(Word),
    UsersAbove(u64),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

/// The words that are true or false of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    ThirdParty,
    Admin,
    Stay,
    Live,
    Browser,
    Native,
    Machine,
    OnlyBrowser,
    BrowsersMany,
    Regulated,
    Deaf,
    Lasting,
    SessionHeavy,
    RefreshHeavy,
    IntrospectHeavy,
    Tiny,
    WindowsDiffer,
    CanUpstreamOidc,
}

impl Word {
    const ALL: [(&'static str, Self); 18] = [
        ("third_party", Self::ThirdParty),
        ("admin", Self::Admin),
        ("stay", Self::Stay),
        ("live", Self::Live),
        ("browser", Self::Browser),
        ("native", Self::Native),
        ("machine", Self::Machine),
        ("only_browser", Self::OnlyBrowser),
        ("browsers_many", Self::BrowsersMany),
        ("regulated", Self::Regulated),
        ("deaf", Self::Deaf),
        ("lasting", Self::Lasting),
        ("session_heavy", Self::SessionHeavy),
        ("refresh_heavy", Self::RefreshHeavy),
        ("introspect_heavy", Self::IntrospectHeavy),
        ("tiny", Self::Tiny),
        ("windows_differ", Self::WindowsDiffer),
        ("can.upstream_oidc", Self::CanUpstreamOidc),
    ];
}

/// What a condition is asked about.
pub(crate) trait Known {
    /// The options chosen for a topic, as bits.
    fn chosen(&self, topic: Topic) -> u16;
    /// Whether the word is true.
    fn is(&self, word: Word) -> bool;
    /// How many people are signed in.
    fn users(&self) -> u64;
}

impl Condition {
    /// Reads a condition; the error says what stands in the way.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        if words.is_empty() {
            return Ok(Self::Always);
        }
        let mut reader = Reader { words: &words };
        let condition = reader.either()?;
        match reader.words.first() {
            None => Ok(condition),
            Some(word) => Err(format!("`{word}` stands where nothing can stand")),
        }
    }

    /// Whether it holds.
    pub(crate) fn holds(&self, known: &impl Known) -> bool {
        match self {
            Self::Always => true,
            Self::Chosen(topic, options) => known.chosen(*topic) & options != 0,
            Self::Word(word) => known.is(*word),
            Self::UsersAbove(limit) => known.users() > *limit,
            Self::Not(inner) => !inner.holds(known),
            Self::And(left, right) => left.holds(known) && right.holds(known),
            Self::Or(left, right) => left.holds(known) || right.holds(known),
        }
    }
}

struct Reader<'w> {
    words: &'w [&'w str],
}

impl Reader<'_> {
    fn takes(&mut self, word: &str) -> bool {
        let Some((_, rest)) = self.words.split_first().filter(|(first, _)| **first == word) else { return false };
        self.words = rest;
        true
    }

    fn either(&mut self) -> Result<Condition, String> {
        let left = self.both()?;
        Ok(if self.takes("or") { Condition::Or(left.into(), self.either()?.into()) } else { left })
    }

    fn both(&mut self) -> Result<Condition, String> {
        let left = self.single()?;
        Ok(if self.takes("and") { Condition::And(left.into(), self.both()?.into()) } else { left })
    }

    fn single(&mut self) -> Result<Condition, String> {
        if self.takes("not") {
            return Ok(Condition::Not(self.single()?.into()));
        }
        if self.takes("(") {
            let inner = self.either()?;
            return if self.takes(")") { Ok(inner) } else { Err("a parenthesis is not closed".to_owned()) };
        }
        let (word, rest) = self.words.split_first().ok_or("something is missing at the end")?;
        self.words = rest;
        term(word)
    }
}

fn term(text: &str) -> Result<Condition, String> {
    if let Some((topic, options)) = text.split_once('=') {
        let topic = Topic::named(topic).ok_or_else(|| format!("there is no question `{topic}`"))?;
        let bits = options.split('/').try_fold(0, |bits, option| {
            topic.bit(option).map(|bit| bits | bit).ok_or_else(|| format!("`{option}` is no answer to `{}`", topic.word()))
        });
        return Ok(Condition::Chosen(topic, bits?));
    }
    if let Some(limit) = text.strip_prefix("users>") {
        return limit.parse().map(Condition::UsersAbove).map_err(|_| format!("`{limit}` is no number"));
    }
    let word = Word::ALL.iter().find(|(name, _)| *name == text).ok_or_else(|| format!("there is no word `{text}`"))?;
    Ok(Condition::Word(word.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Shop;

    impl Known for Shop {
        fn chosen(&self, topic: Topic) -> u16 {
            let words: &[&str] = match topic {
                Topic::Kind => &["spa"],
                Topic::Proxy => &["none"],
                Topic::Rules => &["pci", "hipaa"],
                _ => &[],
            };
            words.iter().map(|word| topic.bit(word).unwrap()).sum()
        }

        fn is(&self, word: Word) -> bool {
            matches!(word, Word::Browser | Word::Stay)
        }

        fn users(&self) -> u64 {
            1_000
        }
    }

    #[test]
    fn a_condition_is_read_as_it_is_written() {
        for (text, expected) in [
            ("", true),
            ("kind=spa", true),
            ("kind=pages/spa", true),
            ("kind=pages", false),
            ("rules=hipaa", true),
            ("rules=psd2/nist_aal2", false),
            ("place=same_origin", false),
            ("browser and stay", true),
            ("browser and native", false),
            ("native or browser and stay", true),
            ("(native or browser) and admin", false),
            ("not native and browser", true),
            ("not (native or browser)", false),
            ("not not stay", true),
            ("users>999", true),
            ("users>1000", false),
        ] {
            assert_eq!(Condition::parse(text).unwrap().holds(&Shop), expected, "{text}");
        }
    }

    #[test]
    fn a_slip_in_a_condition_is_found_when_it_is_read() {
        for text in
            ["kind=spas", "kin=spa", "brwser", "(browser", "browser)", "not", "browser and", "and", "browser stay", "users>x"]
        {
            assert!(Condition::parse(text).is_err(), "{text}");
        }
    }
}
