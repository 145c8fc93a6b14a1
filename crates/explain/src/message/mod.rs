//! HTTP as people paste it: messages, dumps, recordings, commands.
//!
//! Owns the shapes in which requests and responses are pasted, and reads all of them into one form. Reading is lenient: what does not fit
//! is passed over, never an error. Must never judge what it read.

mod address;
mod cookie_file;
mod curl_command;
mod curl_dump;
mod exchange;
mod fetch_snippet;
mod har;
mod headers;
mod json;
mod parameters;
mod plain;
mod shell;

pub(crate) use address::{Address, Scheme, split_port};
pub(crate) use cookie_file::{FileCookie, FileSameSite, devtools_table, netscape_jar};
pub(crate) use curl_command::curl_command;
pub(crate) use curl_dump::{curl_dump, is_curl_dump};
pub(crate) use exchange::{Exchange, Extent, Overflow, Request, Response, Version};
pub(crate) use fetch_snippet::fetch_snippet;
pub(crate) use har::har;
pub(crate) use headers::{Header, Headers, is_known_header, is_request_only, is_response_only, is_token};
pub(crate) use json::{Leaf, leaves, parse_json};
pub(crate) use parameters::{Parameter, looks_like_form, parameters, percent_decoded};
pub(crate) use plain::{alternating_lines, header_lines, pseudo_header_request, request, response};
