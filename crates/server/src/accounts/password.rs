//! Passwords: what they may be, and how they are kept.
//!
//! 1. A password is normalised once, to NFC, the same when it is set and when it is checked. Nothing else of it is changed or cut.
//! 2. It has 15 characters or more and at most 1,024 bytes. There are no composition rules.
//! 3. A common password or a context word, alone or repeated, is refused, whatever its case and whatever digits or punctuation stand
//!    around it.
//! 4. It is kept as Argon2id of its HMAC-SHA-256 under the master key's `pepper`, with the id of that key beside it: the table alone
//!    does not let anyone guess.
//! 5. A hash under weaker parameters or an older key than today's is replaced at the next sign-in.

use std::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::constant_time;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use cloakroom_primitives::{KeyId, MasterKey, MasterKeys, Purpose, Random, Secret};
use unicode_normalization::UnicodeNormalization;

use super::common_passwords;
use super::user::{Account, folded};

/// The fewest characters.
pub(crate) const SHORTEST: usize = 15;
/// The most bytes, counted before any work is done on them.
pub(crate) const LONGEST: usize = 1024;

/// A password as somebody typed it, normalised.
#[derive(Clone, Debug)]
pub(crate) struct Password(Secret<String>);

/// A password beyond what is worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a password has at most 1,024 bytes")]
pub(crate) struct PasswordTooLong;

impl Password {
    /// Takes what was typed. Fails with [`PasswordTooLong`] above 1,024 bytes.
    pub(crate) fn new(typed: &str) -> Result<Self, PasswordTooLong> {
        if typed.len() > LONGEST {
            return Err(PasswordTooLong);
        }
        // NFC triples UTF-8 at most; a buffer that never grows leaves no copy behind.
        let mut normalised = String::with_capacity(typed.len() * 3);
        normalised.extend(typed.nfc());
        Ok(Self(Secret::new(normalised)))
    }

    fn as_str(&self) -> &str {
        self.0.expose()
    }
}

/// Why a password cannot be chosen. Each is a sentence that a form can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PasswordRefusal {
    /// Fewer than 15 characters.
    #[error("a password has 15 characters or more")]
    TooShort,
    /// It is a common password, alone or repeated.
    #[error("this is among the passwords that everybody tries first")]
    Common,
    /// It is the product's name, the host or the address's first part, alone or repeated.
    #[error("a password is not the name of this place or of its owner")]
    Context,
}

/// Words that somebody who knows where the password is for would try first.
#[derive(Clone, Debug)]
pub(crate) struct ContextWords(Vec<String>);

impl ContextWords {
    /// The product's name, the host with each of its labels, and what stands before the `@` of the address.
    pub(crate) fn new(product: &str, host: &str, local_part: &str) -> Self {
        let words = [product, host, local_part].into_iter().chain(host.split('.')).map(folded);
        let mut words: Vec<_> =
            words.flat_map(|word| [trimmed(&word).to_owned(), word]).filter(|word| !word.is_empty()).collect();
        words.sort_unstable();
        words.dedup();
        Self(words)
    }

    fn contains(&self, word: &str) -> bool {
        self.0.binary_search_by(|own| own.as_str().cmp(word)).is_ok()
    }
}

/// Which passwords may be chosen here.
#[derive(Clone, Debug)]
pub(crate) struct PasswordRules {
    product: String,
    host: String,
}

impl PasswordRules {
    /// The rules of a product on a host.
    pub(crate) fn new(product: impl Into<String>, host: impl Into<String>) -> Self {
        Self { product: product.into(), host: host.into() }
    }

    /// Decides whether the owner of an address may choose a password.
    pub(crate) fn check(&self, password: &Password, local_part: &str) -> Result<(), PasswordRefusal> {
        check(password, &ContextWords::new(&self.product, &self.host, local_part))
    }
}

