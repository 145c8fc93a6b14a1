//! A server that is killed again and again while people work with it, and what it had told them.
//!
//! 1. Each person keeps a journal outside the process: an answer is written down before the next thing is asked.
//! 2. After the restart all that was acknowledged holds, in all four cells: a credential that was given is taken, a refresh token redeems,
//!    a password counts, and nothing of which was said that it has ended is taken.
//! 3. What was asked and never answered may have happened or not, but not by halves.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "this file needs a part of the house")]
mod house;

use std::io;
use std::process::Command;
use std::thread;
use std::time::Duration;

use cloakroom_primitives::{Clock, Random, SeededRandom, SystemClock, Timestamp};
use house::{Answer, BINARY, Credential, Door, House, PASSWORD};
use serde_json::{Value, json};

const CELLS: [&str; 4] = ["cookie", "token", "jwt", "jwt_cookie"];
const ROUNDS: usize = 20;
const PEOPLE: u64 = 6;

/// How long a former refresh token is surely good for; the window is 30 s.
const REPEATS_FOR: Duration = Duration::from_secs(15);
/// How long a former secret surely reads, and after how long it surely does not; its time is 10 s.
const READS_FOR: Duration = Duration::from_secs(8);
const DEAD_AFTER: Duration = Duration::from_secs(12);

#[derive(Clone, Copy, Debug)]
enum Work {
    SignIn,
    Refresh,
    StepUp,
    SignOut,
    ChangePassword,
}

/// What was asked and is not answered yet. A number is a place among the sessions that are held.
#[derive(Debug)]
enum Asked {
    SignIn,
    Refresh(usize),
    StepUp(usize, Timestamp),
    SignOut(usize),
    ChangePassword(String),
}

/// A session whose credential was given.
#[derive(Clone, Debug)]
struct Held {
    credential: Credential,
    /// What was held before the last rotation, and when that was.
    former: Option<(Credential, Timestamp)>,
}

impl Held {
    fn new(credential: Credential) -> Self {
        Self { credential, former: None }
    }

    fn is_jwt(&self) -> bool {
        self.credential.cell.starts_with("jwt")
    }
}

struct Person {
    email: String,
    password: String,
    former_password: Option<String>,
    chance: SeededRandom,
    clock: SystemClock,
    held: Vec<Held>,
    /// Sessions that may be gone.
    doubtful: Vec<Held>,
    /// Sessions that are gone, in this round and before.
    ended: Vec<Held>,
    long_ended: Vec<Held>,
    /// What a step-up took the place of, and when.
    replaced: Vec<(Credential, Timestamp)>,
    asked: Option<Asked>,
    answered: [usize; 5],
    cut_off: usize,
}

/// Redeems the refresh token of a credential; `None` when it is refused.
fn refreshed(door: Door, credential: &Credential) -> io::Result<Option<Credential>> {
    let Some(token) = &credential.refresh else {
        let answer = credential.try_send(door, "POST", "/api/v1/session/refresh", &Value::Null)?;
        return Ok(match answer.status {
            200 => Some(Credential {
                cookies: vec![answer.cookie("-jwt").unwrap(), answer.cookie("-refresh").unwrap()],
                ..credential.clone()
            }),
            401 => None,
            _ => panic!("{answer:?}"),
        });
    };
    let answer = door.refresh(token)?;
    let text = |name: &str| answer.json()[name].as_str().map(str::to_owned);
    Ok(match answer.status {
        200 => Some(Credential { bearer: text("access_token"), refresh: text("refresh_token"), ..credential.clone() }),
        400 => None,
        _ => panic!("{answer:?}"),
    })
}

/// What redeems a session of a JWT cell.
fn refresh_token(credential: &Credential) -> &str {
    credential.refresh.as_deref().unwrap_or_else(|| &credential.cookies[1])
}

impl Person {
    fn new(number: u64) -> Self {
        Self {
            email: format!("person{number}@example.org"),
            password: PASSWORD.to_owned(),
            former_password: None,
            chance: SeededRandom::new(number),
            clock: SystemClock::new(),
            held: Vec::new(),
            doubtful: Vec::new(),
            ended: Vec::new(),
            long_ended: Vec::new(),
            replaced: Vec::new(),
            asked: None,
            answered: [0; 5],
            cut_off: 0,
        }
    }

    fn pick(&self, among: usize) -> usize {
        let mut byte = [0];
        self.chance.fill(&mut byte);
        usize::from(byte[0]) % among
    }

