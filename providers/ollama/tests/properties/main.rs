//! What holds for any answer: answers at random, and fixtures with one member changed.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

mod emulator;
mod members;
mod responses;
