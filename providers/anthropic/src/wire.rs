//! The JSON that Anthropic sends, as far as it must be told apart before it is read.

mod event;

pub(crate) use event::{Delta, Event};
