//! The control socket: how commands reach the server that owns the data folder.
//!
//! 1. `control.sock` lies in the data folder. Whoever may open it is the operator: the folder is 0700, the socket 0600.
//! 2. A connection carries one request and one reply, each one line of JSON.
//! 3. A stale socket is replaced, one that a server answers on is not.
//!
//! Owns the words of the conversation and its transport. Must never decide what a request does: that is [`Answer`].

mod client;
mod line;
mod message;
mod path;
mod server;

pub(crate) use client::{AskError, ask};
pub(crate) use message::{ControlReply, ControlRequest, KeyRow, Private, SessionRow, UserRow, VerdictRow, print_moment};
pub(crate) use server::{Answer, ControlSocket};
