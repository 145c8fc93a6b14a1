//! The pages in Chromium, against the real binary: a person's way through them, with and without scripts and by keyboard alone, what another
//! site can do to it, and how the pages look.
//!
//! It needs `chromium` and `chromedriver`; where they are missing each test says so in one line and ends.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod advise;
mod attacker;
mod attacks;
mod chromium;
mod cookies;
mod explain;
mod forms;
#[expect(dead_code, reason = "the tests without a browser use the rest of it")]
#[path = "../house/mod.rs"]
mod house;
mod jwt_cookie;
mod keyboard;
mod lab;
mod looks;
mod stage;
mod way;
