//! `[[clients]]`: the apps that rely on the server, and what each of them gets.
//!
//! 1. The client `cloakroom` is built in: first-party, every cell, audience the origin. An entry of that id changes it.
//! 2. Every other client says its cells and audiences; what it leaves out is the default of the tables.
//! 3. An idle limit must be longer than an access token lives: no token may outlive a session that nobody uses.

use std::time::Duration;

use cloakroom::{ACCESS_LIFETIME, BUILT_IN_CLIENT, Client, Origin};
use cloakroom_session::{Carrier, Cell, ClientId, Lifetimes, RefreshPolicy, Scopes, SessionLimit, SessionPolicy};

use super::duration::print;
use super::error::Place;
use super::lint_accept;
use super::roles::read_scopes;
use super::section::{Given, Section};
use super::setting::{Setting, Unfit};

/// A client's profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClientConfig {
    /// Its id.
    pub(crate) id: ClientId,
    /// The cells it may use; at least one, none twice.
    pub(crate) cells: Vec<Cell>,
    /// The cell of a sign-in that names none; one of `cells`.
    pub(crate) default_cell: Cell,
    /// Whom its JWTs may be for, the first being the default; `None` is the origin alone.
    pub(crate) audiences: Option<Vec<String>>,
    /// The most its sessions may do.
    pub(crate) scopes: Scopes,
    /// How long its sessions live, and how many a user may have.
    pub(crate) sessions: SessionPolicy,
    /// How long its access tokens live.
    pub(crate) access_lifetime: Duration,
    /// How its refresh tokens behave.
    pub(crate) refresh: RefreshPolicy,
    /// Whether it belongs to the house, and may take passwords by the API.
    pub(crate) first_party: bool,
}

impl Setting for ClientId {
    const EXPECTED: &'static str = "an id of 1 to 255 printable ASCII characters";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        Self::new(text).map_err(|_| Unfit::PLAIN)
    }
}

impl Setting for Cell {
    const EXPECTED: &'static str = "\"cookie\", \"token\", \"jwt\" or \"jwt_cookie\"";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        Self::parse(text).map_err(|_| Unfit::PLAIN)
    }
}

#[derive(PartialEq)]
struct Audience(String);

impl Setting for Audience {
    const EXPECTED: &'static str = "audiences such as \"https://api.example.com\", each 1 to 255 ASCII characters without spaces";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        let fits = (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self(text.to_owned())) } else { Err(Unfit::PLAIN) }
    }
}

impl ClientConfig {
    /// The client that is always there.
    fn built_in(limit: SessionLimit) -> Self {
        Self {
            id: ClientId::new(BUILT_IN_CLIENT).expect("the word is printable ASCII"),
            cells: Cell::ALL.to_vec(),
            default_cell: Cell::Cookie,
            audiences: None,
            scopes: Scopes::none(),
            sessions: SessionPolicy { limit, ..SessionPolicy::DEFAULT },
            access_lifetime: ACCESS_LIFETIME,
            refresh: RefreshPolicy::DEFAULT,
            first_party: true,
        }
    }

    /// Reads all clients; the built-in one is the first.
    pub(super) fn read_all(top: &mut Section<'_, '_>, limit: SessionLimit) -> Vec<Self> {
        let mut clients = vec![Self::built_in(limit)];
        let mut taken: Vec<ClientId> = Vec::new();
        top.sections("clients", |section| {
            let id = section.required::<ClientId>("id");
            let client = Self::read(section, id.as_ref().map(|given| &given.value), &clients[0]);
            let Some(Given { value: id, place }) = id else { return };
            if taken.contains(&id) {
                section.refuse(&place, "id", "another client has this id");
            }
            if id == clients[0].id {
                clients[0] = client;
            } else {
                clients.push(client);
            }
            taken.push(id);
        });
        clients
    }

    /// Reads an entry on top of the built-in client's profile.
    fn read(section: &mut Section<'_, '_>, id: Option<&ClientId>, built_in: &Self) -> Self {
        lint_accept::read(section);
        let changes_built_in = id == Some(&built_in.id);
        let cells = read_list::<Cell>(section, "cells", !changes_built_in).unwrap_or_else(|| built_in.cells.clone());
        let default_cell = read_default_cell(section, &cells);
        let audiences = read_list::<Audience>(section, "audiences", !changes_built_in);
        let scopes = read_scopes(section);
        let (sessions, access_lifetime) =
            section.section("lifetimes", |lifetimes| read_lifetimes(lifetimes, &cells, built_in.sessions.limit));
        let refresh = section.read("retry_window").map_or(RefreshPolicy::DEFAULT, |window| RefreshPolicy {
            retry_window: window,
            cookie_retry_window: window,
            ..RefreshPolicy::DEFAULT
        });
        Self {
            id: id.unwrap_or(&built_in.id).clone(),
            cells,
            default_cell,
            audiences: audiences.map(|audiences| audiences.into_iter().map(|Audience(text)| text).collect()),
            scopes,
            sessions,
            access_lifetime,
            refresh,
            first_party: section.read("first_party").unwrap_or(changes_built_in),
        }
    }

    /// The profile at a server with that origin.
    pub(super) fn profile(&self, origin: &Origin) -> Client {
        let audiences = self.audiences.as_ref();
        Client {
            id: self.id.clone(),
            cells: self.cells.clone(),
            default_cell: self.default_cell,
            audiences: audiences
                .map_or_else(|| vec![origin.to_arc()], |list| list.iter().map(|text| text.as_str().into()).collect()),
            scopes: self.scopes.clone(),
            sessions: self.sessions,
            refresh: self.refresh,
            access_lifetime: self.access_lifetime,
            first_party: self.first_party,
        }
    }