    fn next_work(&self) -> Work {
        match (self.held.len(), self.pick(16)) {
            (0, _) | (1..=3, 0..=3) => Work::SignIn,
            (6.., _) | (_, 4..=6) => Work::SignOut,
            (_, 7..=8) => Work::StepUp,
            (_, 9) => Work::ChangePassword,
            _ => Work::Refresh,
        }
    }

    /// Works until the server is gone.
    fn work(&mut self, door: Door) {
        for _ in 0..20_000 {
            let work = self.next_work();
            let place = self.pick(self.held.len().max(1));
            let done = match work {
                Work::SignIn => self.sign_in(door),
                Work::Refresh => self.refresh(door, place),
                Work::StepUp => self.step_up(door, place),
                Work::SignOut => self.sign_out(door, place),
                Work::ChangePassword => self.change_password(door, place),
            };
            if done.is_err() {
                self.cut_off += 1;
                return;
            }
            self.asked = None;
            self.answered[work as usize] += 1;
        }
    }

    fn try_password(&self, door: Door, password: &str, cell: &str) -> io::Result<Answer> {
        let body = json!({ "email": self.email, "password": password, "deliver": cell });
        door.send_json("POST", "/api/v1/sessions", &[], &body)
    }

    fn sign_in(&mut self, door: Door) -> io::Result<()> {
        let cell = CELLS[self.pick(4)];
        self.asked = Some(Asked::SignIn);
        let answer = self.try_password(door, &self.password, cell)?;
        assert_eq!(answer.status, 201, "{answer:?}");
        self.held.push(Held::new(Credential::of(cell, &answer)));
        Ok(())
    }

    fn refresh(&mut self, door: Door, place: usize) -> io::Result<()> {
        if !self.held[place].is_jwt() {
            assert!(self.held[place].credential.try_send(door, "GET", "/api/v1/session", &Value::Null)?.status == 200);
            return Ok(());
        }
        self.asked = Some(Asked::Refresh(place));
        let next = refreshed(door, &self.held[place].credential)?.expect("a token that was given and never used redeems");
        let held = &mut self.held[place];
        held.former = Some((std::mem::replace(&mut held.credential, next), self.clock.now()));
        Ok(())
    }

    fn step_up(&mut self, door: Door, place: usize) -> io::Result<()> {
        self.asked = Some(Asked::StepUp(place, self.clock.now()));
        let former = self.held[place].credential.clone();
        let body = json!({ "password": self.password });
        let answer = former.try_send(door, "POST", "/api/v1/session/reauthenticate", &body)?;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.held[place] = Held::new(Credential::of(&former.cell, &answer));
        self.replaced.push((former, self.clock.now()));
        Ok(())
    }

    fn sign_out(&mut self, door: Door, place: usize) -> io::Result<()> {
        self.asked = Some(Asked::SignOut(place));
        let answer = self.held[place].credential.try_send(door, "DELETE", "/api/v1/session", &Value::Null)?;
        assert_eq!(answer.status, 204, "{answer:?}");
        self.ended.push(self.held.remove(place));
        Ok(())
    }

    fn change_password(&mut self, door: Door, place: usize) -> io::Result<()> {
        let new = format!("{PASSWORD} {}", self.answered[Work::ChangePassword as usize] * 100 + self.cut_off);
        self.asked = Some(Asked::ChangePassword(new.clone()));
        let current = self.held[place].credential.clone();
        let body = json!({ "current_password": self.password, "new_password": new });
        let answer = current.try_send(door, "PUT", "/api/v1/user/password", &body)?;
        assert!(matches!(answer.status, 200 | 204), "{answer:?}");
        self.password_is(new);
        self.held.push(Held::new(Credential::of(&current.cell, &answer)));
        Ok(())
    }

    fn password_is(&mut self, new: String) {
        self.former_password = Some(std::mem::replace(&mut self.password, new));
        self.ended.append(&mut self.held);
        self.ended.append(&mut self.doubtful);
    }

    /// Finds out what has become of the one thing that was never answered.
    fn settle(&mut self, house: &House) {
        match self.asked.take() {
            None | Some(Asked::SignIn) => {}
            Some(Asked::Refresh(place)) => self.held[place].former = None,
            Some(Asked::StepUp(place, at)) => {
                let held = self.held.remove(place);
                if held.is_jwt() || self.clock.now().since(at) < READS_FOR {
                    assert!(held.credential.is_taken(house), "a step-up ends nothing: {held:?}");
                }
                self.doubtful.push(held);
            }
            Some(Asked::SignOut(place)) => {
                let mut held = self.held.remove(place);
                let is_taken = held.credential.is_taken(house);
                if held.is_jwt() {
                    let next = refreshed(house.door(), &held.credential).unwrap();
                    assert_eq!(next.is_some(), is_taken, "a sign-out by halves: {held:?}");
                    held = next.map_or(held, Held::new);
                }
                if is_taken { &mut self.held } else { &mut self.ended }.push(held);
            }
            Some(Asked::ChangePassword(new)) => {
                let [of_old, of_new] =
                    [&self.password, &new].map(|password| self.try_password(house.door(), password, "token").unwrap());
                assert!(matches!((of_old.status, of_new.status), (201, 401) | (401, 201)), "{of_old:?} {of_new:?}");
                if of_new.status == 201 {
                    self.password_is(new);
                    self.held.push(Held::new(Credential::of("token", &of_new)));
                }
            }
        }
    }

