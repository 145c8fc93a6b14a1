//! The two tiny programs of the `cloakroom` crate: the source that was compiled in, and the five steps run against that very code.
//!
//! 1. Somebody logs in. 2. The server creates a session, or returns a token. 3. The client keeps it. 4. Later requests send it. 5. The
//!    server recognises the session, or verifies the token.

use axum::Router;
use cloakroom_primitives::Timestamp;
use cloakroom_session::Cell;
use tokio::net::TcpListener;

use super::agents::Visitor;
use super::door::serve_until_dropped;
use super::error::LabError;
use super::http::{Answer, Request};
use super::report::Kept;
use super::wire::Message;

#[expect(dead_code, reason = "`main` is for who starts the program by itself")]
#[path = "../../../cloakroom/examples/jwt_only.rs"]
mod jwt_only;
#[expect(dead_code, reason = "`main` is for who starts the program by itself")]
#[path = "../../../cloakroom/examples/sessions.rs"]
mod sessions;

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Example {
    /// Sessions in cookies and nothing else.
    Sessions,
    /// JWTs in headers and nothing else.
    JwtOnly,
}

/// The five steps of an example, as they went.
#[derive(Clone, Debug)]
pub(crate) struct ExampleRun {
    /// Which program.
    pub(crate) example: Example,
    /// Step 1: what was sent to log in.
    pub(crate) log_in: Message,
    /// Step 2: what came back.
    pub(crate) handed_over: Message,
    /// Step 3: what the client keeps.
    pub(crate) kept: Vec<Kept>,
    /// Step 4: the next request.
    pub(crate) later: Message,
    /// Step 5: the answer to it.
    pub(crate) answered: Message,
    /// Whether the server knew who was calling, and did not without the credential.
    pub(crate) as_expected: bool,
}

impl Example {
    /// Both, in the order in which they stand side by side.
    pub(crate) const ALL: [Self; 2] = [Self::Sessions, Self::JwtOnly];

    /// The file's name.
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::Sessions => "sessions.rs",
            Self::JwtOnly => "jwt_only.rs",
        }
    }

    /// The cell that it delivers to.
    pub(crate) const fn cell(self) -> Cell {
        match self {
            Self::Sessions => Cell::Cookie,
            Self::JwtOnly => Cell::Jwt,
        }
    }

    /// Its source, which this program was compiled from.
    pub(crate) const fn source(self) -> &'static str {
        match self {
            Self::Sessions => include_str!("../../../cloakroom/examples/sessions.rs"),
            Self::JwtOnly => include_str!("../../../cloakroom/examples/jwt_only.rs"),
        }
    }

    fn app(self, origin: &str) -> Result<Router, LabError> {
        let app = match self {
            Self::Sessions => sessions::app(origin),
            Self::JwtOnly => jwt_only::app(origin),
        };
        app.map_err(|_| LabError::Unexpected("an example cannot be built"))
    }

    /// Starts the program on a free port and goes through the five steps at `now`, by the client's clock.
    pub(crate) async fn run(self, now: Timestamp) -> Result<ExampleRun, LabError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let _running = serve_until_dropped(listener, self.app(&format!("http://{address}"))?);
        let mut visitor = Visitor::new(self.cell(), address.to_string());
        let target = "/login?user=ada";
        let logged_in = visitor.request("POST", target, now).send(address, None).await?;
        visitor.take(&logged_in, target, now);
        if self == Self::JwtOnly {
            visitor.take_bare_token(&logged_in.body);
        }
        let later = visitor.request("GET", "/me", now).send(address, None).await?;
        let stranger = Request::new("GET", &address.to_string(), "/me").send(address, None).await?;
        let as_expected = is_ada(&later) && stranger.status == 401;
        Ok(ExampleRun {
            example: self,
            log_in: logged_in.sent,
            handed_over: logged_in.received,
            kept: visitor.kept(now),
            later: later.sent,
            answered: later.received,
            as_expected,
        })
    }
}

fn is_ada(answer: &Answer) -> bool {
    answer.status == 200 && answer.body == "\"ada\""
}

#[cfg(test)]
mod tests {
    use cloakroom::{Clock, SystemClock};

    use super::*;

    #[tokio::test]
    async fn each_example_recognises_whom_it_has_let_in_and_nobody_else() {
        for example in Example::ALL {
            let run = example.run(SystemClock::new().now()).await.unwrap();
            assert!(run.as_expected, "{run:?}");
            assert_eq!(run.kept.len(), 1, "{example:?}");
        }
    }

    #[test]
    fn a_tiny_example_is_tiny() {
        for example in Example::ALL {
            assert!(example.source().lines().count() < 40, "{}", example.file());
        }
    }
}
