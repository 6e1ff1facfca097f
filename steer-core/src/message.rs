//! Messages and the parts they are made of, the same for what is sent and for what is received.
//!
//! A message holds its parts in wire order, because the order of thinking, text and tool calls means something to
//! the vendors. Whatever has no typed place is an [`Opaque`] part where it stood.

mod citation;
mod media;
mod meta;
mod opaque;
mod part;
mod replay;
mod role;
mod text;
mod thinking;
mod tool;

pub use citation::{Citation, CitationTarget, DocumentSpan};
pub use media::{GeneratedMedia, MediaPart};
pub use meta::{CachePoint, CacheTtl, PartMeta};
pub use opaque::{Compaction, ContainerFile, ModelHop, Opaque};
pub use part::Part;
pub use replay::Replay;
pub use role::{Authority, Message, Role};
pub use text::{Refusal, SearchResult, Source, Text};
pub use thinking::{Seal, SealKind, Thinking, ThinkingForm, ThinkingSection, Visibility};
pub use tool::{
    ApprovalRequest, ApprovalResponse, Executor, ToolAvailability, ToolCallPart, ToolCaller, ToolResultPart,
};
