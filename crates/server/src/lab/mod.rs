//! The lab: the four cells side by side, on the wire.
//!
//! Owns a second server on throw-away data with a clock that can be moved, a resource server beside it, clients that act, and the
//! scenarios that run on them. Must never touch the real server's data, clock, keys or cookies, and never state what a run has not shown.

mod agents;
mod by_hand;
mod claims;
mod comparison;
mod cost;
mod door;
mod error;
mod examples;
mod expected;
mod folder;
mod hosts;
mod house;
mod http;
mod open_lab;
mod orders;
mod pages;
mod recorder;
mod report;
mod rows;
mod run;
mod scenario;
mod scenarios;
mod scene;
mod switch;
mod wire;

pub(crate) use error::LabError;
pub(crate) use folder::LabFolder;
pub(crate) use hosts::letter_of;
pub(crate) use open_lab::{Access, Lab};
pub(crate) use pages::{LabDoor, rooms, saved_page};
pub(crate) use report::{Party, Report, Verdict};
pub(crate) use run::{Choice, run};
pub(crate) use scenario::Scenario;
pub(crate) use switch::StoreSwitch;
