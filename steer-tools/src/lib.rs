#![doc = include_str!("../README.md")]

mod call;
mod lower;
mod media;
mod redact;
mod result;
mod schema;

pub use call::{ArgumentsError, JsonFault, ToolCall, ToolInput};
pub use lower::{
    AllOf, ChangeAction, Constants, Cycles, EnumValues, ExtraProperties, Lowered, MinItems, Nullability,
    OneOf, RefSiblings, Refs, RequiredProperties, RootUnion, SchemaChange, SchemaProfile,
};
pub use media::{Media, MediaError, MediaKind, MediaSource, VideoClip};
pub use result::{SearchResult, ToolOutcome, ToolResult, ToolResultContent};
pub use schema::{InputSchema, MAX_SCHEMA_DEPTH, SchemaError, ToolSchema};
