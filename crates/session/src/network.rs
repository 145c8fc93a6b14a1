//! A coarse place: what tells the café from the office, and survives a phone that gets a new address there.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::InvalidId;

/// The IPv4 /24 or the IPv6 /48 an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Network {
    /// An IPv4 /24, by its first three bytes.
    V4([u8; 3]),
    /// An IPv6 /48, by its first three groups.
    V6([u16; 3]),
}

impl Network {
    /// The network of an address. An IPv4 address written as IPv6 counts as IPv4.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                Self::V4([a, b, c])
            }
            IpAddr::V6(v6) => {
                let [a, b, c, ..] = v6.segments();
                Self::V6([a, b, c])
            }
        }
    }
}

impl Network {
    /// Whether two places are known and are not the same network: an unknown one counts as the same.
    pub fn differ(one: Option<Self>, other: Option<Self>) -> bool {
        matches!((one, other), (Some(one), Some(other)) if one != other)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::V4([a, b, c]) => write!(f, "{}/24", Ipv4Addr::new(a, b, c, 0)),
            Self::V6([a, b, c]) => write!(f, "{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0)),
        }
    }
}

impl FromStr for Network {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (address, length) = text.split_once('/').ok_or(InvalidId)?;
        let address: IpAddr = address.parse().map_err(|_| InvalidId)?;
        let network = match (address, length) {
            (IpAddr::V4(v4), "24") => Self::of(IpAddr::V4(v4)),
            (IpAddr::V6(v6), "48") => Self::V6([v6.segments()[0], v6.segments()[1], v6.segments()[2]]),
            _ => return Err(InvalidId),
        };
        if network.to_string() == text { Ok(network) } else { Err(InvalidId) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_a_network_and_others_do_not() {
        let of = |text: &str| Network::of(text.parse().unwrap());
        assert_eq!(of("203.0.113.24"), of("203.0.113.200"));
        assert_eq!(of("203.0.113.24"), of("::ffff:203.0.113.1"));
        assert_ne!(of("203.0.113.24"), of("203.0.114.24"));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:ffff::9"));
        assert_ne!(of("2001:db8:1::1"), of("2001:db8:2::1"));
    }

    #[test]
    fn a_network_survives_its_text() {
        for text in ["203.0.113.0/24", "2001:db8:1::/48"] {
            assert_eq!(text.parse::<Network>().unwrap().to_string(), text);
        }
        for text in ["203.0.113.7/24", "203.0.113.0/25", "203.0.113.0", "x/24"] {
            assert_eq!(text.parse::<Network>(), Err(InvalidId), "{text}");
        }
    }
}
