//! Logins over OAuth 2.0, from the first address to the revocation, against servers that answer as they should and
//! against such that do not.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

mod browser;
mod device;
mod kit;
mod logout;
mod paste;
mod plugin;
mod renewal;
