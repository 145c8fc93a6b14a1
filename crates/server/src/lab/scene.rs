//! A scenario at work: one house, one cell, one person's client; everything that happens is written down as it happens.
//!
//! 1. A request that is sent through the scene becomes a step. What is sent past it (to keep a session in use for a day) does not, and is
//!    told as one step.
//! 2. What should be so on the way is promised and looked at; a promise that is not kept spoils the run.
//! 3. How long a credential lives is not computed but tried: in the last millisecond before, and at, the moment that the rules name.

use std::net::SocketAddr;
use std::time::Duration;

use cloakroom::session::{Cell, Proof, SessionId};
use cloakroom::{FixedClock, Timestamp};
use serde_json::json;

use super::agents::{Copied, Dropped, ELSEWHERE, Visitor};
use super::door::Fronts;
use super::error::LabError;
use super::expected;
use super::house::{EMAIL, House, PASSWORD};
use super::http::{Answer, Request};
use super::orders::Setting;
use super::report::{Figure, Kept, Measured, Outcome, Party, Promise, Row, Run, Step, Verdict, Verifier};
use super::rows::{compared, rows_of};
use super::scenario::Scenario;
use super::wire::Message;
use crate::texts::en::outcomes as say;

/// Where Cloakroom tells who is calling.
pub(super) const WHO: &str = "/api/v1/session";

/// More redirects than resuming takes.
const MOST_REDIRECTS: usize = 5;

/// How somebody signs in.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wish {
    pub(super) remember: bool,
    pub(super) client: Option<&'static str>,
}

/// Whom a copy is shown to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judge {
    Cloakroom,
    Orders(Setting),
}

impl Judge {
    const fn party(self) -> Party {
        match self {
            Self::Cloakroom => Party::Cloakroom,
            Self::Orders(_) => Party::Orders,
        }
    }
}

/// A scenario at work.
pub(super) struct Scene {
    pub(super) house: House,
    pub(super) cell: Cell,
    /// The person's own client.
    pub(super) visitor: Visitor,
    scenario: Scenario,
    /// The session of the last sign-in.
    session: Option<SessionId>,
    steps: Vec<Step>,
    promises: Vec<Promise>,
    outcomes: Vec<Outcome>,
    client_keeps: Vec<Kept>,
    rows: Vec<Row>,
    computed: Vec<Figure>,
}

impl Scene {
    /// A house for a scenario, whose clock stands still at `now` until the scenario moves it.
    pub(super) async fn open(scenario: Scenario, cell: Cell, now: Timestamp) -> Result<Self, LabError> {
        let house = House::open(std::sync::Arc::new(FixedClock::at(now)), Fronts::default()).await?;
        let visitor = Visitor::new(cell, house.authority(cell));
        Ok(Self {
            house,
            cell,
            visitor,
            scenario,
            session: None,
            steps: Vec::new(),
            promises: Vec::new(),
            outcomes: Vec::new(),
            client_keeps: Vec::new(),
            rows: Vec::new(),
            computed: Vec::new(),
        })
    }

    /// The run, with what a check costs in this cell.
    pub(super) async fn finish(mut self, cost: Measured) -> Result<Run, LabError> {
        let now = self.house.now();
        let left = self.visitor.kept(now);
        if self.client_keeps.is_empty() {
            self.client_keeps.clone_from(&left);
        }
        for kept in &mut self.client_keeps {
            kept.gone = left.iter().all(|left| (&left.name, &left.value) != (&kept.name, &kept.value));
        }
        if let Some(session) = self.session {
            let after = rows_of(&self.house.app().await?.store, session).await?;
            self.rows = compared(&self.rows, after);
        }
        for (verifier, case) in expected::outcomes_of(self.scenario, self.cell) {
            if !self.outcomes.iter().any(|outcome| (outcome.verifier, outcome.case) == (verifier, case)) {
                self.promise(say::every_outcome_is_there(verifier.map(Verifier::word), case), false);
            }
        }
        let measured = with_bytes(cost, &self.steps, self.visitor.party);
        let Self { scenario, cell, outcomes, steps, client_keeps, rows, computed, promises, .. } = self;
        Ok(Run { scenario, cell, outcomes, steps, client_keeps, server_keeps: rows, measured, computed, promises })
    }

