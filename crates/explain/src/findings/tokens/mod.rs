//! Findings on any credential.

mod content;
mod kind;
mod life;
mod strength;

pub(super) use content::ROWS as CONTENT;
pub(super) use kind::ROWS as KIND;
pub(super) use life::ROWS as LIFE;
pub(super) use strength::ROWS as STRENGTH;