fn check(password: &Password, context: &ContextWords) -> Result<(), PasswordRefusal> {
    let text = password.as_str();
    if text.chars().nth(SHORTEST - 1).is_none() {
        return Err(PasswordRefusal::TooShort);
    }
    let whole = Secret::new(folded(text));
    let mut candidates = vec![whole.expose().as_str(), trimmed(whole.expose())];
    candidates.extend(the_one_word(whole.expose()));
    for unit in candidates.into_iter().flat_map(units) {
        for word in [unit, trimmed(unit)] {
            if context.contains(word) {
                return Err(PasswordRefusal::Context);
            }
            if common_passwords::contains(word) {
                return Err(PasswordRefusal::Common);
            }
        }
    }
    Ok(())
}

/// The text without what stands around its first and last letter; of a text without letters, around its first and last digit.
fn trimmed(text: &str) -> &str {
    let letters = text.trim_matches(|c: char| !c.is_alphabetic());
    let inner = if letters.is_empty() { text.trim_matches(|c: char| !c.is_alphanumeric()) } else { letters };
    if inner.is_empty() { text } else { inner }
}

/// The word of a text that says one word again and again, with anything but letters between.
fn the_one_word(text: &str) -> Option<&str> {
    let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let first = words.next()?;
    words.all(|word| word == first).then_some(first)
}

/// Every beginning whose repetition gives the text, the last time perhaps cut short; the text itself is one.
fn units(text: &str) -> impl Iterator<Item = &str> {
    let period = period(text.as_bytes());
    (1..=text.len().checked_div(period).unwrap_or(0))
        .map(move |times| times * period)
        .chain((!text.len().is_multiple_of(period)).then_some(text.len()))
        .filter_map(|end| text.get(..end))
}

/// The length of the shortest beginning whose repetition gives the text (Knuth, Morris, Pratt); zero for no text.
fn period(text: &[u8]) -> usize {
    let mut borders = vec![0_usize; text.len()];
    for place in 1..text.len() {
        let mut border = borders[place - 1];
        while border > 0 && text[place] != text[border] {
            border = borders[border - 1];
        }
        borders[place] = border + usize::from(text[place] == text[border]);
    }
    text.len() - borders.last().copied().unwrap_or(0)
}

/// What hashing costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HashParameters {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl HashParameters {
    /// 19 MiB, two passes, one lane: the minimum that OWASP names for Argon2id.
    pub(crate) const DEFAULT: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    /// The cheapest that Argon2 allows, for the lab and for tests of what stands around hashing.
    pub(crate) const CHEAPEST: Self = Self { memory_kib: Params::MIN_M_COST, passes: 1, lanes: 1 };
    /// What a row may ask for: beyond it, a damaged row would take the machine's memory or its time.
    const CEILING: Self = Self { memory_kib: 64 * 1024, passes: 16, lanes: 4 };

    /// Takes parameters that Argon2 allows and that do not go beyond 64 MiB, 16 passes and 4 lanes.
    pub(crate) fn new(memory_kib: u32, passes: u32, lanes: u32) -> Option<Self> {
        let high = memory_kib > Self::CEILING.memory_kib || passes > Self::CEILING.passes || lanes > Self::CEILING.lanes;
        let allowed = Params::new(memory_kib, passes, lanes, None).is_ok();
        (allowed && !high).then_some(Self { memory_kib, passes, lanes })
    }

    /// How many blocks of 1 KiB one hash needs.
    pub(crate) fn blocks(self) -> usize {
        self.to_params().block_count()
    }

    fn is_weaker_than(self, other: Self) -> bool {
        self.memory_kib < other.memory_kib || self.passes < other.passes
    }

    fn to_params(self) -> Params {
        Params::new(self.memory_kib, self.passes, self.lanes, None).expect("checked when they were made")
    }
}

const SALT_LENGTH: usize = 16;
const OUTPUT_LENGTH: usize = Params::DEFAULT_OUTPUT_LEN;

/// One run of Argon2id, for the pool to do.
#[derive(Debug)]
pub(crate) struct HashWork {
    parameters: HashParameters,
    salt: Vec<u8>,
    peppered: Secret<[u8; 32]>,
}

/// What a run gives.
pub(crate) type HashOutput = Secret<[u8; OUTPUT_LENGTH]>;

