//! What the page saw before it blanked the secret parts of a value: facts that stand in for what the server can no longer work out.
//!
//! 1. A fact is believed for the explanation of this very paste, and for nothing else: whoever lies fools only himself.
//! 2. A fact of an unknown name, or of the wrong type, is passed over.

use serde_json::Value;

/// Facts about one value; `None` where the page said nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Observed {
    /// `checksum_fits`: the check digits are those of the value.
    pub(crate) checksum_fits: Option<bool>,
    /// `estimated_bits`: of the random part.
    pub(crate) estimated_bits: Option<f64>,
    /// `predictable`: follows from something everybody knows.
    pub(crate) is_predictable: Option<bool>,
    /// `secret_guessable`: the signature verifies with a secret of the public list.
    pub(crate) is_guessable: Option<bool>,
    /// `secret_blank`: the signature verifies with the empty secret.
    pub(crate) is_secret_blank: Option<bool>,
    /// `signature_bytes`: length of the decoded signature.
    pub(crate) signature_bytes: Option<usize>,
    /// `signature_der`: wrapped in DER.
    pub(crate) is_signature_der: Option<bool>,
    /// `signature_zero`: nothing but zero bytes.
    pub(crate) is_signature_zero: Option<bool>,
    /// `canonical`: spelled in the one right way.
    pub(crate) is_canonical: Option<bool>,
    /// `seed_bits`: length of a one-time-password seed.
    pub(crate) seed_bits: Option<usize>,
    /// `disclosures_match`: every disclosure hashes to a digest of the issuer.
    pub(crate) disclosures_match: Option<bool>,
}

impl Observed {
    /// Takes in one fact.
    pub(crate) fn note(&mut self, fact: &str, value: &Value) {
        let flag = value.as_bool();
        let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
        match fact {
            "checksum_fits" => self.checksum_fits = flag,
            "estimated_bits" => self.estimated_bits = value.as_f64(),
            "predictable" => self.is_predictable = flag,
            "secret_guessable" => self.is_guessable = flag,
            "secret_blank" => self.is_secret_blank = flag,
            "signature_bytes" => self.signature_bytes = count,
            "signature_der" => self.is_signature_der = flag,
            "signature_zero" => self.is_signature_zero = flag,
            "canonical" => self.is_canonical = flag,
            "seed_bits" => self.seed_bits = count,
            "disclosures_match" => self.disclosures_match = flag,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn unknown_and_wrongly_typed_facts_are_passed_over() {
        let mut observed = Observed::default();
        observed.note("favourite_colour", &json!("blue"));
        observed.note("checksum_fits", &json!("yes"));
        observed.note("seed_bits", &json!(-1));
        assert_eq!(observed, Observed::default());
        observed.note("estimated_bits", &json!(190));
        assert_eq!(observed.estimated_bits, Some(190.0));
    }
}
