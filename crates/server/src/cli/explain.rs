//! `cloakroom explain`: what a pasted cookie, token or message is, on the terminal.
//!
//! 1. The exit code tells the worst finding: 0 nothing worse than a note, 1 a warning, 2 nobody can read it, 3 an error.
//! 2. Whether this installation would take a credential of its own is told to whoever holds the data folder: the server that uses it is
//!    asked, or its store where none is running. Where there is no data folder, none is made.
//! 3. Nothing of the text is printed but what the explanation shows, which is blanked.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use cloakroom::{Clock as _, CredentialKind, Origin, SystemClock, Timestamp};
use cloakroom_explain::{Explainer, Explanation, Paste, Severity, Verdict, render};
use cloakroom_session::{RefreshToken, SessionToken};

use super::arguments::{ExplainFlags, SharedFlags};
use super::failure::Failure;
use super::run::Setting;
use crate::config::{Config, Flags};
use crate::control::{AskError, ControlReply, ControlRequest, Private, ask};
use crate::explain::{Unavailable, candidates, moment, ours};
use crate::texts::en::explain as words;

/// What is read of the input; the explanation is about the beginning of more.
const MOST: u64 = 16 * 1024 * 1024;

/// The format of what nobody can read.
const UNREAD: &str = "unknown";

const WARNINGS: u8 = 1;
const NOTHING_READ: u8 = 2;
const ERRORS: u8 = 3;

pub(super) async fn run(setting: &mut Setting<'_, '_>, shared: SharedFlags, flags: ExplainFlags) -> Result<(), Failure> {
    let json = shared.json;
    let config = setting.load(&Flags::from(shared))?.config;
    let bytes = read(setting, flags.file.as_deref())?;
    let now = match flags.at.as_deref() {
        Some(text) => moment(text).ok_or_else(|| usage("--at takes a moment such as 2026-11-24T12:00:00Z"))?,
        None => SystemClock::new().now(),
    };
    let own = candidates(&String::from_utf8_lossy(&bytes), claims_to_be_ours);
    let mut explanation = Explainer::new().explain(&paste(&bytes, &flags, now)?);
    explanation.ours = match own.first() {
        Some(candidate) if !candidate.is_blanked => {
            let told = appraised(setting, &config, &candidate.text).await;
            match told {
                Ok(None) if candidate.text.starts_with("eyJ") => ours(None, None),
                told => ours(Some(candidate), Some(told)),
            }
        }
        candidate => ours(candidate, None),
    };
    let printed = if json {
        format!("{}\n", serde_json::to_string(&explanation).expect("an explanation is made of texts and numbers"))
    } else {
        in_words(&explanation)
    };
    setting.terminal.print(&printed)?;
    answered(&explanation)
}

/// The explanation, and below it what this installation says.
fn in_words(explanation: &Explanation) -> String {
    let mut text = render(explanation);
    if let Some(verdict) = &explanation.ours.verdict {
        let answer = if verdict.accepted { "takes" } else { "refuses" };
        let check = verdict.check.as_deref().unwrap_or_default();
        let since = verdict.since.as_deref().map(|since| format!(", since {since}")).unwrap_or_default();
        let says = words::check(check);
        let _ = writeln!(text, "\nThis installation {answer} it ({check}{since}). {says}");
    }
    text
}

fn paste(bytes: &[u8], flags: &ExplainFlags, now: Timestamp) -> Result<Paste, Failure> {
    let mut paste = Paste::from_bytes(bytes, now);
    if let Some(origin) = &flags.origin {
        let origin: Origin = origin.parse().map_err(|error| usage(&format!("--origin: {error}")))?;
        paste = paste.from_origin(origin.as_str());
    }
    if flags.no_guess {
        paste = paste.without_guessing();
    }
    match &flags.wordlist {
        Some(file) => Ok(paste.with_words(words_of(file)?)),
        None => Ok(paste),
    }
}

fn read(setting: &mut Setting<'_, '_>, file: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let Some(file) = file.filter(|file| *file != Path::new("-")) else {
        return Ok(setting.terminal.read_all(MOST)?);
    };
    let mut bytes = Vec::new();
    File::open(file).and_then(|open| open.take(MOST).read_to_end(&mut bytes)).map_err(|error| unreadable(file, &error))?;
    Ok(bytes)
}

fn words_of(file: &Path) -> Result<Vec<String>, Failure> {
    let bytes = std::fs::read(file).map_err(|error| unreadable(file, &error))?;
    Ok(String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect())
}

fn unreadable(file: &Path, error: &io::Error) -> Failure {
    usage(&format!("{} cannot be read: {error}", file.display()))
}

fn usage(text: &str) -> Failure {
    Failure::Configuration(text.to_owned())
}

/// What a text claims to be. Whose JWT it is, only the installation can tell.
fn claims_to_be_ours(text: &str) -> Option<CredentialKind> {
    if SessionToken::parse(text).is_ok() {
        Some(CredentialKind::SessionToken)
    } else if RefreshToken::is_well_formed(text) {
        Some(CredentialKind::RefreshToken)
    } else {
        (text.matches('.').count() == 2).then_some(CredentialKind::AccessToken)
    }
}

/// What the installation in the data folder says; nothing where there is none.
async fn appraised(setting: &Setting<'_, '_>, config: &Config, credential: &str) -> Result<Option<Verdict>, Unavailable> {
    let request = ControlRequest::Appraise { credential: Private::new(credential.to_owned()) };
    let reply = match ask(&config.data, &request).await {
        Ok(reply) => reply,
        Err(AskError::NoServer) if !config.database.file.exists() => return Ok(None),
        Err(AskError::NoServer) => setting.product.open(config).await.map_err(|_| Unavailable)?.answer(request).await,
        Err(_) => return Err(Unavailable),
    };
    match reply {
        ControlReply::Appraised(verdict) => Ok(verdict.map(Into::into)),
        _ => Err(Unavailable),
    }
}

/// What the exit code tells of an explanation.
fn answered(explanation: &Explanation) -> Result<(), Failure> {
    let is_unread = explanation.input.container == UNREAD && explanation.items.iter().all(|item| item.format == UNREAD);
    match explanation.findings.iter().map(|found| found.severity).max() {
        Some(Severity::Error) => Err(Failure::Answered(ERRORS)),
        _ if is_unread => Err(Failure::Answered(NOTHING_READ)),
        Some(Severity::Warning) => Err(Failure::Answered(WARNINGS)),
        _ => Ok(()),
    }
}
