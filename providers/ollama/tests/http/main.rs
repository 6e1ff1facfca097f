//! The whole path from a request to an answer: over real sockets, and over a transport that follows a script.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

mod answers;
mod beside;
mod broken;
mod cancel;
mod refusals;
mod request;
mod setup;