impl HashWork {
    /// What it costs.
    pub(crate) fn parameters(&self) -> HashParameters {
        self.parameters
    }

    /// Does the work in `memory`, which has [`HashParameters::blocks`] blocks.
    pub(crate) fn run(&self, memory: &mut [Block]) -> HashOutput {
        let mut output = [0; OUTPUT_LENGTH];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.parameters.to_params())
            .hash_password_into_with_memory(self.peppered.expose(), &self.salt, &mut output, memory)
            .expect("the parameters, the salt and the memory have the lengths that Argon2 asks for");
        Secret::new(output)
    }
}

/// A password as the store keeps it: a PHC string, and the id of the master key whose pepper went in.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PasswordHash {
    /// `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
    pub(crate) phc: String,
    /// The master key.
    pub(crate) key: KeyId,
}

/// Shows nothing but the key's name.
impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordHash").field("key", &self.key).finish_non_exhaustive()
    }
}

/// A password that was right: whose it is, at which version of the account, and the hash to keep in place of an outdated one.
///
/// It is made by checking a password and in no other way.
#[derive(Clone, Debug)]
pub(crate) struct VerifiedPassword {
    user: Account,
    rehash: Option<PasswordHash>,
}

impl VerifiedPassword {
    pub(super) fn new(user: Account, rehash: Option<PasswordHash>) -> Self {
        Self { user, rehash }
    }

    /// The account, as it was when its password was read.
    pub(crate) fn user(&self) -> &Account {
        &self.user
    }

    /// What takes the place of a hash that was outdated. It does not move the account's version.
    pub(crate) fn rehash(&self) -> Option<&PasswordHash> {
        self.rehash.as_ref()
    }
}

/// Why a kept password cannot be checked against; an operator has to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unverifiable {
    /// The master key it was made with is not on file.
    #[error("the password was hashed under master key {0}, which is not on file; put that key back into the key file")]
    UnknownKey(KeyId),
    /// It is not a hash of ours.
    #[error("the stored password hash is damaged")]
    Damaged,
}

/// Prepares the work for the pool and reads what comes out of it.
#[derive(Clone, Debug)]
pub(crate) struct PasswordHasher {
    keys: MasterKeys,
    parameters: HashParameters,
    dummy: PasswordHash,
}

impl PasswordHasher {
    /// Hashes under today's parameters and the minting key; checks under every key on file.
    pub(crate) fn new(keys: MasterKeys, parameters: HashParameters, random: &dyn Random) -> Self {
        let (mut salt, mut output) = ([0; SALT_LENGTH], [0; OUTPUT_LENGTH]);
        random.fill(&mut salt);
        random.fill(&mut output);
        let dummy = PasswordHash { phc: to_phc(parameters, &salt, &output), key: keys.minting().id() };
        Self { keys, parameters, dummy }
    }

    /// A hash that no password has, for addresses without an account: checking it costs what checking a real one costs.
    pub(crate) fn dummy(&self) -> &PasswordHash {
        &self.dummy
    }

    /// The work for a new hash, and what makes the hash of its output.
    pub(crate) fn prepare(&self, password: &Password, random: &dyn Random) -> (HashWork, NewHash) {
        let key = self.keys.minting();
        let mut salt = vec![0; SALT_LENGTH];
        random.fill(&mut salt);
        let new = NewHash { parameters: self.parameters, salt: salt.clone(), key: key.id() };
        (HashWork { parameters: self.parameters, salt, peppered: pepper(key, password) }, new)
    }

    /// The work that checks a password against a kept hash, and the output that it must give.
    pub(crate) fn check(&self, password: &Password, kept: &PasswordHash) -> Result<(HashWork, ExpectedOutput), Unverifiable> {
        let key = self.keys.find(kept.key).ok_or(Unverifiable::UnknownKey(kept.key))?;
        let (parameters, salt, output) = from_phc(&kept.phc).ok_or(Unverifiable::Damaged)?;
        Ok((HashWork { parameters, salt, peppered: pepper(key, password) }, ExpectedOutput(output)))
    }

