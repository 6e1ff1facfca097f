//! Answers that are Rust types: how the model is held to the schema, and what happens to answers that do not fit.
#![cfg(all(feature = "test-utils", feature = "openai-compatible", feature = "schemars-1"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "only tests are here"
)]

mod answers;
mod streams;
mod support;
