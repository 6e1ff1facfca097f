//! One word for each error.

mod api;
mod attempt;
mod failure;
mod kind;
mod overflow;
mod stream;
mod table;

pub use crate::framing::FramingError;
pub use crate::sse::SseParseError;
pub use api::ApiError;
pub use attempt::{FailedAttempt, NotRetried};
pub use failure::Failure;
pub use kind::{ErrorKind, TimeoutPhase};
pub use overflow::ContextOverflow;
pub use stream::StreamError;