    /// Whether a kept hash is weaker than today's would be, or under another key.
    pub(crate) fn is_outdated(&self, kept: &PasswordHash) -> bool {
        let weaker = from_phc(&kept.phc).is_some_and(|(parameters, ..)| parameters.is_weaker_than(self.parameters));
        weaker || kept.key != self.keys.minting().id()
    }
}

/// A hash whose output is not there yet.
pub(crate) struct NewHash {
    parameters: HashParameters,
    salt: Vec<u8>,
    key: KeyId,
}

impl NewHash {
    /// The hash to keep, once the work is done.
    pub(crate) fn with(&self, output: &HashOutput) -> PasswordHash {
        PasswordHash { phc: to_phc(self.parameters, &self.salt, output.expose()), key: self.key }
    }
}

/// The output that the right password gives.
pub(crate) struct ExpectedOutput([u8; OUTPUT_LENGTH]);

impl ExpectedOutput {
    /// Whether this is it; comparing takes the same time whatever the difference.
    pub(crate) fn is(&self, output: &HashOutput) -> bool {
        constant_time::verify_slices_are_equal(&self.0, output.expose()).is_ok()
    }
}

fn pepper(key: &MasterKey, password: &Password) -> Secret<[u8; 32]> {
    Secret::new(key.purpose(Purpose::Pepper).mac(&[password.as_str().as_bytes()]))
}

fn to_phc(parameters: HashParameters, salt: &[u8], output: &[u8]) -> String {
    let HashParameters { memory_kib, passes, lanes } = parameters;
    let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
    format!("$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${salt}${output}")
}

