//! Where a source of a finding can be read: from its label to its address.

/// The address of a source, such as `RFC 7519 §6`; none for what stands in no public place.
///
/// Only documents that are known to stay where they are have one; a section is linked where the address is certain.
pub fn source_address(label: &str) -> Option<String> {
    let section = label.split('§').nth(1).map(|rest| rest.split([',', ' ', ';', ' ']).next().unwrap_or("").trim_end_matches('.'));
    if let Some(rest) = label.strip_prefix("RFC ") {
        let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let anchor = section.filter(|section| section.starts_with(|char: char| char.is_ascii_digit()));
        let anchor = anchor.map(|section| format!("#section-{section}")).unwrap_or_default();
        return (!number.is_empty()).then(|| format!("https://www.rfc-editor.org/rfc/rfc{number}{anchor}"));
    }
    PAGES.iter().find_map(|(start, address)| label.starts_with(start).then(|| (*address).to_owned()))
}

/// Beginnings of labels; the more exact ones first.
const PAGES: &[(&str, &str)] = &[
    ("6265bis", "https://datatracker.ietf.org/doc/draft-ietf-httpbis-rfc6265bis/"),
    ("layered-cookies", "https://datatracker.ietf.org/doc/draft-ietf-httpbis-layered-cookies/"),
    ("8725bis", "https://datatracker.ietf.org/doc/draft-ietf-oauth-rfc8725bis/"),
    ("OAuth 2.1", "https://datatracker.ietf.org/doc/draft-ietf-oauth-v2-1/"),
    ("ASVS", "https://github.com/OWASP/ASVS/tree/v5.0.0"),
    ("OWASP CSRF", "https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html"),
    ("OWASP REST", "https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html"),
    ("OWASP HTML5", "https://cheatsheetseries.owasp.org/cheatsheets/HTML5_Security_Cheat_Sheet.html"),
    ("OWASP SAML", "https://cheatsheetseries.owasp.org/cheatsheets/SAML_Security_Cheat_Sheet.html"),
    ("OWASP JWT", "https://cheatsheetseries.owasp.org/cheatsheets/JSON_Web_Token_for_Java_Cheat_Sheet.html"),
    ("OWASP", "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html"),
    ("NIST 63B-4", "https://pages.nist.gov/800-63-4/sp800-63b.html"),
    ("MDN Clear-Site-Data", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Clear-Site-Data"),
    ("MDN", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie"),
    ("Fetch", "https://fetch.spec.whatwg.org/#http-cors-protocol"),
    ("IANA HTTP Authentication Schemes", "https://www.iana.org/assignments/http-authschemes/http-authschemes.xhtml"),
    ("OIDC Core", "https://openid.net/specs/openid-connect-core-1_0.html"),
    ("OIDC Back-Channel", "https://openid.net/specs/openid-connect-backchannel-1_0.html"),
    ("Unicode TR39", "https://www.unicode.org/reports/tr39/"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_leads_to_where_it_can_be_read() {
        for (label, address) in [
            ("RFC 7519 §4.1.4", Some("https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4")),
            ("RFC 9112 §6.1, §6.3", Some("https://www.rfc-editor.org/rfc/rfc9112#section-6.1")),
            ("RFC 9901", Some("https://www.rfc-editor.org/rfc/rfc9901")),
            ("6265bis §8.8", Some("https://datatracker.ietf.org/doc/draft-ietf-httpbis-rfc6265bis/")),
            ("Chromium 156", None),
        ] {
            assert_eq!(source_address(label).as_deref(), address, "{label}");
        }
    }
}
