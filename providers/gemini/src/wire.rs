//! The JSON that Google sends, as far as it has a shape of its own.

mod finish;
mod grounding;
mod usage;

pub(crate) use finish::{Rating, read_finish};
pub(crate) use grounding::{Chunk, CitationMetadata, Grounding, UrlContext};
pub(crate) use usage::Usage;
