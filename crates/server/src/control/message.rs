//! What is said over the control socket, and what `--json` prints.

use std::fmt;

use cloakroom_primitives::{Secret, Timestamp};
use cloakroom_session::{ClientId, SessionId};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What a command asks of whoever has the store open.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ControlRequest {
    /// Makes an account.
    AddUser {
        /// Its address.
        email: String,
        /// Its name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Its password.
        password: Private,
    },
    /// Lists all accounts.
    ListUsers,
    /// Disables an account and ends its sessions.
    DisableUser {
        /// Its address or its id.
        user: String,
    },
    /// Lists the sessions of a user.
    ListSessions {
        /// Their address or id.
        user: String,
    },
    /// Ends one session.
    EndSession {
        /// Its id.
        session: SessionId,
    },
    /// Ends all sessions of a user.
    EndSessions {
        /// Their address or id.
        user: String,
    },
    /// Lists the signing keys.
    ListKeys,
    /// Makes the server take the wall clock's word.
    AcceptClock,
    /// Asks whether a credential would be taken. It is not used by that.
    Appraise {
        /// The credential.
        credential: Private,
    },
}

/// What became of a request.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ControlReply {
    /// The account was made.
    UserAdded(UserRow),
    /// All accounts.
    Users(Vec<UserRow>),
    /// The account is disabled.
    UserDisabled {
        /// As it is now.
        user: UserRow,
        /// How many sessions ended with it.
        sessions_ended: usize,
    },
    /// Sessions, newest first.
    Sessions(Vec<SessionRow>),
    /// Sessions have ended.
    SessionsEnded {
        /// How many.
        sessions_ended: usize,
    },
    /// All signing keys, newest first.
    Keys(Vec<KeyRow>),
    /// The server's time follows the wall clock again.
    ClockAccepted,
    /// What would become of a credential; nothing when it is not one of this server's.
    Appraised(Option<VerdictRow>),
    /// Nothing was done.
    Refused {
        /// Why, and what the operator can do; one sentence.
        reason: String,
    },
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserRow {
    /// Its id.
    pub(crate) id: String,
    /// Its address.
    pub(crate) email: String,
    /// Whether the address is known to be theirs.
    pub(crate) email_verified: bool,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Its roles.
    pub(crate) roles: Vec<String>,
    /// `active` or `disabled`.
    pub(crate) status: String,
    /// When it was made.
    #[serde(with = "rfc3339")]
    pub(crate) created_at: Timestamp,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionRow {
    /// Its id.
    pub(crate) id: SessionId,
    /// The app it was made for.
    pub(crate) client_id: ClientId,
    /// The word of its cell.
    pub(crate) cell: String,
    /// What it was made with, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) device: Option<String>,
    /// When it began.
    #[serde(with = "rfc3339")]
    pub(crate) created_at: Timestamp,
    /// When it was last used.
    #[serde(with = "rfc3339")]
    pub(crate) seen_at: Timestamp,
    /// The address it was last used from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seen_from: Option<String>,
    /// The earlier of its deadlines.
    #[serde(with = "rfc3339")]
    pub(crate) expires_at: Timestamp,
}

/// A signing key, its public side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyRow {
    /// Its thumbprint.
    pub(crate) kid: String,
    /// Its algorithm, as tokens name it.
    pub(crate) alg: String,
    /// The word of its state.
    pub(crate) state: String,
    /// When it was first published.
    #[serde(with = "rfc3339")]
    pub(crate) announced_at: Timestamp,
    /// From when on it signs.
    #[serde(with = "rfc3339")]
    pub(crate) signs_from: Timestamp,
}

/// What would become of a credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerdictRow {
    /// Whether it would be taken.
    pub(crate) accepted: bool,
    /// The check that decides, in the verifier's own word.
    pub(crate) check: String,
    /// Since when it refuses, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<String>,
}

/// A password or a credential on its way to the server. It is shown to nobody else.
#[derive(Clone)]
pub(crate) struct Private(Secret<String>);

impl Private {
    /// Takes what was typed.
    pub(crate) fn new(text: String) -> Self {
        Self(Secret::new(text))
    }

    /// Hands it to whoever hashes or checks it.
    pub(crate) fn into_secret(self) -> Secret<String> {
        self.0
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Private(..)")
    }
}

impl Serialize for Private {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}

impl<'de> Deserialize<'de> for Private {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A custom error: serde's own would show what it found.
        String::deserialize(deserializer).map(Self::new).map_err(|_| de::Error::custom("a password or a credential is a string"))
    }
}

/// RFC 3339 in UTC with milliseconds.
mod rfc3339 {
    use cloakroom_primitives::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this signature")]
    pub(super) fn serialize<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::print_moment(*moment))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(deserializer)?;
        let moment: jiff::Timestamp = text.parse().map_err(de::Error::custom)?;
        u64::try_from(moment.as_millisecond()).map(Timestamp::from_millis).map_err(de::Error::custom)
    }
}

/// A moment in RFC 3339, in UTC with milliseconds.
pub(crate) fn print_moment(moment: Timestamp) -> String {
    let millis = i64::try_from(moment.as_millis()).unwrap_or(i64::MAX);
    format!("{:.3}", jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_utc_with_milliseconds() {
        assert_eq!(print_moment(Timestamp::from_millis(1_700_000_000_007)), "2023-11-14T22:13:20.007Z");
        assert_eq!(print_moment(Timestamp::from_seconds(0)), "1970-01-01T00:00:00.000Z");
        assert!(print_moment(Timestamp::MAX).starts_with("9999-12-3"));
    }

    #[test]
    fn unknown_members_are_refused_and_a_password_does_not_print_itself() {
        let text = r#"{"add_user":{"email":"a@b.example","password":"hunter2"}}"#;
        let request: ControlRequest = serde_json::from_str(text).unwrap();
        assert!(!format!("{request:?}").contains("hunter2"));
        assert_eq!(serde_json::to_string(&request).unwrap(), text);
        for text in [
            r#"{"add_user":{"email":"a","password":"b","admin":true}}"#,
            r#"{"add_user":{"email":"a"}}"#,
            r#"{"drop_tables":{}}"#,
            r#"{"end_session":{"session":"short"}}"#,
        ] {
            assert!(serde_json::from_str::<ControlRequest>(text).is_err(), "{text}");
        }
        let error = serde_json::from_str::<ControlRequest>(r#"{"add_user":{"email":"a","password":12345}}"#).unwrap_err();
        assert!(!error.to_string().contains("12345"), "{error}");
    }
}
