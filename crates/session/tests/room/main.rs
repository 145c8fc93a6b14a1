//! The room as its users see it: sessions and refresh tokens over a cached store.

#![cfg(test)]

mod cache;
mod coherence;
mod last_seen;
mod parts;
mod refresh_tokens;
mod sessions;
