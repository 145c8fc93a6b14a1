//! Each rule over a configuration, on an input that breaks it and on one that does not.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use cloakroom_advise::{
    Accepted, ForwardAuthHost, LINTS, Lifetime, LintClient, LintInput, LintKeys, LintOrigin, OriginEntry, Record, Severity,
    SiteOf, lint,
};
use serde_json::json;

/// Every setting that some rule asks for.
const SETTINGS: [&str; 12] = [
    "clients.origins",
    "trusted_origins",
    "clients.foreign_audiences",
    "feed.on_lost",
    "clients.may",
    "forward_auth.hosts",
    "internal_listen",
    "clients.gateways",
    "cookies.domain",
    "keys.announce",
    "keys.alg",
    "keys.rotate",
];

fn both(seconds: u64) -> Lifetime {
    Lifetime { in_cookie: seconds, in_header: seconds }
}

/// A client in which nothing is wrong.
fn client(id: &str, cells: &[&str]) -> LintClient {
    LintClient {
        id: id.to_owned(),
        index: Some(0),
        cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        default_cell: cells.first().map_or_else(String::new, |cell| (*cell).to_owned()),
        audiences: vec!["https://api.example.com".to_owned()],
        is_confidential: true,
        first_party: true,
        idle: both(3_600),
        absolute: both(86_400),
        remembered: Some((3_600, 86_400)),
        access: 300,
        retry_window: both(30),
        jwt_bytes: 560,
        ..LintClient::default()
    }
}

/// A configuration in which nothing is wrong.
fn input(clients: Vec<LintClient>) -> LintInput {
    LintInput {
        known: SETTINGS.iter().map(|setting| (*setting).to_owned()).collect(),
        origin: Some(LintOrigin { text: "https://id.example.com".to_owned(), is_loopback: false }),
        clients,
        store: "sqlite".to_owned(),
        processes: 1,
        trusted_proxies: Some(vec!["10.0.0.0/8".to_owned()]),
        session_limit: Some(50),
        keys: LintKeys {
            alg: Some("EdDSA".to_owned()),
            max_age: Some(300),
            announce: Some(86_400),
            rotate: Some(2_592_000),
            reload: 60,
            longest_cache: 7_200,
            weak: Vec::new(),
        },
        ..LintInput::default()
    }
}

fn with(cells: &[&str], change: impl FnOnce(&mut LintClient)) -> LintInput {
    let mut client = client("app", cells);
    change(&mut client);
    input(vec![client])
}

fn server(change: impl FnOnce(&mut LintInput)) -> LintInput {
    let mut input = input(vec![client("app", &["cookie"])]);
    change(&mut input);
    input
}

fn from(text: &str, site: SiteOf) -> Vec<OriginEntry> {
    vec![OriginEntry { text: text.to_owned(), site }]
}

fn record(change: impl FnOnce(&mut serde_json::Value)) -> Record {
    let mut app = json!({
        "id": "app", "outcome": "jwt", "deadline": 60, "hears_of_sign_out": false, "store_down": "stop", "rules": ["personal_data"], "idle": 895,
    });
    change(&mut app);
    let block =
        json!({"format": "cloakroom.record/1", "rules_version": "", "cloakroom": "", "at": "", "accepted": [], "apps": [app]});
    Record::parse(&format!("```json cloakroom-record\n{block}\n```")).unwrap()
}

fn found(input: &LintInput, record: Option<&Record>) -> Vec<(&'static str, Severity)> {
    lint(input, record).findings.iter().map(|finding| (finding.id, finding.severity)).collect()
}

#[test]
fn a_configuration_without_faults_has_no_findings() {
    for cells in [&["cookie"][..], &["token"], &["jwt"], &["jwt_cookie"]] {
        let kept = record(|app| app["deadline"] = 900.into());
        assert_eq!(found(&with(cells, |_| {}), Some(&kept)), [], "{cells:?}");
    }
}

