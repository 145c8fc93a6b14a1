//! `/advise`: the questions, the answer, the rules behind it, and a look at a configuration.
//!
//! Owns how answers stand in a query and how an answer is shown. Must never keep an answer, and never decide: that is the adviser's.

mod ask;
mod desk;
mod draft;
mod drawing;
mod lint;
mod numbers;
mod reading;
mod result;
mod rules;
mod urls;

pub(crate) use ask::show as ask;
pub(crate) use desk::Desk;
pub(crate) use lint::{check as lint_pasted, show as lint};
pub(crate) use result::{record, show as result};
pub(crate) use rules::show as rules;
pub(crate) use urls::AdviseUrls;
