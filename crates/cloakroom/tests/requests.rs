//! Requests through the real router: a memory store, a clock that stands still, seeded randomness, and no socket.

#![cfg(test)]

mod house;

mod appraisal;
mod bearer;
mod cross_origin;
mod exchange;
mod passive;
mod refresh;
mod requirements;
mod resume;
mod revocation;
mod sign_in;
mod store_down;