type Broken = Vec<(&'static str, Severity, LintInput)>;

/// What breaks which rule, and how badly.
fn broken() -> Broken {
    [broken_clients(), broken_times(), broken_server()].into_iter().flatten().collect()
}

fn broken_clients() -> Broken {
    use Severity::{Error, Warning};
    let site = |cells: &[&str], text: &str, site| with(cells, |client| client.origins = from(text, site));
    vec![
        ("C01", Error, with(&["cookie"], |client| client.default_cell = "jwt".into())),
        ("C01", Error, with(&[], |_| {})),
        ("C02", Warning, with(&["cookie", "token", "jwt", "jwt_cookie"], |_| {})),
        ("C03", Warning, site(&["jwt"], "https://app.example.com", SiteOf::SameSite)),
        ("C04", Error, site(&["cookie"], "https://other.example", SiteOf::CrossSite)),
        ("C05", Error, site(&["jwt"], "https://b.vercel.app", SiteOf::SharesPublicSuffix)),
        ("C06", Warning, server(|input| input.trusted_origins = from("https://www.example.com", SiteOf::SameSite))),
        ("C07", Error, site(&["cookie"], "*", SiteOf::NotAnOrigin)),
        ("C08", Error, site(&["jwt"], "https://other.example", SiteOf::CrossSite)),
        ("C09", Error, with(&["token"], |client| client.first_party = false)),
        ("A01", Error, with(&["jwt"], |client| client.audiences.clear())),
        (
            "A02",
            Warning,
            with(&["jwt"], |client| {
                client.many_audiences_in_one_token = true;
                client.audiences.push("b".to_owned());
            }),
        ),
        ("A03", Warning, with(&["jwt"], |client| client.audiences.push("https://id.example.com".to_owned()))),
        (
            "A04",
            Warning,
            with(&["jwt"], |client| {
                client.foreign_audiences = client.audiences.clone();
                client.scopes = vec!["email".to_owned()];
            }),
        ),
        ("A05", Warning, with(&["jwt"], |client| client.jwt_bytes = 1_201)),
        ("A06", Error, with(&["jwt_cookie"], |client| client.jwt_bytes = 3_801)),
        ("A07", Warning, with(&["jwt"], |client| client.scopes = vec!["*".to_owned()])),
    ]
}

fn broken_times() -> Broken {
    use Severity::{Error, Warning};
    vec![
        ("T01", Warning, with(&["jwt"], |client| client.access = 901)),
        ("T01", Error, with(&["jwt"], |client| (client.access, client.idle) = (3_601, both(86_400)))),
        ("T02", Warning, with(&["jwt"], |client| (client.access, client.retry_window) = (29, both(10)))),
        ("T03", Error, with(&["jwt"], |client| client.idle = both(300))),
        ("T03", Warning, with(&["jwt"], |client| client.idle = both(599))),
        ("T04", Error, with(&["jwt"], |client| client.absolute = both(3_599))),
        ("T05", Warning, with(&["cookie"], |client| client.idle = both(3_601))),
        ("T05", Warning, with(&["cookie"], |client| client.absolute = both(86_401))),
        ("T06", Warning, with(&["jwt"], |client| client.absolute = both(2_592_001))),
        ("T07", Warning, with(&["cookie"], |client| (client.is_staff, client.remembered) = (true, Some((7_200, 86_400))))),
        ("T08", Error, with(&["jwt_cookie"], |client| client.retry_window = both(0))),
        (
            "T08",
            Warning,
            with(&["jwt"], |client| {
                client.retry_window = both(0);
                (client.first_party, client.origins) = (false, from("https://other.example", SiteOf::CrossSite));
            }),
        ),
        ("T09", Warning, with(&["jwt"], |client| client.retry_window = both(61))),
        ("T09", Warning, with(&["jwt_cookie"], |client| (client.retry_window, client.access) = (both(50), 50))),
        ("T12", Warning, server(|input| input.session_limit = None)),
        ("F01", Warning, {
            let mut input = with(&["jwt"], |client| client.access = 901);
            input.feed_on_lost = Some("until_expiry".to_owned());
            input
        }),
        ("F03", Error, with(&["jwt"], |client| (client.is_confidential, client.may) = (false, vec!["feed".to_owned()]))),
        (
            "F04",
            Warning,
            with(&["jwt"], |client| {
                (client.may, client.used_by) = (vec!["feed".to_owned()], vec!["a".to_owned(), "b".to_owned()]);
            }),
        ),
    ]
}

fn broken_server() -> Broken {
    use Severity::{Error, Note, Warning};
    let two = |change: fn(&mut LintClient, &mut LintClient)| {
        let (mut one, mut other) = (client("one", &["cookie"]), client("other", &["cookie"]));
        (one.host, other.host) = (Some("example.com".to_owned()), Some("example.com".to_owned()));
        change(&mut one, &mut other);
        input(vec![one, other])
    };
    let host = |change: fn(&mut ForwardAuthHost)| {
        let mut host =
            ForwardAuthHost { host: "a.example".to_owned(), audience: "a".to_owned(), require_role: None, any_user: true };
        change(&mut host);
        server(|input| input.forward_auth_hosts = vec![host])
    };
    vec![
        ("P01", Error, host(|host| host.any_user = false)),
        ("P01", Error, host(|host| host.audience.clear())),
        ("P02", Error, {
            let mut input = host(|_| {});
            (input.open_registration, input.has_mail) = (true, true);
            input
        }),
        ("P03", Error, server(|input| (input.has_proxy, input.trusted_proxies) = (true, Some(Vec::new())))),
        ("P03", Error, server(|input| input.trusted_proxies = Some(vec!["0.0.0.0/0".to_owned()]))),
        ("P04", Error, server(|input| input.internal_listen = Some("0.0.0.0:9000".to_owned()))),
        ("P04", Error, server(|input| input.internal_listen = Some("[2001:db8::1]:9000".to_owned()))),
        ("P05", Note, {
            let mut input = with(&["jwt_cookie"], |_| {});
            input.is_nginx = true;
            input
        }),
        ("P06", Warning, with(&["jwt"], |client| client.gateways = vec![("a".to_owned(), 7_200)])),
        ("P07", Warning, two(|one, _| one.is_staff = true)),
        (
            "P08",
            Error,
            two(|_, other| (other.cells, other.default_cell) = (vec!["jwt_cookie".to_owned()], "jwt_cookie".to_owned())),
        ),
        ("P09", Warning, server(|input| input.cookie_domain = Some(("example.com".to_owned(), false)))),
        ("P09", Error, server(|input| input.cookie_domain = Some(("vercel.app".to_owned(), true)))),
        ("K01", Error, server(|input| input.keys.announce = Some(359))),
        ("K01", Warning, server(|input| input.keys.announce = Some(3_600))),
        ("K02", Error, server(|input| input.keys.weak = vec!["old".to_owned()])),
        ("K03", Warning, server(|input| input.keys.rotate = Some(0))),
        ("S01", Error, server(|input| input.processes = 2)),
        ("S01", Error, server(|input| input.on_network_file_system = true)),
        ("S02", Error, server(|input| input.insecure = vec!["limits.insecure_off".to_owned()])),
        ("S02", Error, server(|input| input.origin.as_mut().unwrap().text = "http://id.example.com".into())),
        ("S03", Warning, server(|input| input.open_registration = true)),
        ("S04", Note, with(&["token"], |client| client.takes_passwords = true)),
    ]
}

#[test]
fn each_rule_finds_what_breaks_it() {
    for (id, severity, input) in broken() {
        assert!(found(&input, None).contains(&(id, severity)), "{id}: {:?}", found(&input, None));
    }
}

#[test]
fn rules_that_read_the_record_find_what_it_promised() {
    let jwt = with(&["jwt"], |client| client.idle = both(3_600));
    assert!(found(&jwt, Some(&record(|_| {}))).contains(&("T10", Severity::Error)));
    assert!(found(&jwt, Some(&record(|app| app["rules"] = json!(["hipaa"])))).contains(&("T11", Severity::Warning)));
    let mut lost = with(&["cookie"], |_| {});
    lost.feed_on_lost = Some("until_expiry".to_owned());
    assert!(found(&lost, Some(&record(|app| app["rules"] = json!(["psd2"])))).contains(&("F02", Severity::Error)));
    // Hours without a store were decided: then a long lifetime is what was asked for.
    let long = with(&["jwt"], |client| (client.access, client.idle) = (7_200, both(86_400)));
    assert!(found(&long, None).contains(&("T01", Severity::Error)));
    assert!(found(&long, Some(&record(|app| app["store_down"] = "hours".into()))).contains(&("T01", Severity::Warning)));
}

#[test]
fn a_page_that_gets_tokens_beside_its_cookie_is_held_to_what_holds_for_them() {
    let page = |access, idle| with(&["cookie"], |client| (client.access, client.idle) = (access, both(idle)));
    let decided = |rule: &str, deadline: u64| {
        record(|app| {
            (app["outcome"], app["rules"], app["deadline"]) = ("cookie+page_token".into(), json!([rule]), deadline.into());
        })
    };
    let lax = decided("none", 86_400);
    assert!(found(&page(901, 3_600), None).is_empty());
    assert_eq!(found(&page(901, 3_600), Some(&lax)), [("T01", Severity::Warning)]);
    assert_eq!(found(&page(29, 3_600), Some(&lax)), [("T02", Severity::Warning)]);
    assert_eq!(found(&page(599, 600), Some(&lax)), [("T03", Severity::Warning)]);
    assert_eq!(found(&page(300, 3_600), Some(&decided("none", 60))), [("T10", Severity::Error)]);
}

#[test]
fn where_a_jwt_is_checked_its_lifetime_counts_as_idle_time_too() {
    let named = |rule: &str| record(|app| (app["rules"], app["deadline"]) = (json!([rule]), 3_600.into()));
    for (cell, idle, is_broken) in
        [("jwt", 601, true), ("jwt", 600, false), ("jwt_cookie", 601, true), ("token", 900, false), ("token", 901, true)]
    {
        let input = with(&[cell], |client| (client.idle, client.remembered) = (both(idle), None));
        let is_found = found(&input, Some(&named("nist_aal3"))).contains(&("T11", Severity::Warning));
        // The absolute limit of this client is longer than the rule's, so only the key tells.
        let keys: Vec<_> = lint(&input, Some(&named("nist_aal3"))).findings.into_iter().map(|finding| finding.key).collect();
        assert_eq!((is_found, keys.contains(&"clients[0].lifetimes.idle".to_owned())), (true, is_broken), "{cell} {idle}");
    }
    // What was decided for it is the setting itself, and stays.
    assert_eq!(found(&with(&["jwt"], |client| client.idle = both(895)), Some(&named("hipaa"))), []);
}

#[test]
fn an_app_of_the_record_that_is_no_client_is_named_as_not_compared() {
    let report = lint(&with(&["jwt"], |_| {}), Some(&record(|app| app["id"] = "ph\u{1b}one".into())));
    let skipped: Vec<_> = report.skipped.iter().map(|rule| (rule.id, rule.why.contains("`phone`"))).collect();
    assert_eq!(skipped, [("T10", true), ("T11", true)]);
    let nothing = record(|app| (app["id"], app["outcome"]) = ("old".into(), "none".into()));
    assert!(lint(&with(&["jwt"], |_| {}), Some(&nothing)).skipped.is_empty());
}

#[test]
fn every_rule_is_broken_by_some_test() {
    let recorded = ["T10", "T11", "F02"];
    let seen: Vec<_> = broken().iter().map(|(id, ..)| *id).chain(recorded).collect();
    assert_eq!(LINTS.len(), 48);
    for rule in LINTS {
        assert!(seen.contains(&rule.id), "{}", rule.id);
        assert!(rule.settings.iter().all(|setting| SETTINGS.contains(setting)), "{}", rule.id);
    }
}

#[test]
fn a_rule_without_its_setting_sleeps_and_one_without_a_record_is_skipped() {
    let mut input = server(|input| input.keys.rotate = Some(0));
    input.known.remove("keys.rotate");
    let report = lint(&input, None);
    assert!(report.findings.is_empty(), "{report:?}");
    assert!(report.asleep.iter().any(|rule| rule.id == "K03" && rule.why.contains("keys.rotate")));
    let skipped: Vec<_> = report.skipped.iter().map(|rule| rule.id).collect();
    assert_eq!(skipped, ["T10", "T11", "F02"]);
}

#[test]
fn a_warning_is_silenced_with_a_reason_and_an_error_never_is() {
    let accept = |id: &str, reason: &str| Accepted { id: id.to_owned(), reason: reason.to_owned() };
    let mut input = with(&["jwt"], |client| client.access = 901);
    input.accepted = vec![accept("T01", "the partner asks for it")];
    let report = lint(&input, None);
    assert!(report.findings.is_empty() && report.silenced[0].finding.id == "T01", "{report:?}");
    input.accepted = vec![accept("T01", " ")];
    assert_eq!(found(&input, None), [("T01", Severity::Warning)]);
    let mut input = with(&["token"], |client| client.first_party = false);
    input.accepted = vec![accept("C09", "we trust them")];
    assert_eq!(lint(&input, None).worst(), Some(Severity::Error));
}

#[test]
fn a_finding_names_its_key_and_the_nearest_line() {
    let mut input = with(&["jwt"], |client| client.access = 901);
    input.lines = [("clients[0]".to_owned(), 3), ("clients[0].lifetimes".to_owned(), 7)].into();
    let report = lint(&input, None);
    assert_eq!((report.findings[0].key.as_str(), report.findings[0].line), ("clients[0].lifetimes.access", Some(7)));
}
