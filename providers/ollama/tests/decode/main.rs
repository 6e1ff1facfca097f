//! What the answers of Ollama's documentation are read into. The bytes stand in `tests/fixtures`, and what they become
//! in `tests/snapshots`.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

mod ends;
mod failures;
mod read;
mod stops;
mod text;
mod tools;
mod usage;