fn from_phc(phc: &str) -> Option<(HashParameters, Vec<u8>, [u8; OUTPUT_LENGTH])> {
    let (costs, rest) = phc.strip_prefix("$argon2id$v=19$m=")?.split_once('$')?;
    let (memory, costs) = costs.split_once(",t=")?;
    let (passes, lanes) = costs.split_once(",p=")?;
    let (salt, output) = rest.split_once('$')?;
    let parameters = HashParameters::new(memory.parse().ok()?, passes.parse().ok()?, lanes.parse().ok()?)?;
    let salt = STANDARD_NO_PAD.decode(salt).ok().filter(|salt| (argon2::MIN_SALT_LEN..=64).contains(&salt.len()))?;
    Some((parameters, salt, STANDARD_NO_PAD.decode(output).ok()?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::SeededRandom;
    use proptest::prelude::*;

    use super::*;

    fn judged(text: &str) -> Result<(), PasswordRefusal> {
        PasswordRules::new("Cloakroom", "auth.example.com").check(&Password::new(text).unwrap(), "ada.l1815")
    }

    #[test]
    fn fifteen_characters_of_any_kind_are_enough() {
        for text in
            ["quiet lamp on 7", "ffvkjqzxwyplmnh", "ññññçççç艾達艾達øøø", "               ", "correct horse battery staple"]
        {
            assert_eq!(judged(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn length_is_counted_in_code_points_after_normalising() {
        assert_eq!(judged("quiet lamp on "), Err(PasswordRefusal::TooShort));
        assert_eq!(judged(&"e\u{301}\u{1f9f5}".repeat(7)), Err(PasswordRefusal::TooShort));
        assert_eq!(judged(&format!("{}x", "e\u{301}\u{1f9f5}".repeat(7))), Ok(()));
    }

    #[test]
    fn a_password_of_1024_bytes_is_taken_and_a_longer_one_is_not() {
        assert!(Password::new(&"ä".repeat(512)).is_ok());
        assert_eq!(Password::new(&"x".repeat(1025)).unwrap_err(), PasswordTooLong);
    }

    #[test]
    fn common_passwords_are_refused_however_they_are_dressed() {
        for text in [
            "passwordpassword",
            "PasswordPassword",
            "password1password1",
            "Password123Password123!",
            "!!!password2026!",
            "123456789012345",
            "1234561234561234",
            "111111111111111",
            "aaaaaaaaaaaaaaaa",
            "abcdabcdabcdabc",
            "qwertyqwertyqwe",
            "P4ssw0rd!P4ssw0rd!",
            "----dragon-dragon",
            "monkey monkey monkey",
            "internationally",
            "0000000000000letmein",
        ] {
            assert_eq!(judged(text), Err(PasswordRefusal::Common), "{text}");
        }
    }

    #[test]
    fn the_place_and_its_owner_are_no_passwords() {
        for text in [
            "cloakroomCloakroom",
            "Cloakroom-cloakroom",
            "auth.example.com",
            "AUTH.EXAMPLE.COM!",
            "ada.l1815ada.l1815",
            "Ada.L Ada.L Ada.L",
            "12345cloakroom67",
            "authauthauthauth",
        ] {
            let refusal = judged(text);
            assert!(refusal.is_err(), "{text}");
        }
        assert_eq!(judged("cloakroom-cloakroom"), Err(PasswordRefusal::Context));
        assert_eq!(judged("ada.l1815ada.l1815"), Err(PasswordRefusal::Context));
        assert_eq!(judged("my cloakroom is blue"), Ok(()));
    }

    #[test]
    fn every_listed_word_is_refused_when_it_is_repeated() {
        let passed = common_passwords::all().find(|word| judged(&word.repeat(SHORTEST.div_ceil(word.len()))).is_ok());
        assert_eq!(passed, None);
    }

    #[test]
    fn a_period_is_the_shortest_beginning_that_repeats() {
        for (text, expected) in
            [("", 0), ("a", 1), ("aaaa", 1), ("abab", 2), ("ababa", 2), ("abcd", 4), ("abcdabc", 4), ("abac", 4)]
        {
            assert_eq!(period(text.as_bytes()), expected, "{text}");
        }
    }

    fn keys(seeds: &[u64]) -> MasterKeys {
        let lines: Vec<_> =
            seeds.iter().map(|seed| MasterKey::generate(&SeededRandom::new(*seed)).to_line().expose().clone()).collect();
        MasterKeys::parse(&lines.join("\n")).unwrap()
    }

    fn hasher(seeds: &[u64], parameters: HashParameters) -> PasswordHasher {
        PasswordHasher::new(keys(seeds), parameters, &SeededRandom::new(9))
    }

    fn run(work: &HashWork) -> HashOutput {
        work.run(&mut vec![Block::new(); work.parameters().blocks()])
    }

    fn hashed(hasher: &PasswordHasher, password: &str) -> PasswordHash {
        let (work, new) = hasher.prepare(&Password::new(password).unwrap(), &SeededRandom::new(3));
        new.with(&run(&work))
    }

    fn verifies(hasher: &PasswordHasher, password: &str, kept: &PasswordHash) -> bool {
        let (work, expected) = hasher.check(&Password::new(password).unwrap(), kept).unwrap();
        expected.is(&run(&work))
    }

    #[test]
    fn only_the_same_password_verifies_and_its_normal_form_counts() {
        let hasher = hasher(&[1], HashParameters::CHEAPEST);
        let kept = hashed(&hasher, "quiet lamp on é");
        assert!(verifies(&hasher, "quiet lamp on e\u{301}", &kept));
        for other in ["quiet lamp on e", "quiet lamp on é ", "Quiet lamp on é", "quiet lamp on é\0", ""] {
            assert!(!verifies(&hasher, other, &kept), "{other:?}");
        }
    }

    #[test]
    fn every_byte_up_to_the_limit_counts() {
        let hasher = hasher(&[1], HashParameters::CHEAPEST);
        let long = "x".repeat(LONGEST - 1);
        let kept = hashed(&hasher, &format!("{long}y"));
        assert!(verifies(&hasher, &format!("{long}y"), &kept));
        assert!(!verifies(&hasher, &format!("{long}z"), &kept));
        assert!(!verifies(&hasher, &long, &kept));
    }

    #[test]
    fn nobody_has_the_dummy() {
        let hasher = hasher(&[1], HashParameters::CHEAPEST);
        assert!(!verifies(&hasher, "quiet lamp on 7", hasher.dummy()));
        assert!(!hasher.is_outdated(hasher.dummy()));
    }

    #[test]
    fn a_hash_verifies_under_the_key_it_was_made_with_and_under_no_other() {
        let old = hasher(&[1], HashParameters::CHEAPEST);
        let kept = hashed(&old, "quiet lamp on 7");
        let rotated = hasher(&[2, 1], HashParameters::CHEAPEST);
        assert!(verifies(&rotated, "quiet lamp on 7", &kept));
        let other = hasher(&[2], HashParameters::CHEAPEST);
        let refused = other.check(&Password::new("quiet lamp on 7").unwrap(), &kept).err();
        assert_eq!(refused, Some(Unverifiable::UnknownKey(kept.key)));
        let renamed = PasswordHash { key: keys(&[2]).minting().id(), ..kept };
        assert!(!verifies(&rotated, "quiet lamp on 7", &renamed));
    }

    #[test]
    fn a_hash_is_outdated_when_parameters_rose_or_the_key_changed() {
        let parameters = |memory, passes| HashParameters::new(memory, passes, 1).unwrap();
        let kept = hashed(&hasher(&[1], parameters(16, 2)), "quiet lamp on 7");
        for (seeds, today, outdated) in [
            (&[1][..], parameters(16, 2), false),
            (&[1], parameters(8, 1), false),
            (&[1], parameters(17, 2), true),
            (&[1], parameters(16, 3), true),
            (&[2, 1], parameters(16, 2), true),
        ] {
            assert_eq!(hasher(seeds, today).is_outdated(&kept), outdated, "{seeds:?} {today:?}");
        }
    }

    #[test]
    fn the_default_costs_nineteen_mebibytes_and_two_passes() {
        let phc = hashed(&hasher(&[1], HashParameters::DEFAULT), "quiet lamp on 7").phc;
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert_eq!(HashParameters::DEFAULT.blocks(), 19 * 1024);
    }

    #[test]
    fn a_damaged_hash_is_refused_before_any_work() {
        let hasher = hasher(&[1], HashParameters::CHEAPEST);
        let kept = hashed(&hasher, "quiet lamp on 7");
        let salt_and_output = kept.phc.rsplit_once("p=1$").unwrap().1;
        for phc in [
            String::new(),
            kept.phc.replace("argon2id", "argon2i"),
            kept.phc.replace("v=19", "v=16"),
            format!("{}A", kept.phc),
            format!("{}=", kept.phc),
            format!("$argon2id$v=19$m=4194304,t=2,p=1${salt_and_output}"),
            format!("$argon2id$v=19$m=8,t=4294967295,p=1${salt_and_output}"),
            format!("$argon2id$v=19$m=8,t=1,p=0${salt_and_output}"),
            format!("$argon2id$v=19$m=8,t=1,p=1$AAAA${}", salt_and_output.split_once('$').unwrap().1),
        ] {
            let refused = hasher.check(&Password::new("x").unwrap(), &PasswordHash { phc: phc.clone(), key: kept.key }).err();
            assert_eq!(refused, Some(Unverifiable::Damaged), "{phc}");
        }
    }

    #[test]
    fn passwords_and_hashes_do_not_print_themselves() {
        let hasher = hasher(&[1], HashParameters::CHEAPEST);
        let password = Password::new("quiet lamp on 7").unwrap();
        let kept = hashed(&hasher, "quiet lamp on 7");
        let shown = format!("{password:?} {kept:?} {hasher:?} {:?}", hasher.prepare(&password, &SeededRandom::new(3)).0);
        assert!(!shown.contains("lamp") && !shown.contains("argon2id$"), "{shown}");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_rules_panic(text in ".{0,60}|(ab|é|1){0,40}") {
            let _ = judged(&text);
        }

        #[test]
        fn a_repeated_text_has_its_period(unit in "[a-c]{1,6}", times in 2_usize..6) {
            let text = unit.repeat(times);
            prop_assert!(units(&text).any(|found| found == unit));
        }
    }
}
