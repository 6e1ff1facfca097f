//! What servers, proxies and networks do wrong, in every wire format. `CATALOGUE.md` beside this says which test shows
//! what; `cargo xtask faults` runs them all.
#![cfg(all(
    feature = "anthropic",
    feature = "gemini",
    feature = "ollama",
    feature = "openai",
    feature = "openai-compatible"
))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "only tests are here"
)]

mod answers;
mod formats;
mod framing;
mod keepalive;
mod life;
mod refusals;
mod rig;
mod secrets;
mod sockets;
mod wire;
