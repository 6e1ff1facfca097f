//! An answer while it comes.

mod chunk;
mod completion;
mod sink;

pub use chunk::{MessageStart, SealOp, StreamChunk};
pub(crate) use completion::collect;
pub use completion::{CompletionStream, ResponseHead};
pub use sink::ChunkSink;
