//! What a token must say to be good here and now.
//!
//! 1. `typ` is the expected one. Without it a token made for another purpose would pass (RFC 8725 §3.11).
//! 2. `iss` is the expected issuer, byte for byte.
//! 3. `aud` names one of us.
//! 4. There is an `exp`: a token without end is not read as one that never ends.
//! 5. `nbf`, where it stands, is not in the future.
//! 6. `exp` is in the future, to the millisecond. This is the last question, so [`JwtError::Expired`] means that all else is good.
//!
//! The leeway widens 5 and 6. `iat` is never a reason to refuse: a clock that is a second ahead would sign people out.

use std::time::Duration;

use cloakroom_primitives::Timestamp;

use crate::header::is_same_type;
use crate::{JwtError, Registered};

/// What a verifier expects of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The one issuer whose tokens are taken.
    pub issuer: String,
    /// The names we go by; a token is for us when it names one of them.
    pub audiences: Vec<String>,
    /// The kind of token, such as `at+jwt`; `application/at+jwt` is the same, and case does not count.
    pub typ: String,
    /// How far the issuer's clock may be from ours; zero where we are the issuer.
    pub leeway: Duration,
}

impl Expectation {
    /// Judges the claims of a token whose signature is good.
    pub fn check(&self, typ: Option<&str>, claims: Registered<'_>, now: Timestamp) -> Result<(), JwtError> {
        if !typ.is_some_and(|typ| is_same_type(typ, &self.typ)) {
            return Err(JwtError::NotMeantForUs { reason: "another typ" });
        }
        if claims.iss != Some(&*self.issuer) {
            return Err(JwtError::NotMeantForUs { reason: "another issuer" });
        }
        if !claims.aud.is_some_and(|aud| self.audiences.iter().any(|name| aud.contains(name))) {
            return Err(JwtError::NotMeantForUs { reason: "another audience" });
        }
        let Some(exp) = claims.exp else {
            return Err(JwtError::Malformed { reason: "no exp" });
        };
        if claims.nbf.is_some_and(|nbf| now.plus(self.leeway) < nbf.timestamp()) {
            return Err(JwtError::NotYetValid);
        }
        if now >= exp.timestamp().plus(self.leeway) {
            return Err(JwtError::Expired);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Audience, NumericDate};

    fn expectation(leeway: Duration) -> Expectation {
        let audiences = vec!["api".to_owned(), "web".to_owned()];
        Expectation { issuer: "https://id.example".to_owned(), audiences, typ: "at+jwt".to_owned(), leeway }
    }

    fn date(seconds: u64) -> NumericDate {
        NumericDate::at(Timestamp::from_seconds(seconds))
    }

    fn good(aud: &Audience) -> Registered<'_> {
        Registered { iss: Some("https://id.example"), aud: Some(aud), exp: Some(date(200)), nbf: None }
    }

    #[test]
    fn a_token_is_good_until_the_last_millisecond() {
        let aud = Audience::One("api".to_owned());
        for (leeway, last) in [(0, 199_999), (5, 204_999)] {
            let expected = expectation(Duration::from_secs(leeway));
            assert_eq!(expected.check(Some("at+jwt"), good(&aud), Timestamp::from_millis(last)), Ok(()));
            assert_eq!(expected.check(Some("at+jwt"), good(&aud), Timestamp::from_millis(last + 1)), Err(JwtError::Expired));
        }
    }

    #[test]
    fn a_token_is_good_from_the_first_millisecond() {
        let aud = Audience::One("api".to_owned());
        let claims = Registered { nbf: Some(date(100)), ..good(&aud) };
        for (leeway, first) in [(0, 100_000), (5, 95_000)] {
            let expected = expectation(Duration::from_secs(leeway));
            assert_eq!(expected.check(Some("at+jwt"), claims, Timestamp::from_millis(first)), Ok(()));
            assert_eq!(expected.check(Some("at+jwt"), claims, Timestamp::from_millis(first - 1)), Err(JwtError::NotYetValid));
        }
    }

    #[test]
    fn expired_is_said_only_when_all_else_is_good() {
        let late = Timestamp::from_seconds(1_000);
        let expected = expectation(Duration::ZERO);
        let (ours, theirs) = (Audience::Many(vec!["x".to_owned(), "web".to_owned()]), Audience::One("other".to_owned()));
        assert_eq!(expected.check(Some("at+jwt"), good(&ours), late), Err(JwtError::Expired));
        for (typ, claims) in [
            (None, good(&ours)),
            (Some("JWT"), good(&ours)),
            (Some("at+jwt"), good(&theirs)),
            (Some("at+jwt"), Registered { aud: None, ..good(&ours) }),
            (Some("at+jwt"), Registered { iss: None, ..good(&ours) }),
            (Some("at+jwt"), Registered { iss: Some("https://id.example/"), ..good(&ours) }),
        ] {
            assert!(matches!(expected.check(typ, claims, late), Err(JwtError::NotMeantForUs { .. })), "{typ:?} {claims:?}");
        }
    }

    #[test]
    fn a_token_without_end_is_refused() {
        let aud = Audience::One("api".to_owned());
        let endless = Registered { exp: None, ..good(&aud) };
        let answer = expectation(Duration::ZERO).check(Some("at+jwt"), endless, Timestamp::ZERO);
        assert_eq!(answer, Err(JwtError::Malformed { reason: "no exp" }));
    }

    #[test]
    fn the_end_of_time_does_not_overflow() {
        let aud = Audience::One("api".to_owned());
        let claims = Registered { exp: Some(NumericDate::at(Timestamp::MAX)), ..good(&aud) };
        assert_eq!(expectation(Duration::MAX).check(Some("at+jwt"), claims, Timestamp::from_seconds(9)), Ok(()));
    }
}
