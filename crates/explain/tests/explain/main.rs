//! The explainer from outside: pastes in, answers out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answer;
mod blanked;
mod corpus;
mod coverage;
mod hostile;
mod samples;
