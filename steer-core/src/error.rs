//! One word for each error.

mod api;
mod failure;
mod kind;
mod stream;
mod table;

pub use crate::framing::FramingError;
pub use crate::sse::SseParseError;
pub use api::ApiError;
pub use failure::Failure;
pub use kind::{ErrorKind, TimeoutPhase};
pub use stream::StreamError;
