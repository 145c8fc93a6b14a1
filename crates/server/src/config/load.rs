//! The whole configuration: what stands outside a section, and what holds between sections.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use cloakroom::{Clients, Origin};

use super::base_path::BasePath;
use super::clients::ClientConfig;
use super::cookies::CookiesConfig;
use super::database::DatabaseConfig;
use super::error::{ConfigError, Place};
use super::file;
use super::limits::LimitsConfig;
use super::lint_accept;
use super::master::{MasterConfig, MasterKeySource};
use super::origin::on_localhost;
use super::proxy::ProxyConfig;
use super::roles::RoleConfig;
use super::section::{Given, GivenFlag, Section, Sources};
use super::sessions::SessionsConfig;
use super::users::{Registration, UsersConfig};

/// Everything that can be set.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// The public origin; `None` is `http://localhost` and the port that is really bound ([`Config::origin_for`]).
    pub(crate) origin: Option<Origin>,
    /// Where to listen; port 0 is any free port.
    pub(crate) listen: SocketAddr,
    /// The data folder.
    pub(crate) data: PathBuf,
    /// The path below which every URL lies.
    pub(crate) base_path: BasePath,
    /// Whether cookies go without prefix and `Secure`, over plain http.
    pub(crate) insecure_http_cookies: bool,
    /// `[cookies]`.
    pub(crate) cookies: CookiesConfig,
    /// `[database]`.
    pub(crate) database: DatabaseConfig,
    /// `[master]`.
    pub(crate) master: MasterConfig,
    /// `[sessions]`.
    pub(crate) sessions: SessionsConfig,
    /// `[users]`.
    pub(crate) users: UsersConfig,
    /// `[limits]`.
    pub(crate) limits: LimitsConfig,
    /// `[proxy]`.
    pub(crate) proxy: ProxyConfig,
    /// `[[clients]]`, the built-in one first.
    pub(crate) clients: Vec<ClientConfig>,
    /// `[[roles]]`.
    pub(crate) roles: Vec<RoleConfig>,
}

/// What the command line says; the texts are parsed with everything else.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flags {
    /// `--config`: the file to read.
    pub(crate) config: Option<PathBuf>,
    /// `--listen`.
    pub(crate) listen: Option<String>,
    /// `--data`.
    pub(crate) data: Option<String>,
    /// `--origin`.
    pub(crate) origin: Option<String>,
}

/// A configuration, and what whoever starts the server with it should know.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The configuration.
    pub(crate) config: Config,
    /// One sentence each.
    pub(crate) warnings: Vec<String>,
}

impl Config {
    /// Reads the configuration from flags, our variables of the environment and the file that one of them names.
    ///
    /// Fails with every problem, each with its place, its key and what is expected there.
    pub(crate) fn load(
        flags: &Flags,
        environment: &BTreeMap<String, String>,
        read_file: &dyn Fn(&Path) -> io::Result<String>,
    ) -> Result<Loaded, ConfigError> {
        let path = flags.config.clone().or_else(|| environment.get("CLOAKROOM_CONFIG").map(PathBuf::from));
        let entries = match &path {
            None => file::Entries::new(),
            Some(path) => {
                let text = read_file(path).map_err(|error| unreadable(path, &error))?;
                file::parse(path, &text)?
            }
        };
        let given =
            [("listen", "--listen", &flags.listen), ("data", "--data", &flags.data), ("origin", "--origin", &flags.origin)];
        let given =
            given.into_iter().filter_map(|(setting, flag, text)| Some(GivenFlag { setting, flag, text: text.as_deref()? }));
        let variables = environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let sources = Sources::new(path.unwrap_or_default(), given.collect(), variables);
        let (config, mut warnings) = sources.read(entries, Self::read)?;
        warnings.extend(config.warnings());
        Ok(Loaded { config, warnings })
    }

    /// The configuration where nothing is given.
    ///
    /// # Panics
    ///
    /// Never: the defaults are one.
    pub(crate) fn as_it_comes() -> Self {
        let nothing = |_: &Path| Err(io::ErrorKind::NotFound.into());
        Self::load(&Flags::default(), &BTreeMap::new(), &nothing).expect("the defaults are a configuration").config
    }

