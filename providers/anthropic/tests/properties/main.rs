//! What holds for any answer: messages at random, and fixtures with one member changed.

mod emulator;
mod members;
mod messages;