    /// Whether the cell's proof is a JWT.
    pub(super) fn is_jwt(&self) -> bool {
        self.cell.proof() == Proof::Jwt
    }

    /// The moment in the house.
    pub(super) fn now(&self) -> Timestamp {
        self.house.now()
    }

    /// Lets time pass.
    pub(super) fn wait(&mut self, span: Duration) {
        if !span.is_zero() {
            self.house.wait(span);
            self.event(Party::Lab, Party::Lab, &say::later(span), &say::time_passes(span));
        }
    }

    /// Lets time pass until a moment.
    pub(super) fn wait_until(&mut self, moment: Timestamp) {
        self.wait(moment.since(self.now()));
    }

    /// Writes down something that is not an exchange.
    pub(super) fn event(&mut self, from: Party, to: Party, label: &str, note: &str) {
        let (label, note) = (label.to_owned(), note.to_owned());
        let at = self.now();
        self.steps.push(Step { from, to, at, label, carries: None, request: None, response: None, status: None, note });
    }

    /// Promises something that has been looked at.
    pub(super) fn promise(&mut self, sentence: impl Into<String>, kept: bool) {
        self.promises.push(Promise { sentence: sentence.into(), kept });
    }

    /// Gives an answer.
    pub(super) fn outcome(&mut self, verifier: Option<Verifier>, case: Option<&'static str>, verdict: Verdict, sentence: String) {
        let as_expected = expected::verdict_of(self.scenario, self.cell, verifier, case) == Some(verdict.word());
        // A sentence about what should have come out would be false of anything else.
        let sentence = if as_expected { sentence } else { say::not_as_expected(verdict) };
        self.outcomes.push(Outcome { verifier, case, verdict, sentence, as_expected });
    }

    /// Adds a figure that was computed.
    pub(super) fn compute(&mut self, figure: Figure) {
        self.computed.push(figure);
    }

    /// Sends a request to a server of the lab and writes it down.
    pub(super) async fn exchange(
        &mut self,
        who: &Sender,
        whom: Party,
        label: &str,
        request: &Request,
    ) -> Result<Answer, LabError> {
        let server = match whom {
            Party::Orders => self.house.orders().address,
            _ => self.house.address(),
        };
        self.exchange_with(who, whom, server, label, request).await
    }

    /// Sends a request to any server and writes it down.
    pub(super) async fn exchange_with(
        &mut self,
        who: &Sender,
        whom: Party,
        server: SocketAddr,
        label: &str,
        request: &Request,
    ) -> Result<Answer, LabError> {
        let answer = request.send(server, Some(who.from)).await?;
        self.write_down(who.party, whom, label, request, &answer);
        Ok(answer)
    }

    /// Writes down an exchange that has been made.
    pub(super) fn write_down(&mut self, from: Party, to: Party, label: &str, request: &Request, answer: &Answer) {
        let carries = (answer.sent.bytes.credential > 0).then(|| self.cell.proof());
        let note = say::exchange(from, to, request.method, &request.target, carries, answer.status);
        self.steps.push(Step {
            from,
            to,
            at: self.house.now(),
            label: label.to_owned(),
            carries,
            request: Some(answer.sent.clone()),
            response: Some(answer.received.clone()),
            status: Some(answer.status),
            note,
        });
    }

    /// The person, as a sender.
    pub(super) fn person(&self) -> Sender {
        Sender { party: self.visitor.party, from: self.visitor.from }
    }

    /// The person signs in, in the scene's cell.
    pub(super) async fn sign_in(&mut self, wish: Wish) -> Result<Answer, LabError> {
        let target = "/api/v1/sessions";
        let mut body = json!({ "email": EMAIL, "password": PASSWORD, "deliver": self.cell.word() });
        if wish.remember {
            body["remember"] = true.into();
        }
        if let Some(client) = wish.client {
            body["client_id"] = client.into();
        }
        let request = self.visitor.request("POST", target, self.now()).json(&body);
        let answer = self.exchange(&self.person(), Party::Cloakroom, say::SIGN_IN, &request).await?;
        let now = self.now();
        let dropped = self.visitor.take(&answer, target, now);
        self.session = answer.json()["session"]["id"].as_str().and_then(|id| id.parse().ok()).or(self.session);
        if !dropped.is_empty() && !dropped.contains(&Dropped::TooLong) {
            self.promise(say::JAR_TAKES_COOKIES, false);
        }
        Ok(answer)
    }

