//! Cookies as tools keep or show them: curl's jar and the table of a browser's tools.

use cloakroom_primitives::Timestamp;

use crate::cookie_date::{cookie_date, iso_date};
use crate::limits;

/// A cookie with the attributes that its keeper knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileCookie<'t> {
    /// Name.
    pub(crate) name: &'t str,
    /// Value.
    pub(crate) value: &'t str,
    /// Host, without a leading dot.
    pub(crate) host: &'t str,
    /// Whether subdomains get it, too.
    pub(crate) for_subdomains: bool,
    /// Path.
    pub(crate) path: &'t str,
    /// `Secure`.
    pub(crate) secure: bool,
    /// `HttpOnly`.
    pub(crate) http_only: bool,
    /// `SameSite`.
    pub(crate) same_site: FileSameSite<'t>,
    /// When it ends; absent for a session cookie.
    pub(crate) ends_at: Option<Timestamp>,
}

/// What the keeper knows of `SameSite`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileSameSite<'t> {
    /// Its format has no field for it.
    NotKept,
    /// The field, possibly empty.
    Written(&'t str),
}

/// Reads a Netscape cookie jar: `host  subdomains  path  secure  end  name  value`, separated by TAB.
pub(crate) fn netscape_jar(text: &str) -> Option<Vec<FileCookie<'_>>> {
    const HTTP_ONLY: &str = "#HttpOnly_";
    let has_title = text.starts_with("# Netscape HTTP Cookie File") || text.starts_with("# HTTP Cookie File");
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let (line, http_only) = line.strip_prefix(HTTP_ONLY).map_or((line, false), |line| (line, true));
        if line.starts_with('#') && !http_only {
            continue;
        }
        match jar_line(line, http_only) {
            Some(cookie) => found.push(cookie),
            None if has_title => {}
            None => return None,
        }
    }
    (has_title || !found.is_empty()).then_some(found)
}

fn jar_line(line: &str, http_only: bool) -> Option<FileCookie<'_>> {
    let fields: Vec<&str> = line.split('\t').collect();
    // An empty value leaves six fields where an editor took the last TAB away.
    let &[host, subdomains, path, secure, end, name] = fields.first_chunk::<6>()?;
    let value = fields.get(6).copied().unwrap_or("");
    let flag = |text: &str| {
        if text.eq_ignore_ascii_case("TRUE") { Some(true) } else { text.eq_ignore_ascii_case("FALSE").then_some(false) }
    };
    let (for_subdomains, secure, end) = (flag(subdomains)?, flag(secure)?, end.parse::<u64>().ok()?);
    (fields.len() <= 7).then_some(FileCookie {
        name,
        value,
        host: host.trim_start_matches('.'),
        for_subdomains,
        path,
        secure,
        http_only,
        same_site: FileSameSite::NotKept,
        ends_at: (end > 0).then(|| Timestamp::from_seconds(end)),
    })
}

/// Reads the table of a browser's tools: name, value, host, path, end, size, and the rest found by its shape.
pub(crate) fn devtools_table(text: &str) -> Option<Vec<FileCookie<'_>>> {
    let mut lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let title = lines.first().filter(|line| line.to_ascii_lowercase().starts_with("name\tvalue\t")).copied();
    let columns = Columns::of_title(title);
    if title.is_some() {
        lines.remove(0);
    }
    // The last row loses its empty last fields to whoever trims a paste.
    let found: Option<Vec<_>> = lines.iter().take(limits::COOKIES).map(|line| table_line(line, &columns)).collect();
    found.filter(|found| !found.is_empty())
}

/// Which field holds which switch.
struct Columns {
    http_only: usize,
    secure: usize,
    same_site: usize,
}

impl Columns {
    /// Chromium's and Firefox's order, unless the title says another.
    fn of_title(title: Option<&str>) -> Self {
        let at = |name: &str, usual: usize| {
            title.and_then(|title| title.split('\t').position(|field| field.trim().eq_ignore_ascii_case(name))).unwrap_or(usual)
        };
        Self { http_only: at("HttpOnly", 6), secure: at("Secure", 7), same_site: at("SameSite", 8) }
    }
}

fn table_line<'t>(line: &'t str, columns: &Columns) -> Option<FileCookie<'t>> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [name, value, host, path, end, size, ..] = fields[..] else { return None };
    let is_host = host.contains('.') && !host.contains('/') || host == "localhost";
    if !is_host || !path.starts_with('/') || !size.trim().chars().all(|char| char.is_ascii_digit()) || size.is_empty() {
        return None;
    }
    let field = |index: usize| fields.get(index).map_or("", |field| field.trim());
    let is_on = |index: usize| matches!(field(index).to_ascii_lowercase().as_str(), "✓" | "✔" | "true" | "yes");
    Some(FileCookie {
        name,
        value,
        host: host.trim_start_matches('.'),
        for_subdomains: host.starts_with('.'),
        path,
        secure: is_on(columns.secure),
        http_only: is_on(columns.http_only),
        same_site: FileSameSite::Written(field(columns.same_site)),
        ends_at: iso_date(end).or_else(|| cookie_date(end)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jar_is_read_field_by_field() {
        let jar = "# Netscape HTTP Cookie File\n# comment\n\n#HttpOnly_.e.test\tTRUE\t/\tTRUE\t1800000000\tsid\tabc\ne.test\tFALSE\t/a\tFALSE\t0\tt\t";
        let found = netscape_jar(jar).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].name, found[0].value, found[0].host), ("sid", "abc", "e.test"));
        assert!(found[0].http_only && found[0].secure && found[0].for_subdomains);
        assert_eq!((found[0].ends_at, found[1].ends_at), (Some(Timestamp::from_seconds(1_800_000_000)), None));
        assert_eq!(netscape_jar("a\tb\tc"), None);
        assert_eq!(netscape_jar("just text"), None);
    }

    #[test]
    fn a_table_is_read_by_the_shape_of_its_columns() {
        let rows = "sid\tabc\tapp.e.test\t/\tSession\t6\t✓\t\tLax\n_ga\tx\t.e.test\t/\t2027-12-29T12:00:00.000Z\t4";
        let found = devtools_table(rows).unwrap();
        assert!(found[0].http_only && !found[0].secure && !found[0].for_subdomains);
        assert_eq!(found[0].same_site, FileSameSite::Written("Lax"));
        assert_eq!((found[1].same_site, found[1].for_subdomains), (FileSameSite::Written(""), true));
        assert!(found[1].ends_at.is_some());
        let safari =
            "Name\tValue\tDomain\tPath\tExpires\tSize\tSecure\tHttpOnly\tSameSite\nsid\tabc\te.test\t/\tSession\t6\t✓\t\t";
        assert!(devtools_table(safari).unwrap()[0].secure);
        assert_eq!(devtools_table("a\tb\tc\td\te\tf"), None);
    }
}
