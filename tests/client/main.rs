//! The client: which credential a call is made with, what happens when it is refused, and what is tried again.
#![cfg(all(feature = "test-utils", feature = "openai-compatible"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "only tests are here"
)]

mod budget;
mod cache;
mod concurrency;
mod dependencies;
mod fallback;
mod login;
mod pacer;
mod restart;
mod retry;
mod secrets;
mod support;
