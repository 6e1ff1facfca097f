//! The JSON that Anthropic sends, as far as it must be told apart before it is read.

mod event;
mod members;
mod text;

pub(crate) use event::{Delta, Event};
pub(crate) use members::Members;
pub(crate) use text::WireText;
