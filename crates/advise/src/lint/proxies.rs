//! P: proxies, hosts and cookies between them.

use std::net::{IpAddr, SocketAddr};

use super::hit::Hit;
use super::input::{LintClient, LintInput};
use super::report::Severity;
use crate::record::Record;

pub(super) fn open_host(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let hosts = input.forward_auth_hosts.iter().enumerate();
    let open = hosts.filter(|(_, host)| host.audience.is_empty() || host.require_role.is_none() && !host.any_user);
    open.map(|(index, host)| Hit::at(format!("forward_auth.hosts[{index}]")).with(host.host.clone())).collect()
}

pub(super) fn anybody_enters(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    if !input.open_registration || input.is_here() {
        return Vec::new();
    }
    let hosts = input.forward_auth_hosts.iter().enumerate().filter(|(_, host)| host.any_user);
    hosts.map(|(index, _)| Hit::at(format!("forward_auth.hosts[{index}].any_user"))).collect()
}

pub(super) fn untrusted_proxy(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let Some(trusted) = &input.trusted_proxies else { return Vec::new() };
    let everything = trusted.iter().find(|range| range.ends_with("/0"));
    let is_needed = input.has_proxy || !input.forward_auth_hosts.is_empty();
    match everything {
        Some(range) => vec![Hit::at("proxy.trusted").with(range.clone())],
        None if is_needed && trusted.is_empty() => vec![Hit::at("proxy.trusted")],
        None => Vec::new(),
    }
}

pub(super) fn public_internals(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let Some(listen) = &input.internal_listen else { return Vec::new() };
    let is_inner = match listen.parse::<SocketAddr>().map(|address| address.ip()) {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        Err(_) => listen.starts_with("localhost:"),
    };
    if is_inner { Vec::new() } else { vec![Hit::at("internal_listen").with(listen.clone())] }
}

pub(super) fn nginx_and_jwt_cookie(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    if !input.is_nginx {
        return Vec::new();
    }
    let clients = input.clients.iter().filter(|client| !client.is_built_in && client.has_cell(&["jwt_cookie"]));
    clients.map(|client| Hit::at(client.key("cells"))).collect()
}

pub(super) fn gateway_keys(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for client in input.clients.iter().filter(|client| !client.gateways.is_empty()) {
        let longest = client.gateways.iter().map(|(_, cache)| *cache).max().unwrap_or_default();
        if input.keys.alg.as_deref() != Some("RS256") {
            hits.push(Hit::at("keys.alg"));
        }
        if input.keys.announce.is_some_and(|announce| announce < longest) {
            hits.push(Hit::at("keys.announce"));
        }
        if client.access > 900 {
            hits.push(Hit::at(client.key("lifetimes.access")));
        }
    }
    hits.dedup();
    hits
}

/// Pairs of clients whose pages stand on one host; the second is the one to look at.
fn on_one_host<'i>(
    input: &'i LintInput,
    fits: impl Fn(&LintClient, &LintClient) -> bool + 'i,
) -> impl Iterator<Item = &'i LintClient> {
    input.clients.iter().enumerate().filter_map(move |(index, client)| {
        let others = input.clients[..index].iter().filter(|other| !other.is_built_in && !client.is_built_in);
        let mut same = others.filter(|other| client.host.is_some() && client.host == other.host);
        same.any(|other| fits(client, other) || fits(other, client)).then_some(client)
    })
}

pub(super) fn staff_and_public(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    on_one_host(input, |one, other| one.is_staff && !other.is_staff).map(|client| Hit::at(client.key("origins"))).collect()
}

pub(super) fn two_cookie_cells(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let mixed = on_one_host(input, |one, other| one.has_cell(&["cookie"]) && other.has_cell(&["jwt_cookie"]));
    mixed.map(|client| Hit::at(client.key("cells"))).collect()
}

pub(super) fn cookie_domain(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let hit = |(domain, is_shared): &(String, bool)| {
        let hit = Hit::at("cookies.domain").with(domain.clone());
        if *is_shared { hit.as_(Severity::Error) } else { hit }
    };
    input.cookie_domain.iter().map(hit).collect()
}
