//! Clients: the apps that rely on the server, each with its profile. One changed line moves an app from one cell to another.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use cloakroom_session::{Cell, ClientId, RefreshPolicy, Scopes, SessionPolicy};

use crate::origin::Origin;

/// What an app uses, and for how long.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its name.
    pub id: ClientId,
    /// The cells it uses.
    pub cells: Vec<Cell>,
    /// The cell it gets when it asks for none; one of `cells`.
    pub default_cell: Cell,
    /// Who its access tokens may be for; the first is the default. There is at least one.
    pub audiences: Vec<Arc<str>>,
    /// The scopes its sessions may have.
    pub scopes: Scopes,
    /// The lifetimes of its sessions.
    pub sessions: SessionPolicy,
    /// How its refresh tokens behave.
    pub refresh: RefreshPolicy,
    /// How long its access tokens live.
    pub access_lifetime: Duration,
    /// Whether it is one of the operator's own, which may take passwords.
    pub first_party: bool,
}

/// How long access tokens live unless a client says otherwise.
pub const ACCESS_LIFETIME: Duration = Duration::from_mins(5);

/// The name of the client that is always there.
pub const BUILT_IN_CLIENT: &str = "cloakroom";

impl Client {
    /// The client that is always there: first-party, all cells, for this server alone.
    ///
    /// # Panics
    ///
    /// Never: its name is well-formed.
    pub fn built_in(origin: &Origin) -> Self {
        Self {
            id: ClientId::new(BUILT_IN_CLIENT).expect("the built-in name is well-formed"),
            cells: Cell::ALL.to_vec(),
            default_cell: Cell::Cookie,
            audiences: vec![origin.to_arc()],
            scopes: Scopes::none(),
            sessions: SessionPolicy::DEFAULT,
            refresh: RefreshPolicy::DEFAULT,
            access_lifetime: ACCESS_LIFETIME,
            first_party: true,
        }
    }

    /// The audience of its access tokens in a cell, when none is asked for: in a cookie always the origin.
    pub fn default_audience(&self, cell: Cell, origin: &Origin) -> Arc<str> {
        match (cell, self.audiences.first()) {
            (Cell::JwtCookie, _) | (_, None) => origin.to_arc(),
            (_, Some(first)) => Arc::clone(first),
        }
    }

    /// The audience with that name, if the client may have tokens for it.
    pub fn audience(&self, name: &str) -> Option<Arc<str>> {
        self.audiences.iter().find(|own| &***own == name).cloned()
    }
}

/// All clients, by name. The built-in one is among them.
#[derive(Clone, Debug)]
pub struct Clients {
    by_id: HashMap<ClientId, Arc<Client>>,
    built_in: Arc<Client>,
}

impl Clients {
    /// These clients and the built-in one, which an entry of its name takes the place of.
    pub fn new(origin: &Origin, clients: impl IntoIterator<Item = Client>) -> Self {
        let mut built_in = Arc::new(Client::built_in(origin));
        let mut by_id: HashMap<_, _> = clients.into_iter().map(|client| (client.id.clone(), Arc::new(client))).collect();
        if let Some(changed) = by_id.get(&built_in.id) {
            built_in = Arc::clone(changed);
        }
        by_id.insert(built_in.id.clone(), Arc::clone(&built_in));
        Self { by_id, built_in }
    }

    /// The client of that name.
    pub fn find(&self, id: &ClientId) -> Option<&Arc<Client>> {
        self.by_id.get(id)
    }

    /// The client that is meant when none is named.
    pub fn built_in(&self) -> &Arc<Client> {
        &self.built_in
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Client>> {
        self.by_id.values()
    }

    /// The longest access-token lifetime among them.
    pub fn longest_access_lifetime(&self) -> Duration {
        self.iter().map(|client| client.access_lifetime).max().unwrap_or(ACCESS_LIFETIME)
    }

    /// How the refresh tokens of a client behave; of one that is gone, as the defaults say.
    pub(crate) fn refresh_policy(&self, id: &ClientId) -> RefreshPolicy {
        self.find(id).map_or(RefreshPolicy::DEFAULT, |client| client.refresh)
    }
}
