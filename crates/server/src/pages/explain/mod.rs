//! The pages below `/explain`: the question with its answer, the published rules, and the table that the page's script reads.

mod answer;
mod lifetime;
mod rules;
mod show;
mod table;

pub(crate) use rules::rules;
pub(crate) use show::{show, submit};
pub(crate) use table::table;