    fn read(top: &mut Section<'_, '_>) -> Self {
        let origin = top.read_at::<Origin>("origin");
        let insecure_http_cookies = top.read("insecure_http_cookies").unwrap_or_default();
        if let Some(Given { value: origin, place }) = &origin {
            check_origin(top, origin, place, insecure_http_cookies);
        }
        let origin = origin.map(|given| given.value);
        let is_loopback = origin.as_ref().is_none_or(Origin::is_loopback);
        let data: PathBuf = top.read("data").unwrap_or_else(|| "./cloakroom-data".into());
        let sessions = top.section("sessions", SessionsConfig::read);
        lint_accept::read(top);
        Self {
            listen: top.read("listen").unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 8080))),
            base_path: top.read("base_path").unwrap_or_default(),
            insecure_http_cookies,
            cookies: top.section("cookies", CookiesConfig::read),
            database: top.section("database", |section| DatabaseConfig::read(section, &data)),
            master: top.section("master", |section| MasterConfig::read(section, &data)),
            users: top.section("users", |section| UsersConfig::read(section, is_loopback)),
            limits: top.section("limits", LimitsConfig::read),
            proxy: top.section("proxy", ProxyConfig::read),
            clients: ClientConfig::read_all(top, sessions.limit),
            roles: RoleConfig::read_all(top),
            origin,
            data,
            sessions,
        }
    }

    /// The public origin of a server that is bound to `bound`.
    pub(crate) fn origin_for(&self, bound: SocketAddr) -> Origin {
        self.origin.clone().unwrap_or_else(|| on_localhost(bound))
    }

    /// The clients of a server with that origin.
    pub(crate) fn clients_for(&self, origin: &Origin) -> Clients {
        Clients::new(origin, self.clients.iter().map(|client| client.profile(origin)))
    }

    fn is_loopback(&self) -> bool {
        self.origin.as_ref().is_none_or(Origin::is_loopback)
    }

    fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.insecure_http_cookies {
            let text = "insecure_http_cookies is on: cookies go without `Secure` and without prefix, whoever is on the way can read and set them";
            warnings.push(text.to_owned());
        }
        if self.limits.insecure_off {
            warnings.push("limits.insecure_off is on: passwords can be tried as often as one likes".to_owned());
        }
        if self.proxy.trusts_everyone() {
            warnings.push("proxy.trusted holds every address: whoever can connect can claim to come from anywhere".to_owned());
        }
        if self.origin.is_none() && !self.listen.ip().is_loopback() {
            let listen = self.listen;
            warnings.push(format!("listening on {listen} without `origin`: only requests for http://localhost are answered"));
        }
        if self.is_loopback() && self.users.registration == Registration::Open && !self.listen.ip().is_loopback() {
            warnings
                .push("users.registration is open and other machines can connect: anyone there can make an account".to_owned());
        }
        if let MasterKeySource::File(key) = &self.master.key
            && !self.is_loopback()
            && key.parent() == self.database.file.parent()
        {
            warnings.push(format!(
                "the master key {} lies beside the database, and a copy of the folder holds both: keep the key elsewhere and name it in \
                 CLOAKROOM_MASTER_KEY_FILE",
                key.display()
            ));
        }
        warnings
    }

    /// The effective configuration as TOML; secrets are redacted.
    pub(crate) fn to_toml(&self) -> String {
        let mut table = toml::Table::from_iter([
            ("listen".to_owned(), self.listen.to_string().into()),
            ("data".to_owned(), self.data.display().to_string().into()),
            ("base_path".to_owned(), self.base_path.as_str().into()),
            ("insecure_http_cookies".to_owned(), self.insecure_http_cookies.into()),
            ("cookies".to_owned(), self.cookies.describe().into()),
            ("database".to_owned(), self.database.describe().into()),
            ("master".to_owned(), self.master.describe().into()),
            ("sessions".to_owned(), self.sessions.describe().into()),
            ("users".to_owned(), self.users.describe().into()),
            ("limits".to_owned(), self.limits.describe().into()),
            ("proxy".to_owned(), self.proxy.describe().into()),
            ("clients".to_owned(), self.clients.iter().map(ClientConfig::describe).collect::<Vec<_>>().into()),
        ]);
        // With port 0 and no origin, the origin is known only once a port is bound.
        if self.origin.is_some() || self.listen.port() != 0 {
            table.insert("origin".to_owned(), self.origin_for(self.listen).to_string().into());
        }
        if !self.roles.is_empty() {
            table.insert("roles".to_owned(), self.roles.iter().map(RoleConfig::describe).collect::<Vec<_>>().into());
        }
        toml::to_string(&table).expect("tables of strings, numbers and booleans are TOML")
    }
}

