//! "Did you mean …?"

/// The name nearest to `typed`, and whether it is near enough to be what was meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Nearest<'n> {
    pub(super) name: &'n str,
    pub(super) is_near: bool,
}

/// Finds the name nearest to `typed`; `None` when there are no names.
pub(super) fn nearest<'n>(typed: &str, names: impl IntoIterator<Item = &'n str>) -> Option<Nearest<'n>> {
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(typed, name), name))
        .min()
        .map(|(distance, name)| Nearest { name, is_near: distance <= (name.len() / 3).max(1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        let names = ["origin", "listen", "data"];
        assert_eq!(nearest("orgin", names), Some(Nearest { name: "origin", is_near: true }));
        assert_eq!(nearest("lsiten", names), Some(Nearest { name: "listen", is_near: true }));
        assert!(!nearest("tls_certificate", names).unwrap().is_near);
        assert_eq!(nearest("origin", []), None);
    }
}
