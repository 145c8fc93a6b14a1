//! The answer, as the API gives it and as page and terminal print it.
//!
//! It grows by adding: new formats, findings and words may appear in any member, and readers treat what they do not know as text. It holds
//! no secret: what opens something is `*`, character by character, wherever it stood.

use serde::Serialize;
use serde_json::Value;

use crate::part::{Confidence, Part, Severity};

/// The version of this shape.
pub(crate) const VERSION: u32 = 1;

/// What a paste is, and what is wrong with it.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// The version of this shape.
    pub explain: u32,
    /// The moment everything was judged at, RFC 3339.
    pub now: String,
    /// What was pasted.
    pub input: Input,
    /// One sentence about the worst, or about the whole.
    pub summary: String,
    /// Findings by severity.
    pub counts: Counts,
    /// Requests and responses, in order.
    pub messages: Vec<Message>,
    /// What was found, in order of appearance.
    pub items: Vec<ItemReport>,
    /// What there is to say, the worst first.
    pub findings: Vec<FindingReport>,
    /// Whether this server issued it, and whether it would take it.
    pub ours: Ours,
}

/// What was pasted.
#[derive(Clone, Debug, Serialize)]
pub struct Input {
    /// Id of the format of the whole: a container, or the format of a value that was pasted alone.
    pub container: &'static str,
    /// How sure that is.
    pub confidence: Confidence,
    /// Size of the paste.
    pub bytes: usize,
    /// Whether secret parts were blanked before it got here.
    pub blanked: bool,
    /// Where it was cut.
    pub cut_at: Option<usize>,
    /// What was changed before reading, as stable words.
    pub repairs: Vec<&'static str>,
    /// What else it could be.
    pub alternatives: Vec<Alternative>,
}

/// Another reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alternative {
    /// Id of the format.
    pub format: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// Why.
    pub because: String,
}

/// How many findings there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Broken, refused, forgeable or leaking.
    pub error: usize,
    /// Works, but someone will be hurt.
    pub warning: usize,
    /// Good to know.
    pub note: usize,
    /// Done right.
    pub good: usize,
}

impl Counts {
    /// Counts one more.
    pub(crate) const fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.error += 1,
            Severity::Warning => self.warning += 1,
            Severity::Note => self.note += 1,
            Severity::Good => self.good += 1,
        }
    }
}

/// A request or a response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// `m1`, `m2`, …
    pub id: String,
    /// `request` or `response`.
    pub kind: &'static str,
    /// Status code of a response.
    pub status: Option<u16>,
    /// Method of a request.
    pub method: Option<String>,
    /// Path and query of a request, secret values blanked.
    pub target: Option<String>,
    /// `http` or `https`, where that is known.
    pub scheme: Option<&'static str>,
    /// Host, where that is known.
    pub host: Option<String>,
}

/// One thing that was found.
#[derive(Clone, Debug, Serialize)]
pub struct ItemReport {
    /// `i1`, `i2`, …
    pub id: String,
    /// Where it stood: `set-cookie:NAME`, `cookie:NAME`, `authorization`, `url.NAME`, …; empty for a value alone.
    pub at: String,
    /// The message it stood in.
    pub message: Option<String>,
    /// Bytes of the paste, from and to.
    pub span: Option<[usize; 2]>,
    /// Id of its format.
    pub format: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// How sure that is.
    pub confidence: Confidence,
    /// Why.
    pub because: Vec<String>,
    /// What else it could be.
    pub alternatives: Vec<Alternative>,
    /// Which part of signing in it is.
    pub part: Part,
    /// How it travels: `cookie`, `header`, `url`, `body`.
    pub carrier: Option<&'static str>,
    /// What it is, in plain words.
    pub says: &'static str,
    /// What people get wrong about it; empty where nothing is known.
    pub pitfall: &'static str,
    /// The value, secret characters blanked.
    pub shown: String,
    /// Its pieces.
    pub parts: Vec<PartReport>,
    /// What decodes inside, secrets blanked.
    pub decoded: Option<Value>,
    /// Complete credentials inside.
    pub nested: Vec<ItemReport>,
    /// Whether its holder can read it.
    pub readable_by_holder: &'static str,
    /// Whether the server keeps something that belongs to it.
    pub server_remembers: &'static str,
    /// How long it and a copy of it live.
    pub lifetime: Lifetime,
    /// Who can read it, and who can use it.
    pub who: Vec<Who>,
    /// Its size.
    pub size: Size,
    /// References of the findings about it.
    pub findings: Vec<String>,
}

