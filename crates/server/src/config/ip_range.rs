//! Ranges of addresses.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::setting::{Setting, Unfit};

/// The addresses that share their first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IpRange {
    first: IpAddr,
    bits: u8,
}

impl IpRange {
    /// Whether the address belongs to it. An IPv4 address written as IPv6 counts as IPv4.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        match (self.first, address.to_canonical()) {
            (IpAddr::V4(_), canonical @ IpAddr::V4(_)) | (IpAddr::V6(_), canonical @ IpAddr::V6(_)) => {
                begin_of(canonical, self.bits) == self.first
            }
            _ => false,
        }
    }

    /// Whether it holds every address of its kind.
    pub(crate) const fn is_everything(&self) -> bool {
        self.bits == 0
    }
}

fn begin_of(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            Ipv4Addr::from_bits(v4.to_bits() & mask).into()
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            Ipv6Addr::from_bits(v6.to_bits() & mask).into()
        }
    }
}

impl fmt::Display for IpRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

impl Setting for IpRange {
    const EXPECTED: &'static str = "IP addresses or ranges such as \"10.0.0.0/8\"";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let first: IpAddr = address.parse().map_err(|_| Unfit::PLAIN)?;
        if first != first.to_canonical() {
            return Err(Unfit::because("an IPv4 address is written as one"));
        }
        let longest = if first.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => longest,
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= longest).ok_or(Unfit::PLAIN)?,
        };
        let begin = begin_of(first, bits);
        if begin == first { Ok(Self { first, bits }) } else { Err(Unfit::because(format!("the range begins at {begin}/{bits}"))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_the_addresses_that_share_its_first_bits() {
        for (range, address, inside) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "2001:db9::1", true),
        ] {
            assert_eq!(IpRange::from_text(range).unwrap().contains(address.parse().unwrap()), inside, "{address} in {range}");
        }
    }

    #[test]
    fn a_range_that_means_something_else_than_it_says_is_refused() {
        for text in ["", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0", "::ffff:10.0.0.0/104", "2001:db8::/129", "proxy"] {
            assert!(IpRange::from_text(text).is_err(), "{text:?}");
        }
        assert_eq!(IpRange::from_text("10.0.0.1/8").unwrap_err(), Unfit::because("the range begins at 10.0.0.0/8"));
    }
}
