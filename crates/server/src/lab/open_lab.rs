//! The lab as the server's pages hold it: it opens on first use and closes by itself.
//!
//! 1. It is open only where the server is reached on this machine alone. Elsewhere it is not there.
//! 2. One run goes on at a time, in houses of its own that end with it; whoever asks for another meanwhile comes again. What a run gave is
//!    kept until the next one.
//! 3. The house that a person's own browser visits opens with the first visit, and ends when nobody has come for [`IDLE`].
//! 4. Until then it costs nothing: no thread, no file, no socket.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use cloakroom::{Clock, Origin, SystemClock, Timestamp};

use super::error::LabError;
use super::examples::{Example, ExampleRun};
use super::hosts::{ATTACKER, CELLS, host_of};
use super::house::House;
use super::pages::{Apps, fronts};
use super::report::Report;
use super::run::{Choice, run};
use super::scenario::Scenario;

/// How long the house of a person's own browser stays open without a visit.
const IDLE: Duration = Duration::from_mins(15);
/// How often it is looked at.
const LOOKED_AT: Duration = Duration::from_mins(1);

/// The lab. Clones share everything.
#[derive(Clone)]
pub(crate) struct Lab(Arc<Inner>);

struct Inner {
    access: Access,
    clock: SystemClock,
    reports: Mutex<HashMap<Scenario, Arc<Report>>>,
    examples: Mutex<Vec<ExampleRun>>,
    turn: tokio::sync::Mutex<()>,
    visited: tokio::sync::Mutex<Option<Visited>>,
}

/// Whether there is a lab here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// It is reached on this machine alone.
    Open,
    /// Others could reach it.
    Closed,
}

/// The house that a person's own browser visits.
struct Visited {
    house: House,
    last: Timestamp,
}

impl Access {
    /// What the origin and the address where the server listens make of it: whoever reaches the address can name any host.
    pub(crate) fn of(origin: &Origin, listen: SocketAddr) -> Self {
        if origin.is_loopback() && listen.ip().is_loopback() { Self::Open } else { Self::Closed }
    }
}

impl Lab {
    /// A lab, not yet in use.
    pub(crate) fn new(access: Access, clock: SystemClock) -> Self {
        Self(Arc::new(Inner {
            access,
            clock,
            reports: Mutex::default(),
            examples: Mutex::default(),
            turn: tokio::sync::Mutex::new(()),
            visited: tokio::sync::Mutex::new(None),
        }))
    }

    /// Whether there is a lab here.
    pub(crate) fn is_open(&self) -> bool {
        self.0.access == Access::Open
    }

    /// What the last run of a scenario gave.
    pub(crate) fn last(&self, scenario: Scenario) -> Option<Arc<Report>> {
        self.reports().get(&scenario).cloned()
    }

    /// What the last runs of some scenarios gave, as one report; `None` while one of them has not run.
    pub(crate) fn together(&self, scenarios: &[Scenario]) -> Option<Report> {
        let reports = scenarios.iter().map(|scenario| self.last(*scenario)).collect::<Option<Vec<_>>>()?;
        let newest = reports.iter().max_by_key(|report| report.began_at)?;
        let runs = reports.iter().flat_map(|report| report.runs.iter().cloned()).collect();
        Some(Report { runs, ..Report::clone(newest) })
    }

    /// Runs scenarios in all four cells and keeps what they gave. [`LabError::Busy`] while another run goes on.
    pub(crate) async fn run(&self, scenarios: &[Scenario]) -> Result<(), LabError> {
        let _turn = self.turn()?;
        let report = run(&Choice { scenarios: scenarios.to_vec(), ..Choice::of(None, None) }).await?;
        for scenario in scenarios {
            let runs = report.of(*scenario).cloned().collect();
            self.reports().insert(*scenario, Arc::new(Report { runs, ..report.clone() }));
        }
        Ok(())
    }

