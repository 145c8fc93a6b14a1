//! What a browser blanks before it sends: the same is found in it, apart from what needs the secret itself.

use std::collections::BTreeSet;

use cloakroom_explain::{Explainer, Explanation, ItemReport};

use crate::samples::load;

/// Findings that only the secret itself tells, its length aside, and those that tell whether it is there.
const NEED_THE_SECRET: &[&str] = &[
    "auth.basic_default",
    "auth.basic_malformed",
    "auth.dpop_mismatch",
    "input.ambiguous",
    "input.blanked",
    "input.shortened",
    "jwt.base64_noncanonical",
    "jwt.secret_blank",
    "jwt.secret_guessable",
    "jwt.signature_blanked",
    "jwt.signature_der",
    "jwt.signature_length",
    "jwt.signature_rsa_short",
    "jwt.signature_zero",
    "key.private_exposed",
    "otp.seed_exposed",
    "otp.seed_short",
    "response.cookie_in_body",
    "sdjwt.digest_mismatch",
    "sdjwt.disclosed",
    "token.age_known",
    "token.checksum_bad",
    "token.checksum_ok",
    "token.code_execution",
    "token.entropy_low",
    "token.entropy_medium",
    "token.good_reference",
    "token.guessable_secret",
    "token.known_example",
    "token.maybe_hash",
    "token.non_canonical_base64",
    "token.predictable",
    "token.repeats_credential",
    "token.rotate_now",
    "token.uuid_time",
];

/// Pastes whose hidden part is also what tells the format, or holds what is judged: assertions of SAML, binary tokens, cookies without a mark,
/// values with damage inside. Blanked, less is known about them.
const TOLD_BY_WHAT_IS_HIDDEN: &[&str] = &[
    "auth-vapid",
    "auth-vapid-item",
    "aws-session",
    "biscuit-prefixed",
    "branca",
    "ck-comma",
    "ck-nameless",
    "clerk-pk",
    "cwt",
    "device-code",
    "discord-bot",
    "macaroon-no-caveat",
    "paseto-v2-public",
    "paseto-v3-public",
    "paseto-v4-public",
    "paste-jwt-lookalike",
    "pickle-user",
    "placeholder-for-a-token",
    "recovery-code",
    "ruby-marshal",
    "saml-assertion",
    "saml-comment",
    "saml-doctype",
    "saml-encrypted",
    "saml-expired",
    "saml-logout-request",
    "saml-no-audience",
    "saml-sha1",
    "saml-signed",
    "saml-unsigned",
    "saml-unsolicited",
    "saml-wrapping",
    "sc-control-bell",
    "sc-control-nul",
    "sc-gorilla",
    "sc-iron-session",
    "sc-oauth2-proxy-ticket",
    "sc-quoted-semicolon",
    "sdjwt",
    "sdjwt-forged-disclosure",
    "sdjwt-kb",
    "serialized-pickle",
    "telegram-bot",
    "zoo-old-rails",
];

/// The value of an item as it stands in the paste.
fn place_of(paste: &str, item: &ItemReport) -> Option<(usize, usize)> {
    let [start, end] = item.span?;
    let name = if item.carrier == Some("cookie") { paste.get(start..end)?.find('=').map_or(0, |at| at + 1) } else { 0 };
    Some((start + name, end))
}

/// The paste with every item as the answer shows it; values that were decoded to be read stay as they are.
fn blanked(paste: &str, explanation: &Explanation) -> String {
    let mut places: Vec<(usize, usize, &str)> = explanation
        .items
        .iter()
        .filter_map(|item| place_of(paste, item).map(|(start, end)| (start, end, item.shown.as_str())))
        .filter(|(start, end, shown)| paste.get(*start..*end).is_some_and(|text| text.chars().count() == shown.chars().count()))
        .collect();
    places.sort_unstable_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
    let mut text = String::new();
    let mut at = 0;
    for (start, end, shown) in places {
        if start >= at {
            text.push_str(&paste[at..start]);
            text.push_str(shown);
            at = end;
        }
    }
    text.push_str(&paste[at..]);
    text
}

#[test]
fn blanked_text_is_explained_as_whole_text_is() {
    let explainer = Explainer::new();
    let mut differences = Vec::new();
    let mut exceptions: BTreeSet<String> = BTreeSet::new();
    for sample in ["corpus.json", "field.json", "tokens.json"].into_iter().flat_map(load) {
        // What is no text is told by a finding that goes once it was replaced.
        let Ok(whole) = String::from_utf8(sample.bytes()) else { continue };
        let before = explainer.explain(&sample.paste());
        let after = explainer.explain(&sample.paste_of(blanked(&whole, &before).as_bytes()));
        let ids = |explanation: &Explanation| explanation.findings.iter().map(|finding| finding.id).collect::<BTreeSet<&str>>();
        for id in ids(&before).symmetric_difference(&ids(&after)) {
            if NEED_THE_SECRET.contains(id) {
                exceptions.insert((*id).to_owned());
            } else if TOLD_BY_WHAT_IS_HIDDEN.contains(&sample.id.as_str()) {
                exceptions.insert(sample.id.clone());
            } else {
                differences.push(format!("{id} of {}", sample.id));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    let unused: Vec<_> =
        NEED_THE_SECRET.iter().chain(TOLD_BY_WHAT_IS_HIDDEN).filter(|exception| !exceptions.contains(**exception)).collect();
    assert!(unused.is_empty(), "no longer needed: {unused:?}");
}
