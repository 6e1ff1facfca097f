//! What the events and bodies of Anthropic's documentation are read into. The bytes stand in `tests/fixtures`, and what
//! they become in `tests/snapshots`.

mod blocks;
mod ends;
mod failures;
mod read;
mod stops;
mod text;
mod tools;
mod usage;
