//! An answer while it comes.

mod chunk;
mod completion;
mod sink;

pub use chunk::{MessageStart, SealOp, StreamChunk};
pub use completion::{CompletionStream, ResponseHead};
pub(crate) use completion::{collect, without_end};
pub use sink::ChunkSink;
