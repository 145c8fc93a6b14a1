//! Reads a SAML message: base64 of XML, or of raw DEFLATE of XML, as the redirect binding has it.
//!
//! 1. Nothing is resolved: no document type, no entity but the five of XML, no address.
//! 2. At most 1 MiB is unpacked, and at most 10,000 elements are read.

use miniz_oxide::inflate::decompress_to_vec_with_limit;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::inside::Saml;

const UNPACKED: usize = 1 << 20;
const ELEMENTS: usize = 10_000;
const DEPTH: usize = 256;
const ROOTS: [&str; 8] = [
    "Response",
    "Assertion",
    "AuthnRequest",
    "LogoutRequest",
    "LogoutResponse",
    "ArtifactResolve",
    "ArtifactResponse",
    "EncryptedAssertion",
];

/// Reads the message behind these bytes; `None` when they are none.
pub(crate) fn parse(bytes: &[u8]) -> Option<Saml> {
    if let Some(text) = as_xml(bytes) {
        return read(text);
    }
    if bytes.len() < 40 {
        return None;
    }
    let unpacked = decompress_to_vec_with_limit(bytes, UNPACKED).ok()?;
    read(as_xml(&unpacked)?)
}

fn as_xml(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes)
        .ok()
        .map(|text| text.trim_start_matches('\u{feff}').trim_start())
        .filter(|text| text.starts_with('<'))
}

fn read(text: &str) -> Option<Saml> {
    let mut reader = Reader::from_str(text);
    let mut saml = Saml::default();
    let mut open: Vec<String> = Vec::new();
    let mut attribute = String::new();
    let mut elements = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                elements += 1;
                enter(&element, &mut saml, &open, &mut attribute);
                open.push(element.local_name().as_ref().to_owned());
            }
            Ok(Event::Empty(element)) => {
                elements += 1;
                enter(&element, &mut saml, &open, &mut attribute);
            }
            Ok(Event::End(_)) => {
                open.pop();
            }
            Ok(Event::Text(content)) => text_in(&open, &content, &attribute, &mut saml),
            Ok(Event::CData(content)) => text_in(&open, &content, &attribute, &mut saml),
            Ok(Event::Comment(_)) => saml.traps.has_comment_in_name |= is_name(&open),
            Ok(Event::DocType(_)) => saml.traps.has_doctype = true,
            Ok(Event::GeneralRef(entity)) => {
                let is_plain = entity.starts_with('#') || matches!(&*entity, "lt" | "gt" | "amp" | "quot" | "apos");
                saml.traps.has_doctype |= !is_plain;
            }
            Ok(Event::Decl(_) | Event::PI(_)) => {}
            Ok(Event::Eof) => break,
            Err(_) => {
                saml.traps.is_broken = true;
                break;
            }
        }
        if elements > ELEMENTS || open.len() > DEPTH {
            saml.traps.is_broken = true;
            break;
        }
    }
    ROOTS.contains(&saml.root.as_str()).then_some(saml)
}

fn enter(element: &BytesStart<'_>, saml: &mut Saml, open: &[String], attribute: &mut String) {
    let name = element.local_name();
    let name: &str = name.as_ref();
    let value = |wanted: &str| {
        let found = element
            .attributes()
            .with_checks(false)
            .flatten()
            .find(|attribute| AsRef::<str>::as_ref(&attribute.key.local_name()) == wanted)?;
        Some(found.value.chars().take(2048).collect::<String>())
    };
    if open.is_empty() && saml.root.is_empty() {
        name.clone_into(&mut saml.root);
        saml.issued_at = value("IssueInstant");
        saml.in_response_to = value("InResponseTo");
    }
    match name {
        "Assertion" => saml.assertions += 1,
        "EncryptedAssertion" => saml.encrypted_assertions += 1,
        "Signature" => saml.signatures += 1,
        "SignatureMethod" | "DigestMethod" => saml.algorithms.extend(value("Algorithm")),
        "Conditions" => {
            saml.not_before = saml.not_before.take().or_else(|| value("NotBefore"));
            saml.not_on_or_after = saml.not_on_or_after.take().or_else(|| value("NotOnOrAfter"));
        }
        "SubjectConfirmationData" => saml.in_response_to = saml.in_response_to.take().or_else(|| value("InResponseTo")),
        "Attribute" => *attribute = value("Name").unwrap_or_default(),
        _ => {}
    }
}

fn is_name(open: &[String]) -> bool {
    open.iter().rev().take(2).any(|name| matches!(name.as_str(), "NameID" | "AttributeValue"))
}

fn text_in(open: &[String], text: &str, attribute: &str, saml: &mut Saml) {
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    let short = || text.chars().take(2048).collect::<String>();
    match open.last().map(String::as_str) {
        Some("Issuer") if saml.issuer.is_none() => saml.issuer = Some(short()),
        Some("Audience") => saml.audiences.push(short()),
        Some("NameID") => saml.attributes.push(("NameID".to_owned(), short())),
        Some("AttributeValue") => saml.attributes.push((attribute.to_owned(), short())),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_and_nothing_else() {
        let saml = parse(
            br#"<p:Response xmlns:p="x" IssueInstant="2026-11-24T12:00:00Z"><a:Assertion xmlns:a="y"><a:Issuer>https://idp.example</a:Issuer>
            <a:Subject><a:NameID>ada@example.com<!-- x -->.evil.test</a:NameID></a:Subject><a:Conditions NotOnOrAfter="2026-11-24T12:05:00Z">
            <a:AudienceRestriction><a:Audience>sp</a:Audience></a:AudienceRestriction></a:Conditions></a:Assertion></p:Response>"#,
        )
        .unwrap();
        assert_eq!((saml.root.as_str(), saml.assertions, saml.signatures), ("Response", 1, 0));
        assert_eq!(saml.issuer.as_deref(), Some("https://idp.example"));
        assert_eq!(saml.audiences, ["sp"]);
        assert_eq!(saml.not_on_or_after.as_deref(), Some("2026-11-24T12:05:00Z"));
        assert!(saml.traps.has_comment_in_name && !saml.traps.has_doctype && !saml.traps.is_broken);
        for other in ["<html></html>", "hello", "", "<"] {
            assert_eq!(parse(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn a_document_type_is_noticed_and_never_followed() {
        let saml = parse(br#"<!DOCTYPE x [<!ENTITY a "b">]><Response>&a;</Response>"#).unwrap();
        assert!(saml.traps.has_doctype);
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = miniz_oxide::deflate::compress_to_vec(&vec![b'<'; 8 << 20], 9);
        assert_eq!(parse(&bomb), None);
        let many = format!("<Response>{}</Response>", "<a/>".repeat(20_000));
        assert!(parse(many.as_bytes()).unwrap().traps.is_broken);
    }
}
