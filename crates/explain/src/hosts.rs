//! Which host may set a cookie for which domain.
//!
//! 1. A host sets cookies for itself and for the domains above it (6265bis §5.1.3), never for a whole public suffix.
//! 2. A single label is a public suffix; of the longer ones a short list is known: country suffixes and places where strangers get a
//!    subdomain each. The full list changes every week; what is missing here is told as "a wide domain" and not as "refused".

/// Public suffixes of more than one label that people are hosted under.
const PUBLIC_SUFFIXES: &[&str] = &[
    "ac.uk",
    "appspot.com",
    "azurewebsites.net",
    "blogspot.com",
    "cloudapp.net",
    "cloudfront.net",
    "co.in",
    "co.jp",
    "co.kr",
    "co.nz",
    "co.uk",
    "co.za",
    "com.ar",
    "com.au",
    "com.br",
    "com.cn",
    "com.mx",
    "com.sg",
    "com.tr",
    "deno.dev",
    "duckdns.org",
    "elasticbeanstalk.com",
    "firebaseapp.com",
    "fly.dev",
    "github.io",
    "gitlab.io",
    "gov.uk",
    "herokuapp.com",
    "myshopify.com",
    "netlify.app",
    "ngrok.io",
    "ngrok-free.app",
    "onrender.com",
    "org.uk",
    "pages.dev",
    "railway.app",
    "run.app",
    "surge.sh",
    "vercel.app",
    "web.app",
    "workers.dev",
];

/// Whether browsers refuse cookies for this whole domain.
pub(crate) fn is_public_suffix(domain: &str) -> bool {
    if domain.eq_ignore_ascii_case("localhost") || is_address(domain) {
        return false;
    }
    !domain.contains('.') || PUBLIC_SUFFIXES.iter().any(|suffix| suffix.eq_ignore_ascii_case(domain))
}

/// Whether `host` is `domain` or lies below it (6265bis §5.1.3).
pub(crate) fn domain_matches(host: &str, domain: &str) -> bool {
    if host.eq_ignore_ascii_case(domain) {
        return true;
    }
    let Some(split) = host.len().checked_sub(domain.len()).filter(|split| *split > 0 && host.is_char_boundary(*split)) else {
        return false;
    };
    !is_address(host) && host.as_bytes()[split - 1] == b'.' && host[split..].eq_ignore_ascii_case(domain)
}

/// Whether two hosts belong to one site, as far as the suffixes known here tell.
pub(crate) fn is_same_site(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || matches!((site(one), site(other)), (Some(one), Some(other)) if one.eq_ignore_ascii_case(other))
}

/// The public suffix of `host` and the label before it.
fn site(host: &str) -> Option<&str> {
    if is_address(host) {
        return None;
    }
    let mut starts: Vec<usize> = host.match_indices('.').map(|(at, _)| at + 1).collect();
    starts.insert(0, 0);
    let suffix = starts.iter().position(|start| is_public_suffix(&host[*start..]))?;
    suffix.checked_sub(1).map(|label| &host[starts[label]..])
}

/// Whether it is this very machine: plain http to it is nothing to worry about.
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "::1"
        || host.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether `host` is an IP address.
pub(crate) fn is_address(host: &str) -> bool {
    host.parse::<std::net::IpAddr>().is_ok()
}

/// Whether `text` can be the name of a host: labels of letters, digits, `-` and `_`, or an IP address.
pub(crate) fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_') || !char.is_ascii())
    };
    is_address(text) || (text.len() <= 253 && text.split('.').all(is_label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_covers_itself_and_what_lies_below() {
        for (host, domain, matches) in [
            ("app.example.com", "example.com", true),
            ("EXAMPLE.com", "example.COM", true),
            ("badexample.com", "example.com", false),
            ("example.com", "app.example.com", false),
            ("192.0.2.1", "0.2.1", false),
            ("192.0.2.1", "192.0.2.1", true),
            ("éa.test", "a.test", false),
        ] {
            assert_eq!(domain_matches(host, domain), matches, "{host} {domain}");
        }
    }

    #[test]
    fn suffixes_under_which_strangers_live_are_public() {
        for (domain, public) in [
            ("com", true),
            ("co.uk", true),
            ("github.io", true),
            ("localhost", false),
            ("example.com", false),
            ("127.0.0.1", false),
        ] {
            assert_eq!(is_public_suffix(domain), public, "{domain}");
        }
        for (one, other, same) in [
            ("app.example.com", "api.example.com", true),
            ("ada.github.io", "eve.github.io", false),
            ("example.com", "example.org", false),
            ("localhost", "localhost", true),
            ("192.0.2.1", "192.0.3.1", false),
        ] {
            assert_eq!(is_same_site(one, other), same, "{one} {other}");
        }
    }

    #[test]
    fn host_names_have_no_scheme_port_or_star() {
        for text in ["e.test:80", "https://e.test", "*.e.test", "a b", "", "a..b", "e.test/x"] {
            assert!(!is_host_name(text), "{text}");
        }
        assert!(is_host_name("my_app.e.test") && is_host_name("::1"));
    }
}
