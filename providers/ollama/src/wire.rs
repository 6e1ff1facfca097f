//! The JSON that Ollama sends, as far as it has a shape of its own.

mod finish;
mod usage;

pub(crate) use finish::read_finish;
pub(crate) use usage::read_usage;
