//! Where attempts come from, and how long one is told to wait.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// How long to wait before trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RetryAfter(Duration);

impl RetryAfter {
    /// To wait for `span`.
    pub(crate) const fn new(span: Duration) -> Self {
        Self(span)
    }

    /// Whole seconds for a `Retry-After` header, rounded up, at least one.
    pub(crate) fn seconds(self) -> u64 {
        u64::try_from(self.0.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1)
    }
}

/// Where attempts come from: an IPv4 address, or the /64 of an IPv6 address, which is one household or one machine.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// An IPv4 address.
    V4([u8; 4]),
    /// An IPv6 /64, by its first four groups.
    V6([u16; 4]),
}

impl Source {
    /// The source of a client's address. An IPv4 address written as IPv6 counts as IPv4.
    pub(crate) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Self::V4(v4.octets()),
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                Self::V6([a, b, c, d])
            }
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(octets) => write!(f, "Source({})", Ipv4Addr::from(*octets)),
            Self::V6(network) => {
                let mut segments = [0; 8];
                segments[..4].copy_from_slice(network);
                write!(f, "Source({}/64)", Ipv6Addr::from(segments))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_an_address_or_a_household() {
        let of = |text: &str| Source::of(text.parse().unwrap());
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(format!("{:?} {:?}", of("192.0.2.1"), of("2001:db8:1:2::1")), "Source(192.0.2.1) Source(2001:db8:1:2::/64)");
    }

    #[test]
    fn a_wait_is_told_in_whole_seconds() {
        for (millis, seconds) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2)] {
            assert_eq!(RetryAfter::new(Duration::from_millis(millis)).seconds(), seconds);
        }
    }
}
