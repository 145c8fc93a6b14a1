//! A second Cloakroom on throw-away data, with Orders beside it.
//!
//! 1. It is the product's own `App`: its code, its schema, SQLite on disk in a folder of its own that goes with it, keys of its own.
//! 2. Its clock runs on from a clock it is given and can be moved. Moving it moves nothing else.
//! 3. Its store stands behind a switch; its server can be restarted behind its door.
//! 4. Passwords are hashed as cheaply as the function allows: how long a sign-in takes is not what the lab shows.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cloakroom::session::Cell;
use cloakroom::{
    Clock, EventSink, MasterKeys, Origin, OsRandom, OwnHost, OwnHosts, SecurityEvent, ShiftedClock, SystemClock, Timestamp,
};
use tokio::net::TcpListener;
use tokio::sync::RwLock;

use super::door::{Door, Fronts, Running, Slot};
use super::error::LabError;
use super::folder::LabFolder;
use super::hosts::{CELLS, host_of, origin_at};
use super::orders::{Known, Orders};
use super::recorder::Recorder;
use super::switch::StoreSwitch;
use super::{by_hand, http};
use crate::accounts::HashParameters;
use crate::app::{App, Surroundings};
use crate::config::{Config, Flags, MasterKeySource};
use crate::master_key_file;

/// The address of the lab's person, and their password. Both are printed on the lab's pages: they open nothing else.
pub(crate) const EMAIL: &str = "ada@lab.example";
/// See [`EMAIL`].
pub(crate) const PASSWORD: &str = "a coat on a numbered hook";

/// The client without a retry window.
pub(crate) const STRICT_CLIENT: &str = "strict";

/// The roles of the lab, and how many made-up scopes each has beside [`SCOPE`](super::orders::SCOPE).
pub(crate) const ROLES: [(&str, usize); 4] = [("member", 0), ("many", 100), ("most", 190), ("too_many", 220)];

/// A running house. Dropping it stops it and removes its data.
pub(crate) struct House {
    clock: ShiftedClock,
    switch: StoreSwitch,
    events: Arc<Heard>,
    config: Config,
    origin: Origin,
    slot: Slot,
    door: Door,
    orders: Orders,
    /// After the server, which has files open in it.
    _folder: LabFolder,
}

/// The security events, in the order in which they happened.
#[derive(Debug, Default)]
struct Heard(Mutex<Vec<SecurityEvent>>);

impl EventSink for Heard {
    fn record(&self, event: SecurityEvent) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A house that somebody leaves open for days keeps the newest.
        if heard.len() == 1_000 {
            heard.drain(..500);
        }
        heard.push(event);
    }
}

impl House {
    /// Opens a house whose clock runs on from `clock`, with one account in it: [`EMAIL`].
    pub(crate) async fn open(clock: Arc<dyn Clock>, fronts: Fronts) -> Result<Self, LabError> {
        let (at_door, at_orders) = (listen().await?, listen().await?);
        let port = at_door.local_addr()?.port();
        let folder = LabFolder::open()?;
        let origin = origin_at("localhost", port);
        let config = configuration(&folder, &origin)?;
        let clock = ShiftedClock::over(clock);
        let (switch, events) = (StoreSwitch::default(), Arc::new(Heard::default()));
        let slot: Slot = Arc::new(RwLock::new(None));
        let door = Door::open(at_door, Arc::clone(&slot), fronts, clock.clone())?;
        let known = Known { issuer: origin.to_string(), server: door.address, host: format!("{}:{port}", host_of(Cell::Jwt)) };
        let orders = Orders::open(at_orders, known, clock.clone())?;
        let house = Self { clock, switch, events, config, origin, slot, door, orders, _folder: folder };
        *house.slot.write().await = Some(Running::new(house.open_app().await?));
        house.settle_in().await?;
        Ok(house)
    }

    async fn open_app(&self) -> Result<App, LabError> {
        let hosts = CELLS.map(|cell| OwnHost::of(&origin_at(host_of(cell), self.door.address.port())));
        let around = Surroundings {
            clock: Arc::new(self.clock.clone()),
            random: Arc::new(OsRandom),
            hosts: Some(OwnHosts::list(hosts)),
            hashing: HashParameters::CHEAPEST,
            events: Arc::clone(&self.events) as _,
            switch: Some(self.switch.clone()),
        };
        App::open(&self.config, &self.origin, SystemClock::new(), around).await.map_err(LabError::Start)
    }

