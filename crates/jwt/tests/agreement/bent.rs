//! Tokens that are not quite what one would write: some are still good, most are not.

use cloakroom_primitives::{Random, SeededRandom};

use crate::claims;
use crate::party::Party;

/// Well-signed tokens in unusual clothes, and usual ones with a few characters changed.
pub(crate) fn tokens(party: &Party) -> Vec<String> {
    let mut tokens = dressed(party);
    for number in 0..120 {
        let token = party.sign(&claims::numbered(number));
        tokens.extend((0..3).map(|change| changed(&token, number * 3 + change)));
    }
    tokens
}

fn dressed(party: &Party) -> Vec<String> {
    let (alg, kid) = (party.alg(), party.kid());
    let good = r#"{"iss":"https://id.example","sub":"ada","aud":"api","exp":4000000000}"#;
    let payloads = [
        good.to_owned(),
        good.replace(':', " : ").replace("https : ", "https:"),
        good.replace("ada", "\\u0061da"),
        good.replace("\"sub\"", "\"s\\u0075b\""),
        good.replace("\"api\"", "[\"web\",\"api\"]"),
        good.replace("\"api\"", "[]"),
        good.replace("\"api\"", "[\"web\"]"),
        good.replace("\"api\"", "\"API\""),
        good.replace("4000000000", "4000000000.0"),
        good.replace("4000000000", "\"4000000000\""),
        good.replace("4000000000", "4e9"),
        good.replace("4000000000", "1000"),
        good.replace('{', "{\"nbf\":1600000000,\"iat\":1600000000,\"x\":{\"y\":[1.5e3,null,true]},"),
        good.replace('{', "{\"nbf\":3999999999,"),
        good.replace('{', "{\"nbf\":null,"),
        good.replace('{', "{\"iss\":\"https://evil.example\","),
        good.replace('{', "{\"x\":1,\"x\":2,"),
        good.replace("https://id.example", "https://id.example/"),
        good.replace("\"ada\"", "7"),
        format!("[{good}]"),
        format!("{good} "),
        format!("{good},"),
    ];
    let headers = [
        party.header(),
        format!(r#" {{ "typ" : "at+jwt" , "kid" : "{kid}" , "alg" : "{alg}" }} "#),
        format!(r#"{{"alg":"{alg}","kid":"{kid}","typ":"at\u002bjwt","cty":"x"}}"#),
        format!(r#"{{"alg":"{alg}","kid":"{kid}","typ":"application/at+jwt"}}"#),
        format!(r#"{{"alg":"{alg}","kid":"{kid}","typ":"at+jwt","crit":["exp"],"exp":1}}"#),
        format!(r#"{{"alg":"{alg}","kid":"{kid}","typ":"at+jwt","b64":true}}"#),
        format!(r#"{{"alg":"{alg}","alg":"{alg}","kid":"{kid}","typ":"at+jwt"}}"#),
        format!(r#"{{"alg":"none","kid":"{kid}","typ":"at+jwt"}}"#),
        format!(r#"{{"alg":"{alg} ","kid":"{kid}","typ":"at+jwt"}}"#),
    ];
    let plain = payloads.iter().map(|payload| party.forge(&headers[0], payload));
    plain.chain(headers.iter().map(|header| party.forge(header, good))).collect()
}

/// One to three characters replaced, removed, doubled or swapped.
fn changed(token: &str, seed: usize) -> String {
    let mut draw = [0; 16];
    SeededRandom::new(1_000_000 + seed as u64).fill(&mut draw);
    let mut bytes = token.as_bytes().to_vec();
    for step in draw[1..].chunks_exact(4).take(usize::from(draw[0] % 3) + 1) {
        let at = usize::from(u16::from_be_bytes([step[0], step[1]])) % (bytes.len() - 1);
        match step[2] % 4 {
            0 => bytes[at] = b"AZaz09-_.=+/ "[usize::from(step[3]) % 13],
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, bytes[at]),
            _ => bytes.swap(at, at + 1),
        }
    }
    String::from_utf8(bytes).expect("all of it is ASCII")
}
