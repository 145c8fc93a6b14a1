//! HTML, one file per page. A page works without JavaScript; a form that comes back keeps what was typed, but for passwords.

pub(crate) mod account;
pub(crate) mod advise;
pub(crate) mod assets;
pub(crate) mod explain;
pub(crate) mod login;
pub(crate) mod logout;
mod page;
pub(crate) mod problems;
pub(crate) mod register;
pub(crate) mod sessions;
pub(crate) mod start;

pub(crate) use page::{Pages, see_other};
