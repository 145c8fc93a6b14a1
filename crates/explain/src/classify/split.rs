//! Takes the signed and locked values of frameworks apart at their separators.
//!
//! Each function knows one layout, and says no when a length, an alphabet or a time does not fit: separators alone prove nothing.

use cloakroom_primitives::Timestamp;

use super::encoding;
use super::moment::{self, is_plausible_second};
use super::shape::{Class, all, exactly};

/// A value, the time of signing, and the MAC over both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signed<'a> {
    pub(crate) body: &'a str,
    pub(crate) time: Option<(&'a str, Timestamp)>,
    pub(crate) mac: &'a str,
}

/// Before version 1.1 seconds were counted from 2011.
const ITSDANGEROUS_EPOCH: u64 = 1_293_840_000;
const DAY: u64 = 86_400;

/// `body.time.mac` of itsdangerous.
pub(crate) fn itsdangerous_timed(value: &str, now: Timestamp) -> Option<Signed<'_>> {
    let (rest, mac) = value.rsplit_once('.')?;
    let (body, time) = rest.rsplit_once('.')?;
    let is_mac = [27, 43, 86].contains(&mac.len()) && all(mac, Class::Base64Url);
    if !is_mac || body.is_empty() || time.len() > 8 || time.contains('*') {
        return None;
    }
    let bytes = encoding::base64(time)?.bytes;
    if !(4..=6).contains(&bytes.len()) {
        return None;
    }
    let second = moment::big_endian(&bytes)?;
    let since_epoch = if second > DAY { second.saturating_add(ITSDANGEROUS_EPOCH) } else { 0 };
    let second = [second, since_epoch].into_iter().find(|&second| is_plausible_second(second, now))?;
    Some(Signed { body, time: Some((time, Timestamp::from_seconds(second))), mac })
}

/// `body.mac` of itsdangerous, with SHA-1.
pub(crate) fn itsdangerous_plain(value: &str) -> Option<Signed<'_>> {
    let (body, mac) = value.rsplit_once('.')?;
    let is_readable = !body.is_empty() && !body.bytes().any(|byte| byte.is_ascii_control());
    (exactly(mac, Class::Base64Url, 27) && is_readable).then_some(Signed { body, time: None, mac })
}

/// `body:time:mac` or `body:mac` of Django.
pub(crate) fn django(value: &str, now: Timestamp) -> Option<Signed<'_>> {
    let (rest, mac) = value.rsplit_once(':')?;
    let is_mac = [27, 43].contains(&mac.len()) && all(mac, Class::Base64Url);
    // Addresses have colons of their own.
    let is_address = rest.contains("://") || rest.starts_with("urn:") || value.contains(": ");
    if !is_mac || is_address || rest.is_empty() || rest.bytes().any(|byte| byte.is_ascii_control()) {
        return None;
    }
    let timed = rest.rsplit_once(':').and_then(|(body, time)| {
        let second = moment::big_endian(&encoding::base62(time).filter(|_| (5..=7).contains(&time.len()))?)?;
        is_plausible_second(second, now).then(|| (body, (time, Timestamp::from_seconds(second))))
    });
    Some(match timed {
        Some((body, time)) => Signed { body, time: Some(time), mac },
        None => Signed { body: rest, time: None, mac },
    })
}

/// `s:body.mac` of `cookie-signature`.
pub(crate) fn express(value: &str) -> Option<Signed<'_>> {
    let (body, mac) = value.strip_prefix("s:")?.rsplit_once('.')?;
    let is_mac = exactly(mac, Class::Base64, 43) && !mac.contains(['=', '-', '_']);
    (is_mac && !body.is_empty()).then_some(Signed { body, time: None, mac })
}

/// `token.mac` of Better Auth.
pub(crate) fn better_auth(value: &str) -> Option<Signed<'_>> {
    let (body, mac) = value.split_once('.')?;
    let is_mac = mac.len() == 44 && all(mac, Class::Base64) && (mac.ends_with('=') || mac.ends_with('*'));
    (exactly(body, Class::Alnum, 32) && is_mac).then_some(Signed { body, time: None, mac })
}