    /// Checks that the server keeps to what it said.
    fn check(&mut self, house: &House) {
        self.settle(house);
        let answer = self.try_password(house.door(), &self.password, "cookie").unwrap();
        assert_eq!(answer.status, 201, "the password that was acknowledged last: {answer:?}");
        self.held.push(Held::new(Credential::of("cookie", &answer)));
        if let Some(former) = self.former_password.take() {
            assert_eq!(self.try_password(house.door(), &former, "cookie").unwrap().status, 401, "a former password");
        }
        let now = self.clock.now();
        for held in &mut self.held {
            assert!(held.credential.is_taken(house), "acknowledged and not taken: {held:?}");
            if held.is_jwt() {
                if let Some((former, at)) = held.former.take()
                    && now.since(at) < REPEATS_FOR
                {
                    let again = refreshed(house.door(), &former).unwrap().expect("within its window a former token redeems");
                    assert_eq!(refresh_token(&again), refresh_token(&held.credential), "another successor than before");
                }
                let next = refreshed(house.door(), &held.credential).unwrap();
                held.credential = next.unwrap_or_else(|| panic!("acknowledged and not redeemed: {held:?}"));
                assert!(held.credential.is_taken(house));
            }
        }
        for ended in self.ended.drain(..) {
            assert_is_gone(house, &ended);
            self.long_ended.push(ended);
        }
        self.replaced.retain(|(former, at)| {
            if former.cell.starts_with("jwt") {
                assert!(refreshed(house.door(), former).unwrap().is_none(), "a family that a step-up replaced: {former:?}");
                return false;
            }
            let is_due = now.since(*at) > DEAD_AFTER;
            assert!(!is_due || !former.is_taken(house), "a secret that a step-up replaced: {former:?}");
            !is_due
        });
    }
}

fn assert_is_gone(house: &House, ended: &Held) {
    for credential in std::iter::once(&ended.credential).chain(ended.former.as_ref().map(|(former, _)| former)) {
        assert!(!credential.is_taken(house), "acknowledged as ended and taken: {credential:?}");
        if ended.is_jwt() {
            assert!(refreshed(house.door(), credential).unwrap().is_none(), "ended and redeemed: {credential:?}");
        }
    }
}

fn open(data: &std::path::Path, port: u16) -> House {
    let mut command = Command::new(BINARY);
    // Sessions that nobody knows of must not push out those that somebody holds.
    command.env("CLOAKROOM_SESSIONS_LIMIT_PER_USER", "1000");
    House::open_by(command, data, port)
}

#[test]
fn whatever_was_acknowledged_before_a_kill_holds_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let (data, port) = (folder.path().join("data"), House::lasting_port());
    let mut people: Vec<Person> = (0..PEOPLE).map(Person::new).collect();
    let mut house = open(&data, port);
    for person in &people {
        house.register(&person.email);
    }
    let chance = Person::new(PEOPLE);
    for _ in 0..ROUNDS {
        let door = house.door();
        thread::scope(|scope| {
            for person in &mut people {
                scope.spawn(|| person.work(door));
            }
            thread::sleep(Duration::from_millis(200 + 3 * chance.pick(256) as u64));
            house.kill();
        });
        house = open(&data, port);
        thread::scope(|scope| {
            for person in &mut people {
                let house = &house;
                scope.spawn(move || person.check(house));
            }
        });
    }
    for person in &people {
        for ended in &person.long_ended {
            assert_is_gone(&house, ended);
        }
    }
    let sum = |work: Work| people.iter().map(|person| person.answered[work as usize]).sum::<usize>();
    for work in [Work::SignIn, Work::Refresh, Work::StepUp, Work::SignOut, Work::ChangePassword] {
        assert!(sum(work) >= ROUNDS, "{work:?}: only {} times", sum(work));
    }
    assert!(people.iter().map(|person| person.cut_off).sum::<usize>() >= ROUNDS);
}
