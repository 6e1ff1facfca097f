//! Runs of tools: the model is asked, the program's tools run, and it is asked again.
#![cfg(all(feature = "test-utils", feature = "openai-compatible", feature = "tools"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "only tests are here"
)]

mod approval;
mod cancel;
mod ends;
mod offers;
mod steps;
mod support;
mod wire;
