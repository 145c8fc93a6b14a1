//! The lab's pages.
//!
//! Owns how a run is shown: charts, drawings, tables, the live apps of a browser, the page that is saved. Must never decide what a run
//! means: outcomes, claims and figures come from the run, words from the texts.

mod answer;
mod apps;
mod attacker;
mod bench;
mod claims;
mod drawing;
mod evidence;
mod exchange;
#[cfg(test)]
mod fixture;
mod fronts;
mod programs;
mod rooms;
mod saved;
mod sheets;
mod storyboard;
mod table;

pub(crate) use apps::Apps;
pub(crate) use fronts::fronts;
pub(crate) use rooms::{LabDoor, rooms};
pub(crate) use saved::saved_page;