    /// The one account, with the role that lets it see orders.
    async fn settle_in(&self) -> Result<(), LabError> {
        let body = serde_json::json!({ "email": EMAIL, "password": PASSWORD, "name": "Ada" });
        let register = http::Request::new("POST", &self.authority(Cell::Token), "/api/v1/users").json(&body);
        if register.send(self.address(), None).await?.status != 201 {
            return Err(LabError::Unexpected("the account was not made"));
        }
        Ok(by_hand::give_roles(&self.app().await?.store, EMAIL, ROLES[0].0).await?)
    }

    /// The present moment in the house.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the house's clock forward.
    pub(crate) fn wait(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// Where the door is.
    pub(crate) fn address(&self) -> SocketAddr {
        self.door.address
    }

    /// Host and port of a cell's app.
    pub(crate) fn authority(&self, cell: Cell) -> String {
        format!("{}:{}", host_of(cell), self.door.address.port())
    }

    /// Host and port under which the app of a cell reaches Orders: the same host at another port, so its cookies travel there too.
    pub(crate) fn orders_authority(&self, cell: Cell) -> String {
        format!("{}:{}", host_of(cell), self.orders.address.port())
    }

    /// Orders.
    pub(crate) fn orders(&self) -> &Orders {
        &self.orders
    }

    /// The switch in front of the store.
    pub(crate) fn switch(&self) -> &StoreSwitch {
        &self.switch
    }

    /// What was really sent and got at the door.
    pub(crate) fn recorder(&self) -> &Recorder {
        &self.door.recorder
    }

    /// The names of the security events so far.
    pub(crate) fn events(&self) -> Vec<&'static str> {
        self.events.0.lock().unwrap_or_else(PoisonError::into_inner).iter().map(SecurityEvent::name).collect()
    }

    /// The server behind the door.
    pub(super) async fn app(&self) -> Result<App, LabError> {
        let running = self.slot.read().await;
        running.as_ref().map(|running| running.app.clone()).ok_or(LabError::Unexpected("no server is running"))
    }

    /// The master keys of the house.
    pub(super) fn master_keys(&self) -> Result<MasterKeys, LabError> {
        match &self.config.master.key {
            MasterKeySource::Given(keys) => Ok((**keys).clone()),
            MasterKeySource::File(path) => master_key_file::load_or_create(path, true, &OsRandom)
                .map_err(|_| LabError::Unexpected("the master key is not where it was written")),
        }
    }

    /// Stops the server as an operator would, and starts another one on the same data. Requests wait meanwhile.
    pub(crate) async fn restart(&self) -> Result<(), LabError> {
        let mut slot = self.slot.write().await;
        if let Some(running) = slot.take() {
            running.app.jobs().finish().await;
        }
        // Who was answered last may hold the former server, and the lock of its file, for a moment longer.
        let mut tries = 0;
        let app = loop {
            match self.open_app().await {
                Ok(app) => break app,
                Err(error) if tries == 50 => return Err(error),
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
            tries += 1;
        };
        *slot = Some(Running::new(app));
        Ok(())
    }
}

async fn listen() -> std::io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await
}

/// The configuration of a house, through the same reader as any other.
fn configuration(folder: &LabFolder, origin: &Origin) -> Result<Config, LabError> {
    let data = folder.path().to_str().ok_or(LabError::Unexpected("the path of the temporary folder is not text"))?;
    let text = settings(origin);
    let flags = Flags { config: Some("the lab".into()), data: Some(data.to_owned()), ..Flags::default() };
    Ok(Config::load(&flags, &BTreeMap::new(), &|_| Ok(text.clone()))?.config)
}

fn settings(origin: &Origin) -> String {
    let scope = super::orders::SCOPE;
    let scopes_of = |count: usize| {
        let made_up = (0..count).map(|number| format!("\"department-{number:03}:read-and-write\""));
        std::iter::once(format!("\"{scope}\"")).chain(made_up).collect::<Vec<_>>().join(", ")
    };
    let all = scopes_of(ROLES[ROLES.len() - 1].1);
    let clients = format!(
        "[[clients]]\nid = \"cloakroom\"\nscopes = [{all}]\n\n\
         [[clients]]\nid = \"{STRICT_CLIENT}\"\ncells = [\"jwt\", \"jwt_cookie\"]\ndefault_cell = \"jwt\"\naudiences = [\"{origin}\"]\n\
         scopes = [\"{scope}\"]\nfirst_party = true\nretry_window = \"0s\"\n"
    );
    let roles = ROLES.map(|(role, count)| format!("\n[[roles]]\nid = \"{role}\"\nscopes = [{}]\n", scopes_of(count)));
    clients + &roles.concat()
}
