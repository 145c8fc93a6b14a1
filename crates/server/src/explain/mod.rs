//! Explaining what people paste, for the page, the API and operators.
//!
//! Owns how much is explained at once, what is asked of a paste, whether this server's own verdict is told, and the samples. Must never
//! keep, log or put into an error what was pasted; what is known about it is the business of `cloakroom-explain`.

pub(crate) mod blanking;
mod desk;
mod ours;
mod question;
mod samples;

pub(crate) use desk::{Asker, ExplainDesk, NotExplained};
pub(crate) use ours::{Unavailable, candidates, ours};
pub(crate) use question::{Question, moment};
pub(crate) use samples::SAMPLES;
