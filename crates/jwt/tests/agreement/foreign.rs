//! Libraries of other languages, each in one process that gets all questions at once.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cloakroom_jwt::RegisteredClaims;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::party::Party;
use crate::{bent, claims};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Library {
    PyJwt,
    Joserfc,
    Jose,
}

#[derive(Deserialize)]
struct Answer {
    /// The `sub` of each of our tokens, or null.
    read: Vec<Option<String>>,
    /// Whether each of the bent tokens was taken.
    taken: Vec<bool>,
    /// A token over each of our claims.
    signed: Vec<String>,
    /// RFC 7638, where the library computes it.
    #[serde(default)]
    thumbprint: Option<String>,
}

/// One algorithm's worth of tokens.
struct Job {
    party: Party,
    claims: Vec<RegisteredClaims>,
    bent: Vec<String>,
}

pub(crate) fn assert_agreement(library: Library, counts: &[(&str, usize)]) {
    if !library.is_there() {
        // Nobody reads where standard error is closed.
        let _ = writeln!(
            std::io::stderr(),
            "not tested: agreement with {library:?}, which is not installed (`cargo xtask test` does)"
        );
        return;
    }
    let jobs: Vec<_> = counts
        .iter()
        .map(|(name, count)| {
            let party = Party::named(name);
            let bent = bent::tokens(&party);
            Job { party, claims: (0..*count).map(claims::numbered).collect(), bent }
        })
        .collect();
    let answers = library.ask(&jobs);
    assert_eq!(answers.len(), jobs.len());
    for (job, answer) in jobs.iter().zip(answers) {
        job.compare(library, &answer);
    }
}

impl Job {
    fn question(&self) -> Value {
        json!({
            "alg": self.party.alg(),
            "kid": self.party.kid(),
            "public": self.party.verifying_jwk(),
            "private": self.party.signing_pem(),
            "ours": self.claims.iter().map(|claims| self.party.sign(claims)).collect::<Vec<_>>(),
            "claims": self.claims,
            "bent": self.bent,
        })
    }

    fn compare(&self, library: Library, answer: &Answer) {
        let alg = self.party.alg();
        assert_eq!((answer.read.len(), answer.signed.len()), (self.claims.len(), self.claims.len()));
        for (claims, read) in self.claims.iter().zip(&answer.read) {
            assert_eq!(*read, claims.sub, "{library:?} {alg}: what we signed");
        }
        for (claims, token) in self.claims.iter().zip(&answer.signed) {
            assert_eq!(self.party.read(token).as_ref(), Some(claims), "{library:?} {alg}: what they signed: {token}");
        }
        assert_eq!(answer.taken.len(), self.bent.len());
        let mut good = 0;
        for (token, taken) in self.bent.iter().zip(&answer.taken) {
            if self.party.read(token).is_some() {
                assert!(taken, "{library:?} {alg}: only we take {token}");
                good += 1;
            }
        }
        assert!(good >= 5, "{library:?} {alg}: {good} bent tokens were good");
        if let (Some(theirs), Some(ours)) = (&answer.thumbprint, self.party.thumbprint()) {
            assert_eq!(*theirs, ours, "{library:?} {alg}");
        }
    }
}

impl Library {
    fn command(self, script: &str) -> Command {
        match self {
            Self::PyJwt | Self::Joserfc => {
                let mut command = Command::new(target("python/bin/python"));
                command.args(["-c", script]);
                command
            }
            Self::Jose => {
                let mut command = Command::new("node");
                command.current_dir(target("node")).args(["--input-type=module", "--eval", script]);
                command
            }
        }
    }

    fn is_there(self) -> bool {
        let import = match self {
            Self::PyJwt => "import jwt, cryptography",
            Self::Joserfc => "import joserfc",
            Self::Jose => "import 'jose'",
        };
        self.command(import).output().is_ok_and(|output| output.status.success())
    }

    fn ask(self, jobs: &[Job]) -> Vec<Answer> {
        let script = match self {
            Self::PyJwt => include_str!("pyjwt.py"),
            Self::Joserfc => include_str!("joserfc.py"),
            Self::Jose => include_str!("jose.mjs"),
        };
        let question = json!({
            "issuer": "https://id.example",
            "audience": "api",
            "jobs": jobs.iter().map(Job::question).collect::<Vec<_>>(),
        });
        let mut command = self.command(script);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the library starts");
        let mut input = child.stdin.take().expect("its input is piped");
        input.write_all(question.to_string().as_bytes()).expect("it reads its question");
        drop(input);
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{self:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("it answers in JSON")
    }
}

/// Where `cargo xtask test` installs what tests need.
fn target(path: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target")).join(path)
}
