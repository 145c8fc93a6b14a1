//! Clients that act: a browser with a cookie jar, an app that keeps tokens, and whoever holds a copy.
//!
//! Owns what a client keeps and what it sends by itself. Must never know what a server should answer: an agent that knew would prove
//! nothing. What is imitated of a browser is its cookie jar (RFC 6265bis) and the headers that say where a request comes from; a script
//! in a page is imitated by what such a script can read and ask for.

mod copy;
mod jar;
mod visitor;

pub(crate) use copy::Copied;
pub(crate) use jar::{Age, Coming, Dropped};
pub(crate) use visitor::{ELSEWHERE, ON_THE_MOVE, Storage, Visitor, claims_of, refresh_form};
