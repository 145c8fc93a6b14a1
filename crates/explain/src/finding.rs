//! One row of the table of findings: what is said about a thing, when, and on whose authority.
//!
//! 1. A row is data and one function. The function decides from its subject alone; it returns what fills the `{…}` of the sentence.
//! 2. A finding is shown once per item, however many of its conditions meet.
//! 3. Severity is fixed per id: whoever filters by it may rely on it.

use crate::part::Severity;
use crate::subject::{
    AuthorizationSubject, CookieHeaderSubject, ExchangeSubject, InputSubject, RequestSubject, ResponseSubject, SetCookieSubject,
    TokenSubject,
};

/// A sentence about a cookie, a token, a message or the paste, and the condition under which it is said.
#[derive(Debug)]
pub struct Finding {
    /// Stable name, `cookie.secure_missing`: never renamed.
    pub id: &'static str,
    /// How much somebody will be hurt.
    pub severity: Severity,
    /// Under which heading the published table lists it.
    pub group: Group,
    /// The condition in words, for the published table; the rule beside it is the same in code.
    pub condition: &'static str,
    /// The sentence shown. `{name}` is filled by the rule.
    pub text: &'static str,
    /// What to do about it, where there is something to do.
    pub remedy: Option<&'static str>,
    /// Who says so: `RFC 7519 §6`. [`crate::source_address`] knows where that can be read.
    pub sources: &'static [&'static str],
    /// The part of the item it points at: `header`, `attribute:samesite`; empty for the whole.
    pub(crate) at: &'static str,
    /// Decides.
    pub(crate) rule: Rule,
}

/// The headings of the published table, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// One `Set-Cookie` line.
    SetCookie,
    /// A `Cookie` header.
    CookieHeader,
    /// Any credential.
    Credential,
    /// JWT, JWS and JWE.
    Jose,
    /// The `Authorization` header.
    Authorization,
    /// A request.
    Request,
    /// A response, or a request with its response.
    Response,
    /// SAML, one-time passwords, keys.
    SamlOtpKeys,
    /// The paste itself.
    Input,
}

/// The function of a row, by the subject it looks at.
#[derive(Clone, Copy)]
pub(crate) enum Rule {
    Token(fn(&TokenSubject<'_>) -> Option<Fill>),
    SetCookie(fn(&SetCookieSubject<'_>) -> Option<Fill>),
    CookieHeader(fn(&CookieHeaderSubject<'_>) -> Option<Fill>),
    Authorization(fn(&AuthorizationSubject<'_>) -> Option<Fill>),
    Request(fn(&RequestSubject<'_>) -> Option<Fill>),
    Response(fn(&ResponseSubject<'_>) -> Option<Fill>),
    Exchange(fn(&ExchangeSubject<'_>) -> Option<Fill>),
    Input(fn(&InputSubject<'_>) -> Option<Fill>),
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "Token",
            Self::SetCookie(_) => "SetCookie",
            Self::CookieHeader(_) => "CookieHeader",
            Self::Authorization(_) => "Authorization",
            Self::Request(_) => "Request",
            Self::Response(_) => "Response",
            Self::Exchange(_) => "Exchange",
            Self::Input(_) => "Input",
        })
    }
}

/// What a rule that fires adds to the row: values for `{…}`, and where it points when that differs from the row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fill {
    values: Vec<(&'static str, String)>,
    at: Option<String>,
}

impl Fill {
    /// Adds the value for `{name}`. Values that came from the paste are shown to whoever pasted it, and must not be secret.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.values.push((name, value.into()));
        self
    }

    /// Points at a part that the row does not name.
    pub(crate) fn at(mut self, part: impl Into<String>) -> Self {
        self.at = Some(part.into());
        self
    }
}

/// Says the sentence when the condition holds.
pub(crate) fn when(condition: bool) -> Option<Fill> {
    condition.then(Fill::default)
}

impl Finding {
    /// The sentence with its `{…}` filled. A name that the rule did not fill stays as it stands.
    pub(crate) fn text_with(&self, fill: &Fill) -> String {
        let mut text = self.text.to_owned();
        for (name, value) in &fill.values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }

    /// The part it points at: the rule's word, then the row's, then none.
    pub(crate) fn part<'a>(&'a self, fill: &'a Fill) -> Option<&'a str> {
        fill.at.as_deref().or((!self.at.is_empty()).then_some(self.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: Finding = Finding {
        id: "x",
        severity: Severity::Note,
        group: Group::Input,
        condition: "",
        text: "{digits} digits every {period} s",
        remedy: None,
        sources: &[],
        at: "value",
        rule: Rule::Input(|_| None),
    };

    #[test]
    fn a_sentence_is_filled_and_points_at_a_part() {
        let fill = when(true).map(|fill| fill.with("digits", "6").with("period", "30")).unwrap();
        assert_eq!(ROW.text_with(&fill), "6 digits every 30 s");
        assert_eq!(ROW.part(&fill), Some("value"));
        assert_eq!(ROW.part(&fill.at("secret")), Some("secret"));
        assert_eq!(when(false), None);
    }
}