/// `base64--hex` of Rails' message verifier.
pub(crate) fn rails_signed(value: &str) -> Option<Signed<'_>> {
    let (body, mac) = value.rsplit_once("--")?;
    let is_mac = [40, 64, 128].contains(&mac.len()) && all(mac, Class::HexLower);
    (is_mac && all(body, Class::Base64)).then_some(Signed { body, time: None, mac })
}

/// `ciphertext--iv--tag` of Rails' message encryptor.
pub(crate) fn rails_encrypted(value: &str) -> Option<[&str; 3]> {
    let (rest, tag) = value.rsplit_once("--")?;
    let (body, iv) = rest.rsplit_once("--")?;
    let bytes = |text: &str| encoding::base64(text).map(|decoded| decoded.bytes.len());
    (bytes(iv) == Some(12) && bytes(tag) == Some(16) && all(body, Class::Base64)).then_some([body, iv, tag])
}

/// The text inside the signed one of Rails before 5.2: `base64--base64`, the second an IV.
pub(crate) fn is_rails_cbc(body: &str) -> bool {
    let Some(decoded) = encoding::base64(body) else { return false };
    let Ok(text) = std::str::from_utf8(&decoded.bytes) else { return false };
    text.split_once("--").is_some_and(|(sealed, iv)| {
        encoding::base64(iv).is_some_and(|iv| iv.bytes.len() == 16)
            && encoding::base64(sealed).is_some_and(|sealed| sealed.bytes.len() % 16 == 0)
    })
}

/// `base64url|unix time|base64url` of oauth2-proxy.
pub(crate) fn oauth2_proxy(value: &str, now: Timestamp) -> Option<Signed<'_>> {
    let mut pieces = value.split('|');
    let (body, time, mac) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let is_whole =
        pieces.next().is_none() && all(body, Class::Base64) && all(mac, Class::Base64) && (27..=44).contains(&mac.len());
    let at = moment::second(time, now)?;
    is_whole.then_some(Signed { body, time: Some((time, at)), mac })
}

/// `2|1:0|10:time|n:name|n:base64|hex` of Tornado; the third of the pieces is the name.
pub(crate) fn tornado(value: &str, now: Timestamp) -> Option<(Signed<'_>, &str)> {
    let mut rest = value.strip_prefix("2|")?;
    let mut fields = [""; 4];
    for field in &mut fields {
        let (length, after) = rest.split_once(':')?;
        let length = usize::try_from(moment::digits(length)?).ok()?;
        let (text, after) = after.split_at_checked(length)?;
        (*field, rest) = (text, after.strip_prefix('|')?);
    }
    let [_, time, name, body] = fields;
    let at = moment::second(time, now)?;
    exactly(rest, Class::HexLower, 64).then_some((Signed { body, time: Some((time, at)), mac: rest }, name))
}

/// `user|end|token|hex` of `WordPress`: user, end, token, MAC.
pub(crate) fn wordpress(value: &str, now: Timestamp) -> Option<([&str; 4], Timestamp)> {
    let mut pieces = value.rsplit('|');
    let (mac, token, end) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let user = value.get(..value.len().checked_sub(mac.len() + token.len() + end.len() + 3)?)?;
    let second = moment::digits(end).filter(|&second| moment::is_plausible_end(second, now))?;
    let fits = exactly(mac, Class::HexLower, 64) && exactly(token, Class::Alnum, 43) && !user.is_empty();
    fits.then(|| ([user, end, token, mac], Timestamp::from_seconds(second)))
}

/// Digest, hex time, user and `!` of an auth ticket: digest, time, user, rest.
pub(crate) fn auth_ticket(value: &str, now: Timestamp) -> Option<([&str; 4], Timestamp)> {
    [32, 64, 128].into_iter().find_map(|length| {
        let (digest, rest) = value.split_at_checked(length)?;
        let (time, rest) = rest.split_at_checked(8)?;
        let (user, after) = rest.split_once('!')?;
        let second = u64::from_str_radix(time, 16).ok()?;
        let fits = all(digest, Class::HexLower)
            && is_plausible_second(second, now)
            && !user.is_empty()
            && !user.contains(['|', '.', '=']);
        fits.then(|| ([digest, time, user, after], Timestamp::from_seconds(second)))
    })
}