/// A piece of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartReport {
    /// Stable word: `name`, `value`, `header`, `attribute:samesite`, …
    pub id: String,
    /// What a page calls it.
    pub label: String,
    /// Bytes of the paste, from and to.
    pub span: Option<[usize; 2]>,
    /// Whether a copy of it is worth something.
    pub secret: bool,
    /// What stands there; none when it is secret.
    pub value: Option<String>,
    /// One sentence for people.
    pub says: String,
}

/// Two ends on purpose: what the browser will do, and how long a copy works.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lifetime {
    /// When it was made.
    pub issued_at: Option<String>,
    /// From when it counts.
    pub starts_at: Option<String>,
    /// Until when the browser keeps it.
    pub browser_keeps_until: Option<String>,
    /// The same in words; none for what is no cookie.
    pub browser_rule: Option<&'static str>,
    /// Until when a copy of it works.
    pub copy_good_until: Option<String>,
    /// The same in words.
    pub copy_rule: String,
    /// Seconds until then; zero when that has passed.
    pub expires_in: Option<u64>,
    /// Where that was read: `attributes`, `inside`, `both`, `nothing`.
    pub source: &'static str,
}

/// What one kind of bystander can do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Who {
    /// `script`, `other_site`, `sibling_host`, `network`, `logs`, `device`, `holder`, `verifier`, `thief`.
    pub who: &'static str,
    /// `yes`, `no`, `unknown`.
    pub read: &'static str,
    /// `yes`, `no`, `unknown`, `while_open`, `navigation`, `link`, `plant`, `forge`, `until_end`, `seconds`.
    pub r#use: &'static str,
    /// The one reason.
    pub because: &'static str,
}

/// How big it is, and how big it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Size {
    /// Bytes; name and value together for a cookie.
    pub bytes: usize,
    /// Bytes that it may have, where there is a limit.
    pub limit: Option<usize>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingReport {
    /// `f1`, `f2`, …
    #[serde(rename = "ref")]
    pub reference: String,
    /// Id of the row.
    pub id: &'static str,
    /// How much somebody will be hurt.
    pub severity: Severity,
    /// The item it is about.
    pub item: Option<String>,
    /// The message it is about.
    pub message: Option<String>,
    /// The part of the item it points at.
    pub part: Option<String>,
    /// The sentence.
    pub text: String,
    /// What to do about it.
    #[serde(rename = "do")]
    pub remedy: Option<&'static str>,
    /// Who says so.
    pub sources: Vec<Source>,
}

/// Who says so, and where that can be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// `RFC 7519 §6`.
    pub label: &'static str,
    /// Where that can be read, when it stands on the web.
    pub url: Option<String>,
}

/// Whether the server that is asked issued it, and whether it would take it. Only that server can tell, and only its holder and operators
/// are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ours {
    /// Whether one of the items looks like something this server issues.
    pub is_ours: bool,
    /// Whether it would be taken, for those who may know.
    pub verdict: Option<Verdict>,
    /// Why there is no verdict.
    pub why_no_verdict: Option<&'static str>,
}

impl Ours {
    /// The answer for what this server did not issue.
    pub const FOREIGN: Self = Self { is_ours: false, verdict: None, why_no_verdict: Some("Not issued by this server.") };
    /// The answer for what this server may have issued, given to somebody else than its holder.
    pub const UNTOLD: Self =
        Self { is_ours: true, verdict: None, why_no_verdict: Some("Told to its holder and to operators only.") };
}

/// Whether a server would take a credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether it would.
    pub accepted: bool,
    /// The check that refused it, by its name.
    pub check: Option<String>,
    /// Since when, RFC 3339.
    pub since: Option<String>,
}