    /// What the last runs of the two tiny programs gave; none before the first.
    pub(crate) fn examples(&self) -> Vec<ExampleRun> {
        self.0.examples.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs the two tiny programs and keeps what they gave. [`LabError::Busy`] while another run goes on.
    pub(crate) async fn run_examples(&self) -> Result<(), LabError> {
        let _turn = self.turn()?;
        let mut runs = Vec::new();
        for example in Example::ALL {
            runs.push(example.run(self.0.clock.now()).await?);
        }
        *self.0.examples.lock().unwrap_or_else(PoisonError::into_inner) = runs;
        Ok(())
    }

    /// The door of the house that a person's own browser visits; opens it if need be. `lab` is the page that leads there.
    pub(crate) async fn visit(&self, lab: &str) -> Result<SocketAddr, LabError> {
        let mut visited = self.0.visited.lock().await;
        let now = self.0.clock.now();
        if let Some(visited) = &mut *visited {
            visited.last = now;
            return Ok(visited.house.address());
        }
        let apps = Apps::new().map_err(|_| LabError::Unexpected("a page of an app cannot be read"))?;
        let house = House::open(Arc::new(self.0.clock.clone()), fronts(&apps)).await?;
        apps.settle(house.recorder().clone(), lab.to_owned());
        let address = house.address();
        *visited = Some(Visited { house, last: now });
        tokio::spawn(close_when_idle(Arc::downgrade(&self.0)));
        Ok(address)
    }

    fn turn(&self) -> Result<tokio::sync::MutexGuard<'_, ()>, LabError> {
        self.0.turn.try_lock().map_err(|_| LabError::Busy)
    }

    fn reports(&self) -> MutexGuard<'_, HashMap<Scenario, Arc<Report>>> {
        self.0.reports.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Visited {
    /// When somebody last came to the page that leads here, or through the door.
    fn last_seen(&self) -> Timestamp {
        let recorder = self.house.recorder();
        let hosts = CELLS.map(host_of).into_iter().chain([ATTACKER]);
        let at_door = hosts.filter_map(|host| Some(recorder.of(host).last()?.at)).max();
        at_door.unwrap_or_default().max(self.last)
    }
}

async fn close_when_idle(lab: Weak<Inner>) {
    loop {
        tokio::time::sleep(LOOKED_AT).await;
        let Some(lab) = lab.upgrade() else { return };
        let mut visited = lab.visited.lock().await;
        let Some(open) = &*visited else { return };
        if is_idle(open.last_seen(), lab.clock.now()) {
            *visited = None;
            return;
        }
    }
}

fn is_idle(last: Timestamp, now: Timestamp) -> bool {
    last.plus(IDLE) <= now
}

#[cfg(test)]
mod tests {
    use super::super::http::Request;
    use super::*;

    #[test]
    fn a_house_that_nobody_visits_ends() {
        let last = Timestamp::from_seconds(1_800_000_000);
        assert!(is_idle(last, last.plus(IDLE)));
        assert!(!is_idle(last.plus(Duration::from_millis(1)), last.plus(IDLE)));
    }

    #[test]
    fn where_others_reach_the_server_the_lab_is_closed() {
        for (origin, listen, access) in [
            ("http://localhost:8080", "127.0.0.1:8080", Access::Open),
            ("http://127.0.0.1:8080", "[::1]:8080", Access::Open),
            ("http://localhost:8080", "0.0.0.0:8080", Access::Closed),
            ("http://localhost:8080", "[::]:8080", Access::Closed),
            ("http://localhost:8080", "192.0.2.1:8080", Access::Closed),
            ("https://login.example.com", "127.0.0.1:8080", Access::Closed),
        ] {
            assert_eq!(Access::of(&origin.parse().unwrap(), listen.parse().unwrap()), access, "{origin} {listen}");
        }
    }

    #[tokio::test]
    async fn while_a_run_goes_on_no_other_begins() {
        let lab = Lab::new(Access::Open, SystemClock::new());
        let turn = lab.turn().unwrap();
        assert!(matches!(lab.run(&[Scenario::SignIn]).await, Err(LabError::Busy)));
        assert!(matches!(lab.run_examples().await, Err(LabError::Busy)));
        drop(turn);
        assert!(lab.turn().is_ok());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_house_opens_with_the_first_visit_and_stays_the_same() {
        let lab = Lab::new(Access::Open, SystemClock::new());
        let first = lab.visit("http://localhost:8080/lab/browser").await.unwrap();
        assert_eq!(lab.visit("http://localhost:8080/lab/browser").await.unwrap(), first);
        let host = format!("{}:{}", host_of(CELLS[0]), first.port());
        let in_the_lab = Request::new("GET", &host, "/lab").send(first, None).await.unwrap();
        assert_eq!(in_the_lab.status, 404, "the lab has no lab in it");
    }
}
