//! A report as one page that needs no server: the styles stand in it, it loads nothing and runs nothing.
//!
//! Secret parts are left out for good: a file is passed on.

use minijinja::value::Serde;
use minijinja::{Value, context};

use super::bench::Bench;
use super::sheets::sheets;
use crate::lab::report::Report;
use crate::lab::scenario::Scenario;
use crate::lab::wire::Message;
use crate::texts::en::{self, lab as say};

const STYLES: [&str; 2] = [include_str!("../../../assets/cloakroom.css"), include_str!("../../../assets/lab.css")];

/// The page of a report. Fails on a template that cannot be read, which is a mistake of whoever wrote it.
pub(crate) fn saved_page(report: &Report) -> Result<String, minijinja::Error> {
    let report = without_secrets(report);
    let has_run = |scenario: &Scenario| report.of(*scenario).next().is_some();
    let benches: Vec<_> = Scenario::ALL.into_iter().filter(has_run).map(|scenario| Bench::of(scenario, Some(&report))).collect();
    let context = context! {
        t => Value::from(Serde(&en::EN)),
        version => report.version,
        css => Value::from_safe_string(STYLES.concat()),
        made => say::run_on(report.began_at, report.machine.cpus, report.machine.memory, None),
        optimised => report.machine.optimised,
        benches => Value::from(Serde(&benches)),
    };
    sheets()?.get_template("lab-saved.html")?.render(context)
}

fn without_secrets(report: &Report) -> Report {
    let mut report = report.clone();
    for run in &mut report.runs {
        for message in run.steps.iter_mut().flat_map(|step| [&mut step.request, &mut step.response]) {
            *message = message.take().map(Message::without_secrets);
        }
        for kept in &mut run.client_keeps {
            kept.value = kept.value.clone().without_secrets();
        }
    }
    report
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn a_saved_page_needs_nothing_and_tells_no_secret() {
        let page = saved_page(&fixture::report()).unwrap();
        for loads in ["src=", "<script", "<link", "url(", "@import", "http-equiv=\"refresh\""] {
            assert!(!page.contains(loads), "{loads}");
        }
        assert!(!page.contains(fixture::SECRET) && page.contains("43 hidden"));
        for cell in ["cookie", "token", "jwt_cookie", "jwt"] {
            assert!(page.contains(&format!("id=\"sign_out-{cell}\"")), "{cell}");
        }
        assert!(!page.contains("{{") && !page.contains("{%"));
    }

    #[test]
    fn what_a_visitor_sent_is_shown_as_text() {
        let mut report = fixture::report();
        report.runs[0].steps[0].note = "<script>alert(1)</script>".to_owned();
        assert!(saved_page(&report).unwrap().contains("&lt;script&gt;alert(1)"));
    }
}
