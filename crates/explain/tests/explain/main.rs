//! The explainer from outside: pastes in, answers out.

mod corpus;
mod coverage;
mod hostile;
mod samples;