/// Inside the base64 of gorilla's cookie: decimal time, `|`, base64, `|`, 32 bytes.
pub(crate) fn gorilla(bytes: &[u8], now: Timestamp) -> Option<(Timestamp, &[u8])> {
    let first = bytes.iter().take(11).position(|&byte| byte == b'|')?;
    let at = moment::second(std::str::from_utf8(&bytes[..first]).ok()?, now)?;
    let rest = &bytes[first + 1..];
    let body = rest.get(..rest.len().checked_sub(33)?)?;
    let is_spelled = !body.is_empty() && body.iter().all(|&byte| Class::Base64.has(byte));
    (rest[body.len()] == b'|' && is_spelled).then_some((at, body))
}

/// `user:milliseconds:ALG:hex`, or `user:milliseconds:hex`, of Spring's remember-me.
pub(crate) fn spring_remember(text: &str, now: Timestamp) -> Option<Timestamp> {
    let mut pieces = text.rsplit(':');
    let mac = pieces.next()?;
    let mut end = pieces.next()?;
    let is_named = matches!(end, "SHA256" | "MD5");
    if is_named {
        end = pieces.next()?;
    }
    let user = pieces.next()?;
    let millis = moment::digits(end)?;
    let fits = !user.is_empty()
        && [32, 64].contains(&mac.len())
        && all(mac, Class::HexLower)
        && moment::is_plausible_end(millis / 1000, now);
    fits.then(|| Timestamp::from_millis(millis))
}

/// The eight fields of an iron seal, and whether a password version stands behind it.
pub(crate) fn iron(value: &str) -> Option<[&str; 8]> {
    let sealed = value.strip_suffix("~2").unwrap_or(value);
    let fields: Vec<_> = sealed.splitn(9, '*').collect();
    let fields: [&str; 8] = fields.try_into().ok()?;
    (fields[0] == "Fe26.2").then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_521_600);

    #[test]
    fn lengths_and_times_decide_and_separators_do_not() {
        assert!(itsdangerous_timed("eyJ1aWQiOjQyfQ.awV56A.dmpLSVbek74mNhz7R81iKRF3K04", NOW).is_some());
        assert!(itsdangerous_timed("eyJ1aWQiOjQyfQ.AAAAAA.dmpLSVbek74mNhz7R81iKRF3K04", NOW).is_none());
        assert!(itsdangerous_timed("a.b.c", NOW).is_none());
        assert!(itsdangerous_plain("my string.Fo_F5rCFUpVefjE9bUBqUAkyyZ4").is_some());
        assert!(itsdangerous_plain(".Fo_F5rCFUpVefjE9bUBqUAkyyZ4").is_none());
        assert!(django("e30:1xVoFk:BmccMrD6zt4onWfdQfvjXjXsWdlZgrhCFAExB5ucrzw", NOW).unwrap().time.is_some());
        assert!(django("hello:BmccMrD6zt4onWfdQfvjXjXsWdlZgrhCFAExB5ucrzw", NOW).unwrap().time.is_none());
        assert!(django("1234567890:AAFAKEcorpusFAKEcorpusFAKEcorpusFAK", NOW).is_none());
        assert!(express("s:hello.DGDUkGlIkCzPz+C0B064FNgHdEjox7ch8tOBGslZ5QI").is_some());
        assert!(express("s:hello.short").is_none());
        assert!(
            tornado("2|1:0|10:1795521570|4:user|4:NDI=|f8c29f808a8c12d7e6ac7a9a7510b085c3a611ece8cf3d1ebf507a10ffae500e", NOW)
                .is_some()
        );
        assert!(tornado("2|1:0|99:1795521570|", NOW).is_none());
        assert!(iron("Fe26.2*1*a*b*c**d*e~2").is_some());
        assert!(iron("Fe26.2*").is_none());
        assert!(gorilla(b"1795501686|ZWxw|01234567890123456789012345678901", NOW).is_some());
        assert!(gorilla(b"1795501686|ZWxw|short", NOW).is_none());
        assert!(auth_ticket(&format!("{}6b057bc8ada!", "ab".repeat(16)), NOW).is_some());
        assert!(auth_ticket(&format!("{}00000001ada!", "ab".repeat(16)), NOW).is_none());
    }
}