    /// The person signs in and it works; the scenario cannot go on otherwise.
    pub(super) async fn signed_in(&mut self, wish: Wish) -> Result<(), LabError> {
        match self.sign_in(wish).await?.status {
            201 => Ok(()),
            _ => Err(LabError::Unexpected("nobody can sign in")),
        }
    }

    /// The session of the last sign-in.
    pub(super) fn session(&self) -> Result<SessionId, LabError> {
        self.session.ok_or(LabError::Unexpected("nobody has signed in"))
    }

    /// Notes what the client and the server keep now: the heart of the story. What is gone later is shown as gone.
    pub(super) async fn look_at_both_sides(&mut self) -> Result<(), LabError> {
        self.client_keeps = self.visitor.kept(self.now());
        self.rows = rows_of(&self.house.app().await?.store, self.session()?).await?;
        Ok(())
    }

    /// How many rows of a table the server keeps about the session, at the last look.
    pub(super) fn rows_in(&self, table: &str) -> usize {
        self.rows.iter().filter(|row| row.table == table).count()
    }

    /// The person asks Cloakroom who they are.
    pub(super) async fn ask(&mut self) -> Result<Answer, LabError> {
        let request = self.visitor.request("GET", WHO, self.now());
        self.exchange(&self.person(), Party::Cloakroom, say::WHO_AM_I, &request).await
    }

    /// The person asks for their orders.
    pub(super) async fn ask_orders(&mut self, setting: Setting) -> Result<Answer, LabError> {
        self.house.orders().set(setting);
        let request = self.visitor.request_to_orders(&self.house.orders_authority(self.cell), self.now());
        self.exchange(&self.person(), Party::Orders, say::GET_ORDERS, &request).await
    }

    /// The person signs out.
    pub(super) async fn sign_out(&mut self) -> Result<Answer, LabError> {
        let request = self.visitor.request("DELETE", WHO, self.now());
        let answer = self.exchange(&self.person(), Party::Cloakroom, say::SIGN_OUT, &request).await?;
        let now = self.now();
        self.visitor.take(&answer, WHO, now);
        if answer.status == 204 {
            self.visitor.forget_tokens();
        }
        Ok(answer)
    }

    /// The person's client renews its JWT and keeps what comes; `None` where there is nothing to renew.
    pub(super) async fn refresh(&mut self) -> Result<Option<Answer>, LabError> {
        let Some(request) = self.visitor.refresh_request(None, self.now()) else { return Ok(None) };
        let answer = self.exchange(&self.person(), Party::Cloakroom, say::REFRESH, &request).await?;
        let now = self.now();
        self.visitor.take(&answer, &request.target, now);
        Ok(Some(answer))
    }

    /// The person's browser goes to a page and follows where it is sent; the path where it lands.
    pub(super) async fn navigate(&mut self, target: &str) -> Result<String, LabError> {
        let mut target = target.to_owned();
        for _ in 0..MOST_REDIRECTS {
            let mut request = self.visitor.request("GET", &target, self.now());
            for (name, value) in &mut request.headers {
                match *name {
                    "Accept" => "text/html".clone_into(value),
                    "Sec-Fetch-Site" => "none".clone_into(value),
                    "Sec-Fetch-Mode" => "navigate".clone_into(value),
                    "Sec-Fetch-Dest" => "document".clone_into(value),
                    _ => {}
                }
            }
            let answer = self.exchange(&self.person(), Party::Cloakroom, say::GO_TO_PAGE, &request).await?;
            let now = self.now();
            self.visitor.take(&answer, &target, now);
            match answer.header("location") {
                Some(location) if (300..400).contains(&answer.status) => location.clone_into(&mut target),
                _ => break,
            }
        }
        Ok(target.split('?').next().unwrap_or_default().to_owned())
    }

    /// How many bytes an ordinary request of the person carries because of its credential.
    pub(super) fn ordinary_bytes(&self) -> usize {
        with_bytes(Measured::default(), &self.steps, self.visitor.party).credential_bytes.unwrap_or_default()
    }

