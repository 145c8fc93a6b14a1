//! Takes a recognised value apart: its segments and which of them are worth something, what decodes inside, when it ends.
//!
//! A function per family, named in the rows. Each must name every harmless segment: what it leaves out is blanked.

mod cookies;
mod cuts;
mod jose;
mod keys;
mod locked;
mod messages;
mod plain;
mod respell;
mod secrets;

pub(crate) use cookies::{
    aspnetcore, auth_ticket, better_auth_cache, django, express, fastify, forms_ticket, gorilla, iron, itsdangerous, keygrip,
    laravel, oauth2_proxy, phoenix, play, plug, rails_encrypted, rails_signed, reference, spring_remember, supabase_cookie,
    supertokens, swt, tornado, wordpress,
};
pub(crate) use cuts::Anatomy;
pub(crate) use jose::{installation, jws, sd_jwt};
pub(crate) use keys::{aws_key_id, hash, jwk, key, otp, own_refresh, own_session, paserk, pem};
pub(crate) use locked::{biscuit, branca, cwt, fernet, json_object, macaroon, paseto, pypi};
pub(crate) use messages::{basic, kerberos, link, saml, scheme};
pub(crate) use plain::{csrf, hidden, identity, json, opaque, shown, unknown};
pub use secrets::private_jwk_members;
pub(crate) use secrets::{secrets_of, starred};
