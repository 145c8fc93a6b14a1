//! Names of cookies and fields: what stands around the word, and what the word sounds like.
//!
//! 1. A prefix (`__Host-Http-`, `__Host-`, `__Secure-`, `__Http-`, in any case) is a promise to browsers and no part of the word.
//! 2. The number of a chunk (`.0`, `_1`, `C2`) is no part of the word either; both spellings are asked for.
//! 3. Names that sound like a session or an identity only make something of a value in which nothing better was found.

/// A cookie's name, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BareName<'a> {
    /// As written.
    pub(crate) full: &'a str,
    /// Without prefix.
    pub(crate) bare: &'a str,
    /// Without prefix and without the number of a chunk; `None` when there is no number.
    pub(crate) unchunked: Option<&'a str>,
}

const PREFIXES: [&str; 4] = ["__host-http-", "__host-", "__secure-", "__http-"];

impl<'a> BareName<'a> {
    pub(crate) fn of(full: &'a str) -> Self {
        let bare = without_prefix(full);
        Self { full, bare, unchunked: without_chunk_number(bare) }
    }

    /// Both spellings, the whole one first.
    pub(crate) fn spellings(self) -> impl Iterator<Item = &'a str> {
        std::iter::once(self.bare).chain(self.unchunked)
    }
}

/// The name without a prefix that browsers know.
pub(crate) fn without_prefix(name: &str) -> &str {
    PREFIXES
        .iter()
        .find_map(|prefix| {
            let (start, rest) = name.split_at_checked(prefix.len())?;
            start.eq_ignore_ascii_case(prefix).then_some(rest)
        })
        .unwrap_or(name)
}

/// The name before `.N`, `_N` or `CN`.
fn without_chunk_number(name: &str) -> Option<&str> {
    let word = name.trim_end_matches(|character: char| character.is_ascii_digit());
    let digits = name.len() - word.len();
    if digits == 0 || digits > 2 {
        return None;
    }
    word.strip_suffix(['.', '_', 'C']).filter(|word| !word.is_empty())
}

/// Whether the name sounds as if the value kept somebody signed in.
pub(crate) fn sounds_like_a_session(name: &str) -> bool {
    const WHOLE: [&str; 31] = [
        "sid",
        "sess",
        "session",
        "sessid",
        "sess_id",
        "sessionid",
        "session_id",
        "sessiontoken",
        "session_token",
        "session-token",
        "auth",
        "authsession",
        "auth_session",
        "authtoken",
        "auth_token",
        "auth-token",
        "login",
        "sso",
        "accesstoken",
        "access_token",
        "access-token",
        "refreshtoken",
        "refresh_token",
        "refresh-token",
        "idtoken",
        "id_token",
        "id-token",
        "jwt",
        "token",
        "auth-session",
        "session-id",
    ];
    const LAST: [&str; 6] = ["session", "sessionid", "session_id", "sid", "auth", "token"];
    let name = name.to_ascii_lowercase();
    WHOLE.contains(&name.as_str())
        || LAST.iter().any(|last| name.strip_suffix(last).is_some_and(|before| before.ends_with(['.', '_', '-'])))
}

/// Whether the name says who somebody is, or what they may do.
pub(crate) fn names_an_identity(name: &str) -> bool {
    const NAMES: [&str; 20] = [
        "user",
        "username",
        "user_name",
        "userid",
        "user_id",
        "uid",
        "email",
        "role",
        "roles",
        "isadmin",
        "is_admin",
        "admin",
        "account",
        "authenticated",
        "loggedin",
        "logged_in",
        "_user_id",
        "sub",
        "isauthenticated",
        "is_authenticated",
    ];
    NAMES.contains(&name.to_ascii_lowercase().as_str())
}

/// The words of a name in lower case: `clientSecret`, `client-secret`, `CLIENT_SECRET` and `client.secret` are two words each.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut chars = name.chars().peekable();
    let mut before = None;
    while let Some(char) = chars.next() {
        let is_followed_by_lower = chars.peek().is_some_and(|next| next.is_lowercase());
        // "dbPassword" begins a word at P, "APIKey" at K.
        let begins = char.is_uppercase()
            && before.is_some_and(|before: char| !before.is_uppercase() || is_followed_by_lower && before.is_alphanumeric());
        if begins || !char.is_alphanumeric() {
            words.push(String::new());
        }
        if char.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(char.to_lowercase());
        }
        before = Some(char);
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether the name of a member says that its value is a secret: one of its words does, or two that belong together.
pub(crate) fn names_a_secret(name: &str) -> bool {
    const WORDS: [&str; 6] = ["pwd", "otp", "totp", "pin", "passcode", "privatekey"];
    // Written as one word they still end like this: `dbpassword`, `clientsecret`.
    const ENDS: [&str; 5] = ["password", "passwd", "secret", "passphrase", "apikey"];
    const PAIRS: [[&str; 2]; 2] = [["private", "key"], ["api", "key"]];
    let words = words(name);
    let stem = |word: &str| word.trim_end_matches(|char: char| char.is_ascii_digit()).to_owned();
    words.iter().map(|word| stem(word)).any(|word| WORDS.contains(&&*word) || ENDS.iter().any(|end| word.ends_with(end)))
        || words.windows(2).any(|pair| PAIRS.iter().any(|known| pair[0] == known[0] && stem(&pair[1]) == known[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefix_and_chunk_number_are_no_part_of_the_word() {
        for (full, bare, unchunked) in [
            ("__Host-sid", "sid", None),
            ("__host-http-sid", "sid", None),
            ("__Secure-authjs.session-token.0", "authjs.session-token.0", Some("authjs.session-token")),
            (".AspNetCore.CookiesC12", ".AspNetCore.CookiesC12", Some(".AspNetCore.Cookies")),
            ("_oauth2_proxy_1", "_oauth2_proxy_1", Some("_oauth2_proxy")),
            ("a1", "a1", None),
            ("é", "é", None),
            ("_1", "_1", None),
        ] {
            assert_eq!(BareName::of(full), BareName { full, bare, unchunked });
        }
    }

    #[test]
    fn names_sound_like_what_they_are() {
        for name in
            ["sid", "SESSION_ID", "sessId", "auth_token", "access-token", "my_app.session", "x_token", "connect.sid", "jwt"]
        {
            assert!(sounds_like_a_session(name), "{name}");
        }
        for name in ["side", "theme", "tokens", "sessions", "author", "mysid"] {
            assert!(!sounds_like_a_session(name), "{name}");
        }
        for (name, secret) in [
            ("password", true),
            ("db_password_hash", true),
            ("client_secret", true),
            ("pin", true),
            ("clientSecret", true),
            ("dbPassword", true),
            ("client-secret", true),
            ("APIKey", true),
            ("api.key", true),
            ("x-api-key", true),
            ("PrivateKey2", true),
            ("pwd", true),
            ("otp", true),
            ("userpassword", true),
            ("pins", false),
            ("spinner", false),
            ("keyApi", false),
            ("opinion", false),
            ("secretary", false),
        ] {
            assert_eq!(names_a_secret(name), secret, "{name}");
        }
        assert_eq!(words("dbAPIKey_v2.X-é"), ["db", "api", "key", "v2", "x", "é"]);
        assert!(names_an_identity("is_admin") && names_an_identity("User") && !names_an_identity("users"));
    }
}