    pub(super) fn describe(&self) -> toml::Table {
        let cells: Vec<_> = self.cells.iter().map(|cell| cell.word()).collect();
        let scopes: Vec<_> = self.scopes.iter().collect();
        let mut table = toml::Table::from_iter([
            ("id".to_owned(), self.id.as_str().into()),
            ("cells".to_owned(), cells.into()),
            ("default_cell".to_owned(), self.default_cell.word().into()),
            ("scopes".to_owned(), scopes.into()),
            ("first_party".to_owned(), self.first_party.into()),
            ("lifetimes".to_owned(), self.describe_lifetimes().into()),
        ]);
        if let Some(audiences) = &self.audiences {
            table.insert("audiences".to_owned(), audiences.clone().into());
        }
        if let Some(window) = self.same_in_all_cells(|cell| self.refresh.window(cell)) {
            table.insert("retry_window".to_owned(), print(window).into());
        }
        table
    }

    fn describe_lifetimes(&self) -> toml::Table {
        let of = |remembered, pick: fn(Lifetimes) -> Duration| {
            self.same_in_all_cells(|cell| pick(self.sessions.lifetimes(cell, remembered)))
        };
        let remembered = self.sessions.remembered;
        [
            ("idle", of(false, |lifetimes| lifetimes.idle)),
            ("absolute", of(false, |lifetimes| lifetimes.absolute)),
            ("remembered_idle", Some(remembered.idle)),
            ("remembered_absolute", Some(remembered.absolute)),
            ("access", Some(self.access_lifetime)),
        ]
        .into_iter()
        .filter_map(|(key, lifetime)| Some((key.to_owned(), print(lifetime?).into())))
        .collect()
    }

    /// A value that one key can say; `None` when the client's cells have different ones, which only the defaults do.
    fn same_in_all_cells(&self, value_in: impl Fn(Cell) -> Duration) -> Option<Duration> {
        let first = value_in(self.default_cell);
        self.cells.iter().all(|cell| value_in(*cell) == first).then_some(first)
    }
}

/// Reads a list that is neither empty nor says a thing twice.
fn read_list<T: Setting + PartialEq>(section: &mut Section<'_, '_>, key: &'static str, is_required: bool) -> Option<Vec<T>> {
    let Given { value: list, place } =
        if is_required { section.required::<Vec<T>>(key) } else { section.read_at::<Vec<T>>(key) }?;
    if list.is_empty() {
        section.refuse(&place, key, &format!("it is empty; expected {}", T::EXPECTED));
        return None;
    }
    if list.iter().enumerate().any(|(index, item)| list[..index].contains(item)) {
        section.refuse(&place, key, "it says the same twice");
    }
    Some(list)
}

fn read_default_cell(section: &mut Section<'_, '_>, cells: &[Cell]) -> Cell {
    let first = cells.first().copied().unwrap_or(Cell::Cookie);
    let Some(Given { value: cell, place }) = section.read_at::<Cell>("default_cell") else { return first };
    if !cells.contains(&cell) {
        let words: Vec<_> = cells.iter().map(|cell| format!("\"{}\"", cell.word())).collect();
        section.refuse(&place, "default_cell", &format!("it is not one of the client's cells: {}", words.join(", ")));
    }
    cell
}

/// A lifetime that is set replaces the default in browsers and in headers alike.
fn read_lifetimes(section: &mut Section<'_, '_>, cells: &[Cell], limit: SessionLimit) -> (SessionPolicy, Duration) {
    let idle = read_lifetime(section, "idle");
    let absolute = read_lifetime(section, "absolute");
    let remembered_idle = read_lifetime(section, "remembered_idle");
    let remembered_absolute = read_lifetime(section, "remembered_absolute");
    let access = read_lifetime(section, "access");
    let lifetimes = |default: Lifetimes, idle: &Option<Given<Duration>>, absolute: &Option<Given<Duration>>| Lifetimes {
        idle: idle.as_ref().map_or(default.idle, |given| given.value),
        absolute: absolute.as_ref().map_or(default.absolute, |given| given.value),
    };
    let policy = SessionPolicy {
        browser: lifetimes(SessionPolicy::DEFAULT.browser, &idle, &absolute),
        remembered: lifetimes(SessionPolicy::DEFAULT.remembered, &remembered_idle, &remembered_absolute),
        header: lifetimes(SessionPolicy::DEFAULT.header, &idle, &absolute),
        limit,
    };
    let access_lifetime = access.as_ref().map_or(ACCESS_LIFETIME, |given| given.value);
    let place_of = |given: Option<Given<Duration>>| given.map(|given| given.place);
    let access_place = place_of(access);
    let mut check = |key: &str, is_remembered: bool, place: Option<Place>| {
        let limits = cells.iter().filter(|cell| !is_remembered || cell.carrier() == Carrier::Cookie);
        let shortest = limits.map(|cell| policy.lifetimes(*cell, is_remembered).idle).min();
        if let Some(shortest) = shortest.filter(|shortest| *shortest <= access_lifetime) {
            // What was set is to blame: the idle limit, or else the lifetime that a default did not expect.
            let place = place.or_else(|| access_place.clone()).unwrap_or_else(|| section.place());
            let (shortest, access) = (print(shortest), print(access_lifetime));
            section.refuse(&place, key, &format!("the idle limit ({shortest}) must be longer than `access` ({access})"));
        }
    };
    check("idle", false, place_of(idle));
    check("remembered_idle", true, place_of(remembered_idle));
    (policy, access_lifetime)
}

fn read_lifetime(section: &mut Section<'_, '_>, key: &'static str) -> Option<Given<Duration>> {
    let given = section.read_at::<Duration>(key)?;
    if given.value.is_zero() {
        section.refuse(&given.place, key, "it is zero; nothing would ever be alive");
        return None;
    }
    Some(given)
}