fn unreadable(path: &Path, error: &io::Error) -> ConfigError {
    ConfigError::one(Place::File(path.to_owned()), format!("cannot be read: {error}"))
}

fn check_origin(top: &mut Section<'_, '_>, origin: &Origin, place: &Place, insecure_http_cookies: bool) {
    if !origin.is_https() && !origin.is_loopback() && !insecure_http_cookies {
        let why = "an http origin that is not this machine cannot keep cookies secret; use https, or set `insecure_http_cookies`";
        top.refuse(place, "origin", why);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cloakroom_primitives::{MasterKey, SeededRandom};
    use cloakroom_session::{Cell, SessionPolicy};

    use super::*;

    fn load_with(flags: &Flags, variables: &[(&str, &str)], text: Option<&str>) -> Result<Loaded, ConfigError> {
        let flags = Flags { config: text.map(|_| "c.toml".into()), ..flags.clone() };
        let environment = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::load(&flags, &environment, &|_| text.map(str::to_owned).ok_or_else(|| io::ErrorKind::NotFound.into()))
    }

    fn file(text: &str) -> Result<Loaded, ConfigError> {
        load_with(&Flags::default(), &[], Some(text))
    }

    fn variables(variables: &[(&str, &str)]) -> Result<Loaded, ConfigError> {
        load_with(&Flags::default(), variables, None)
    }

    #[test]
    fn nothing_given_is_a_server_to_try_on_this_machine() {
        let Loaded { config, warnings } = variables(&[]).unwrap();
        assert!(warnings.is_empty(), "{warnings:?}");
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.origin_for("127.0.0.1:49152".parse().unwrap()).to_string(), "http://localhost:49152");
        assert_eq!(config.data, Path::new("./cloakroom-data"));
        assert_eq!(config.database.file, Path::new("./cloakroom-data/cloakroom.db"));
        assert!(matches!(&config.master.key, MasterKeySource::File(path) if path == Path::new("./cloakroom-data/master.key")));
        assert_eq!((config.base_path.as_str(), config.cookies.name.as_str()), ("", "cloakroom"));
        assert_eq!((config.users.registration, config.sessions.limit.most.get()), (Registration::Open, 50));
        assert!(!config.insecure_http_cookies && !config.limits.insecure_off && config.proxy == ProxyConfig::default());
        let [client] = config.clients.as_slice() else { panic!("one client is built in") };
        assert_eq!((client.id.as_str(), client.default_cell, client.first_party), ("cloakroom", Cell::Cookie, true));
        assert_eq!((client.cells.as_slice(), &client.audiences), (Cell::ALL.as_slice(), &None));
        assert_eq!((client.sessions, client.access_lifetime), (SessionPolicy::DEFAULT, Duration::from_mins(5)));
    }

    #[test]
    fn flags_go_before_variables_and_those_before_the_file() {
        let text = "listen = '127.0.0.1:1'\ndata = 'file'\norigin = 'http://localhost:1'\n";
        let flags = Flags { listen: Some("127.0.0.1:3".into()), ..Flags::default() };
        let environment = [("CLOAKROOM_LISTEN", "127.0.0.1:2"), ("CLOAKROOM_DATA", "environment")];
        let config = load_with(&flags, &environment, Some(text)).unwrap().config;
        assert_eq!(config.listen.port(), 3);
        assert_eq!(config.data, Path::new("environment"));
        assert_eq!(config.origin.unwrap().to_string(), "http://localhost:1");
    }

    #[test]
    fn no_file_is_read_unless_it_is_named() {
        let read = |path: &Path| -> io::Result<String> { panic!("{} was read", path.display()) };
        assert!(Config::load(&Flags::default(), &BTreeMap::new(), &read).is_ok());
        let environment = BTreeMap::from([("CLOAKROOM_CONFIG".to_owned(), "e.toml".to_owned())]);
        let read = |path: &Path| Ok(format!("data = '{}'", path.display()));
        assert_eq!(Config::load(&Flags::default(), &environment, &read).unwrap().config.data, Path::new("e.toml"));
        let error = Config::load(&Flags::default(), &environment, &|_| Err(io::ErrorKind::NotFound.into())).unwrap_err();
        assert_eq!(error.to_string(), "e.toml: cannot be read: entity not found");
    }

    #[test]
    fn what_is_wrong_in_the_file_is_refused_with_its_line_its_key_and_what_is_expected() {
        for (text, refusal) in [
            ("orgin = 'https://a.example'", "c.toml:1: unknown key `orgin`; did you mean `origin`?"),
            (
                "\n[sessions]\nlimit_per_usr = 3",
                "c.toml:3: unknown key `sessions.limit_per_usr`; did you mean `sessions.limit_per_user`?",
            ),
            ("[sesions]\nlimit_per_user = 3", "c.toml:1: unknown key `sesions`; did you mean `sessions`?"),
            ("registration = 'open'", "c.toml:1: unknown key `registration`; did you mean `users.registration`?"),
            ("[cookies]\ntls = true", "c.toml:2: unknown key `cookies.tls`; known here: `name`"),
            ("internal_listen = '127.0.0.1:1'", "c.toml:1: unknown key `internal_listen`; known here: "),
            (
                "[[clients]]\nid='a'\ncells=['jwt']\naudiences=['b']\nsecret_file='s'",
                "c.toml:5: unknown key `clients[0].secret_file`; ",
            ),
            (
                "listen = 8080",
                "c.toml:1: listen: expected an IP address and a port, such as \"127.0.0.1:8080\"; found an integer",
            ),
            ("listen = 'localhost'", "c.toml:1: listen: expected an IP address and a port, such as \"127.0.0.1:8080\""),
            ("data = ''", "c.toml:1: data: expected a path; it is empty"),
            (
                "origin = 'https://a.example/b'",
                "c.toml:1: origin: expected an origin such as \"https://id.example.com\"; it has a path",
            ),
            (
                "origin = 'http://a.example'",
                "c.toml:1: origin: an http origin that is not this machine cannot keep cookies secret",
            ),
            ("base_path = '/a/'", "c.toml:1: base_path: expected a path such as \"/auth\", or nothing; it ends with a slash"),
            ("insecure_http_cookies = 'yes'", "c.toml:1: insecure_http_cookies: expected true or false; found a string"),
            ("cookies = 'x'", "c.toml:1: cookies: expected a table; found a string"),
            ("cookies.name = '__Host-x'", "c.toml:1: cookies.name: expected a name of 1 to 64 letters"),
            ("[database]\nurl = 'postgres://db/x'", "c.toml:2: database.url: expected an SQLite file such as"),
            (
                "[master]\nkey = 'hunter2'",
                "c.toml:2: master.key: expected a master key, `id:key`; line 1 of the master key file is not",
            ),
            ("[sessions]\nlimit_per_user = 0", "c.toml:2: sessions.limit_per_user: expected a whole number from 1"),
            ("[sessions]\nlimit_per_user = 5000000000", "c.toml:2: sessions.limit_per_user: expected a whole number from 1"),
            ("[users]\nregistration = 'invite'", "c.toml:2: users.registration: expected \"open\" or \"closed\""),
            ("[limits]\ninsecure_off = 1", "c.toml:2: limits.insecure_off: expected true or false; found an integer"),
            ("[proxy]\ntrusted = [\n '10.0.0.0/8',\n '10.0.0.0/33']", "c.toml:4: proxy.trusted: expected IP addresses or ranges"),
            (
                "[proxy]\ntrusted = '10.0.0.0/8'",
                "c.toml:2: proxy.trusted: expected IP addresses or ranges such as \"10.0.0.0/8\"; in an array",
            ),
            ("data = 'a'\ndata = 'b'", "c.toml:2: the key `data` stands here a second time"),
            ("data = ", "c.toml:1: not TOML: "),
            ("clients = 1", "c.toml:1: clients: expected an array of tables, `[[clients]]`; found an integer"),
            ("[[roles]]\nscopes = ['a b']", "c.toml:2: roles[0].scopes: expected scopes such as"),
            ("[[roles]]\nid = 'a'\n[[roles]]\nid = 'a'", "c.toml:4: roles[1].id: another role has this id"),
        ] {
            let error = file(text).unwrap_err().to_string();
            assert!(error.contains(refusal), "{text}\n{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_client_that_contradicts_itself_is_refused() {
        let client = "[[clients]]\nid = 'shop'\ncells = ['jwt', 'cookie']\naudiences = ['https://shop.example']\n";
        assert!(file(client).is_ok());
        for (rest, refusal) in [
            (
                "default_cell = 'token'",
                "c.toml:5: clients[0].default_cell: it is not one of the client's cells: \"jwt\", \"cookie\"",
            ),
            (
                "default_cell = 'header'",
                "c.toml:5: clients[0].default_cell: expected \"cookie\", \"token\", \"jwt\" or \"jwt_cookie\"",
            ),
            (
                "lifetimes = { idle = '5m' }",
                "c.toml:5: clients[0].lifetimes.idle: the idle limit (5m) must be longer than `access` (5m)",
            ),
            (
                "lifetimes.access = '1h'",
                "c.toml:5: clients[0].lifetimes.idle: the idle limit (1h) must be longer than `access` (1h)",
            ),
            ("lifetimes.remembered_idle = '1m'", "c.toml:5: clients[0].lifetimes.remembered_idle: the idle limit (1m) must be"),
            ("lifetimes.absolute = '0s'", "c.toml:5: clients[0].lifetimes.absolute: it is zero"),
            (
                "lifetimes.idel = '1h'",
                "c.toml:5: unknown key `clients[0].lifetimes.idel`; did you mean `clients[0].lifetimes.idle`?",
            ),
            ("lifetimes.idle = 3600", "c.toml:5: clients[0].lifetimes.idle: expected a duration such as"),
            (
                "[[clients]]\nid = 'shop'\ncells = ['jwt']\naudiences = ['a']",
                "c.toml:6: clients[1].id: another client has this id",
            ),
            ("[[clients]]\ncells = ['jwt']\naudiences = ['a']", "c.toml:5: the key `clients[1].id` is missing"),
            ("[[clients]]\nid = 'b'\naudiences = ['a']", "c.toml:5: the key `clients[1].cells` is missing"),
            ("[[clients]]\nid = 'b'\ncells = ['jwt']", "c.toml:5: the key `clients[1].audiences` is missing"),
            ("[[clients]]\nid = 'b'\ncells = []\naudiences = ['a']", "c.toml:7: clients[1].cells: it is empty"),
            ("[[clients]]\nid = 'b'\ncells = ['jwt']\naudiences = []", "c.toml:8: clients[1].audiences: it is empty"),
            (
                "[[clients]]\nid = 'b'\ncells = ['jwt', 'jwt']\naudiences = ['a']",
                "c.toml:7: clients[1].cells: it says the same twice",
            ),
        ] {
            let text = format!("{client}{rest}");
            let error = file(&text).unwrap_err().to_string();
            assert!(error.contains(refusal), "{text}\n{error}");
        }
    }

    #[test]
    fn an_access_lifetime_is_held_against_the_cells_the_client_has() {
        let client =
            |cells: &str| format!("[[clients]]\nid = 'a'\ncells = [{cells}]\naudiences = ['a']\nlifetimes.access = '2h'");
        assert!(file(&client("'jwt', 'token'")).is_ok());
        assert!(file(&client("'jwt', 'cookie'")).is_err());
    }

    #[test]
    fn an_entry_named_cloakroom_changes_the_client_that_is_built_in() {
        let text = "[[clients]]\nid = 'cloakroom'\nlifetimes.idle = '2h'\nretry_window = '0s'\n[[clients]]\nid = 'a'\ncells = ['jwt']\naudiences = ['b']\n";
        let config = file(text).unwrap().config;
        let [built_in, other] = config.clients.as_slice() else { panic!("there are two clients") };
        assert_eq!((built_in.cells.as_slice(), built_in.first_party, &built_in.audiences), (Cell::ALL.as_slice(), true, &None));
        assert_eq!(built_in.sessions.browser.idle, Duration::from_hours(2));
        assert_eq!(built_in.sessions.header.idle, Duration::from_hours(2));
        assert_eq!(built_in.sessions.browser.absolute, SessionPolicy::DEFAULT.browser.absolute);
        assert_eq!((built_in.refresh.retry_window, built_in.refresh.cookie_retry_window), (Duration::ZERO, Duration::ZERO));
        assert_eq!((other.default_cell, other.first_party), (Cell::Jwt, false));
        let origin = "https://id.example.com".parse().unwrap();
        let clients = config.clients_for(&origin);
        assert_eq!(clients.built_in().audience("https://id.example.com"), Some(origin.to_arc()));
        assert_eq!(clients.find(&other.id).unwrap().default_audience(Cell::Jwt, &origin), "b".into());
    }

    #[test]
    fn all_problems_are_named_at_once_in_the_order_of_their_lines() {
        let error =
            file("listen = 'x'\n[users]\nregistraton = 'open'\n[sessions]\nlimit_per_user = -1\n").unwrap_err().to_string();
        let places: Vec<_> = error.lines().map(|line| line.split(": ").next().unwrap().to_owned()).collect();
        assert_eq!(places, ["c.toml:1", "c.toml:3", "c.toml:5"]);
    }

    #[test]
    fn a_wrong_variable_or_flag_is_named_as_such() {
        let error = variables(&[("CLOAKROOM_SESSIONS_LIMIT_PER_USER", "many")]).unwrap_err().to_string();
        assert_eq!(
            error,
            "environment variable CLOAKROOM_SESSIONS_LIMIT_PER_USER: sessions.limit_per_user: expected a whole number from 1"
        );
        let flags = Flags { origin: Some("example".into()), ..Flags::default() };
        let error = load_with(&flags, &[], None).unwrap_err().to_string();
        assert!(error.starts_with("--origin: origin: expected an origin such as"), "{error}");
    }

    #[test]
    fn every_setting_outside_the_lists_has_a_variable() {
        let key = MasterKey::generate(&SeededRandom::new(1)).to_line();
        let Loaded { config, warnings } = variables(&[
            ("CLOAKROOM_ORIGIN", "http://id.example.com"),
            ("CLOAKROOM_LISTEN", "0.0.0.0:0"),
            ("CLOAKROOM_DATA", "d"),
            ("CLOAKROOM_BASE_PATH", "/auth"),
            ("CLOAKROOM_INSECURE_HTTP_COOKIES", "true"),
            ("CLOAKROOM_COOKIES_NAME", "second"),
            ("CLOAKROOM_DATABASE_URL", "sqlite:///srv/x.db"),
            ("CLOAKROOM_MASTER_KEY", key.expose()),
            ("CLOAKROOM_SESSIONS_LIMIT_PER_USER", "7"),
            ("CLOAKROOM_USERS_REGISTRATION", "open"),
            ("CLOAKROOM_LIMITS_INSECURE_OFF", "true"),
            ("CLOAKROOM_PROXY_TRUSTED", "10.0.0.0/8, ::1"),
        ])
        .unwrap();
        assert_eq!(config.origin.as_ref().unwrap().to_string(), "http://id.example.com");
        assert_eq!((config.listen.to_string().as_str(), config.data.as_path()), ("0.0.0.0:0", Path::new("d")));
        assert_eq!((config.base_path.as_str(), config.cookies.name.as_str()), ("/auth", "second"));
        assert_eq!(config.database.file, Path::new("/srv/x.db"));
        assert!(matches!(config.master.key, MasterKeySource::Given(_)));
        assert_eq!((config.sessions.limit.most.get(), config.users.registration), (7, Registration::Open));
        assert_eq!(config.clients[0].sessions.limit.most.get(), 7);
        let toml = config.to_toml();
        assert!(toml.contains("trusted = [\"10.0.0.0/8\", \"::1\"]"), "{toml}");
        let insecure: Vec<_> = warnings.iter().filter(|warning| warning.contains("insecure_")).collect();
        assert_eq!(insecure.len(), 2, "{warnings:?}");
    }

    #[test]
    fn a_variable_that_is_not_ours_is_a_warning_with_the_nearest_name() {
        let warnings =
            variables(&[("CLOAKROOM_PORT", "tcp://10.0.0.1:80"), ("CLOAKROOM_ORIGN", "https://a.example")]).unwrap().warnings;
        assert_eq!(warnings.len(), 2, "{warnings:?}");
        assert!(warnings[0].contains("CLOAKROOM_ORIGN ") && warnings[0].ends_with("CLOAKROOM_ORIGIN"), "{warnings:?}");
        assert!(
            warnings[1].contains("CLOAKROOM_PORT ") && warnings[1].contains("nearest known name is CLOAKROOM_"),
            "{warnings:?}"
        );
    }

    #[test]
    fn registration_is_open_by_itself_on_this_machine_alone() {
        let registration = |origin| variables(&[("CLOAKROOM_ORIGIN", origin)]).unwrap().config.users.registration;
        assert_eq!(registration("http://localhost:8080"), Registration::Open);
        assert_eq!(registration("https://id.example.com"), Registration::Closed);
    }

    #[test]
    fn a_key_beside_its_database_is_a_warning_on_a_public_origin() {
        let warns = |more: &[(&str, &str)]| {
            let all = [&[("CLOAKROOM_ORIGIN", "https://id.example.com")], more].concat();
            variables(&all).unwrap().warnings.iter().any(|warning| warning.contains("CLOAKROOM_MASTER_KEY_FILE"))
        };
        assert!(warns(&[]));
        assert!(!warns(&[("CLOAKROOM_MASTER_KEY_FILE", "/run/secrets/master.key")]));
        assert!(!warns(&[("CLOAKROOM_ORIGIN", "http://localhost:8080")]));
    }

    #[test]
    fn the_stronger_source_of_the_master_key_counts_and_two_in_one_source_are_refused() {
        let key = MasterKey::generate(&SeededRandom::new(1)).to_line().expose().clone();
        let text = format!("[master]\nkey = '{key}'\n");
        let config = load_with(&Flags::default(), &[("CLOAKROOM_MASTER_KEY_FILE", "f")], Some(&text)).unwrap().config;
        assert!(matches!(config.master.key, MasterKeySource::File(path) if path == Path::new("f")));
        let error = file(&format!("{text}key_file = 'f'")).unwrap_err().to_string();
        assert_eq!(error, "c.toml:3: master.key_file: `key` is set beside it; only one of the two can be");
    }

    #[test]
    fn the_effective_configuration_is_toml_again_and_holds_no_secret() {
        let key = MasterKey::generate(&SeededRandom::new(1)).to_line().expose().clone();
        let text = "[[clients]]\nid = 'a'\ncells = ['jwt']\naudiences = ['b']\nlifetimes.idle = '90m'\n[[roles]]\nid = 'clerk'\nscopes = ['s:r']\n";
        let config = load_with(&Flags::default(), &[("CLOAKROOM_MASTER_KEY", &key)], Some(text)).unwrap().config;
        let shown = config.to_toml();
        assert!(shown.contains("key = \"(redacted)\"") && !shown.contains(key.split_once(':').unwrap().1), "{shown}");
        assert!(shown.contains("idle = \"90m\"") && shown.contains("id = \"clerk\""), "{shown}");
        let again = load_with(&Flags::default(), &[("CLOAKROOM_MASTER_KEY", &key)], Some(&shown)).unwrap().config;
        assert_eq!(again.to_toml(), shown);
        assert_eq!(again.roles, config.roles);
        assert!(shown.contains("origin = \"http://localhost:8080\""), "{shown}");
        assert!(!variables(&[("CLOAKROOM_LISTEN", "127.0.0.1:0")]).unwrap().config.to_toml().contains("origin"));
    }
}
