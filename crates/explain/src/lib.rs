#![doc = include_str!("../README.md")]

mod anatomy;
mod authorization;
mod blank;
mod classified;
mod classify;
mod clean;
mod collect;
mod cookie_date;
mod cookie_header;
mod cookie_words;
mod explain;
mod explanation;
mod finding;
mod findings;
mod format;
mod formats;
mod guess;
mod hosts;
mod inside;
mod item;
mod judge;
mod lens;
mod lifetime;
mod limits;
mod message;
mod observed;
mod part;
mod paste;
mod report;
mod set_cookie;
mod sniff;
mod source;
mod subject;
mod summary;
mod text;
mod unpack;
mod veil;
mod who;

pub use anatomy::private_jwk_members;
pub use explain::Explainer;
pub use explanation::{
    Alternative, Counts, Explanation, FindingReport, Input, ItemReport, Lifetime, Message, Ours, PartReport, Size, Source,
    Verdict, Who,
};
pub use finding::{Finding, Group};
pub use findings::all_findings;
pub use format::{Answer, Format, FormatGroup, Told};
pub use formats::all_formats;
pub use guess::public_secrets;
pub use part::{Confidence, Part, Severity};
pub use paste::Paste;
pub use source::source_address;
pub use text::render;
