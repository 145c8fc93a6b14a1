//! The hosts of the lab: one per cell, each an own site with a cookie jar of its own, and the attacker's.

use cloakroom::Origin;
use cloakroom_session::Cell;

/// The host of a cell's app.
pub(crate) const fn host_of(cell: Cell) -> &'static str {
    match cell {
        Cell::Cookie => "cookie-session.localhost",
        Cell::Token => "header-session.localhost",
        Cell::JwtCookie => "cookie-jwt.localhost",
        Cell::Jwt => "header-jwt.localhost",
    }
}

/// The attacker's host: another site in the eyes of every browser.
pub(crate) const ATTACKER: &str = "attacker.localhost";

/// The cells in the order in which people compare them: A, B, C, D.
pub(crate) const CELLS: [Cell; 4] = [Cell::Cookie, Cell::Token, Cell::JwtCookie, Cell::Jwt];

/// The letter of a cell.
pub(crate) const fn letter_of(cell: Cell) -> char {
    match cell {
        Cell::Cookie => 'A',
        Cell::Token => 'B',
        Cell::JwtCookie => 'C',
        Cell::Jwt => 'D',
    }
}

/// The origin of a host at a port.
pub(crate) fn origin_at(host: &str, port: u16) -> Origin {
    format!("http://{host}:{port}").parse().expect("a host of the lab and a port make an origin")
}

/// Who lives at a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resident {
    /// The app of a cell, with Cloakroom on its own host.
    App(Cell),
    /// The attacker.
    Attacker,
}

impl Resident {
    /// Who lives at the host that a request names, port and all; `None` for any other host.
    pub(crate) fn at(authority: &str, port: u16) -> Option<Self> {
        let host = authority.strip_suffix(&format!(":{port}"))?;
        if host.eq_ignore_ascii_case(ATTACKER) {
            return Some(Self::Attacker);
        }
        CELLS.into_iter().find(|cell| host.eq_ignore_ascii_case(host_of(*cell))).map(Self::App)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_lives_at_another_host() {
        for (authority, resident) in [
            ("cookie-session.localhost:81", Some(Resident::App(Cell::Cookie))),
            ("Header-JWT.localhost:81", Some(Resident::App(Cell::Jwt))),
            ("attacker.localhost:81", Some(Resident::Attacker)),
            ("attacker.localhost", None),
            ("attacker.localhost:8181", None),
            ("localhost:81", None),
            ("127.0.0.1:81", None),
            ("evil.cookie-session.localhost:81", None),
            ("", None),
        ] {
            assert_eq!(Resident::at(authority, 81), resident, "{authority}");
        }
    }
}