    /// A copy of what travels with the person's request for orders: the refresh cookie is not among it.
    pub(super) fn copy(&self) -> Copied {
        self.visitor.copy_of_request("/orders", self.now())
    }

    /// Somebody shows a copy, and the status of the answer.
    pub(super) async fn show(&mut self, who: &Sender, copy: &Copied, judge: Judge) -> Result<u16, LabError> {
        Ok(self.show_for_answer(who, copy, judge).await?.status)
    }

    /// The same, and the answer.
    pub(super) async fn show_for_answer(&mut self, who: &Sender, copy: &Copied, judge: Judge) -> Result<Answer, LabError> {
        let (host, target, label) = match judge {
            Judge::Cloakroom => (self.visitor.host().to_owned(), WHO, say::SHOW_COPY),
            Judge::Orders(setting) => {
                self.house.orders().set(setting);
                (self.house.orders_authority(self.cell), "/orders", say::GET_ORDERS)
            }
        };
        let request = copy.request("GET", &host, target);
        self.exchange(who, judge.party(), label, &request).await
    }

    /// Tries a copy in the last millisecond before `end` and at `end`.
    ///
    /// It is accepted until then if it was taken and then refused. Otherwise the verdict is that of the answer that was not as it should
    /// be, whatever the rules say.
    pub(super) async fn try_until(
        &mut self,
        who: &Sender,
        copy: &Copied,
        judge: Judge,
        end: Timestamp,
    ) -> Result<Verdict, LabError> {
        self.wait_until(end.minus(Duration::from_millis(1)));
        let before = verdict_of(self.show(who, copy, judge).await?);
        if before != Verdict::Accepted {
            return Ok(before);
        }
        self.wait_until(end);
        Ok(match verdict_of(self.show(who, copy, judge).await?) {
            Verdict::Refused => Verdict::AcceptedUntil(end),
            other => other,
        })
    }

    /// When the person's JWT runs out; the present where there is none.
    pub(super) fn exp(&self) -> Timestamp {
        let now = self.now();
        self.visitor.claims(now)["exp"].as_u64().map_or(now, Timestamp::from_seconds)
    }
}

/// Somebody who sends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sender {
    pub(super) party: Party,
    pub(super) from: std::net::IpAddr,
}

impl Sender {
    /// A thief, somewhere else.
    pub(super) const THIEF: Self = Self { party: Party::Thief, from: ELSEWHERE };
}

/// Whether a status says that the credential was taken.
pub(super) const fn is_taken(status: u16) -> bool {
    status >= 200 && status < 300
}

/// The verdict that one answer gives: a server says no with 401 or 403, a proxy with 431. A server that fails has not refused anything.
pub(super) const fn verdict_of(status: u16) -> Verdict {
    match status {
        200..300 => Verdict::Accepted,
        401 | 403 | 431 => Verdict::Refused,
        503 => Verdict::Unavailable,
        other => Verdict::Unclear(other),
    }
}

/// The cost of a check, with the bytes of an ordinary request of the person.
fn with_bytes(cost: Measured, steps: &[Step], person: Party) -> Measured {
    let own = || steps.iter().filter(|step| step.from == person).filter_map(|step| step.request.as_ref());
    let carrying = || own().filter(|request| request.bytes.credential > 0);
    let ordinary = carrying().find(|request| is_ordinary(request)).or_else(|| carrying().next());
    match ordinary {
        None => cost,
        Some(Message { bytes, .. }) => {
            Measured { credential_bytes: Some(bytes.credential), request_bytes: Some(bytes.whole), ..cost }
        }
    }
}

/// Whether a request goes where the refresh cookie does not travel.
fn is_ordinary(request: &Message) -> bool {
    request.line.starts_with("GET /orders") || request.line.starts_with("GET /account")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_no_is_a_refusal() {
        for (status, verdict) in [
            (200, Verdict::Accepted),
            (204, Verdict::Accepted),
            (401, Verdict::Refused),
            (403, Verdict::Refused),
            (431, Verdict::Refused),
            (503, Verdict::Unavailable),
            (303, Verdict::Unclear(303)),
            (404, Verdict::Unclear(404)),
            (429, Verdict::Unclear(429)),
            (500, Verdict::Unclear(500)),
        ] {
            assert_eq!(verdict_of(status), verdict, "{status}");
        }
    }
}
