#![doc = include_str!("../README.md")]

#[cfg(feature = "schemars-1")]
mod answer;
mod call;
mod fit;
mod lower;
mod media;
mod redact;
mod result;
mod runner;
#[cfg(feature = "runtime")]
mod runtime;
mod schema;

#[cfg(feature = "schemars-1")]
pub use answer::AnswerSchema;
pub use call::{ArgumentsError, JsonFault, ToolCall, ToolInput};
pub use fit::{Misfit, fit};
pub use lower::{
    AllOf, ChangeAction, Constants, Cycles, EnumValues, ExtraProperties, Lowered, MinItems, Nullability,
    OneOf, RefSiblings, Refs, RequiredProperties, RootUnion, SchemaChange, SchemaProfile,
};
pub use media::{Media, MediaError, MediaKind, MediaSource, VideoClip};
pub use result::{SearchResult, ToolOutcome, ToolResult, ToolResultContent};
pub use runner::{FatalToolError, ToolFuture, ToolRunner};
#[cfg(feature = "runtime")]
pub use runtime::{
    IntoToolOutput, Json, NoArguments, Tool, ToolBox, ToolBoxBuilder, ToolBoxError, ToolContext, ToolError,
    ToolOutput,
};
pub use schema::{InputSchema, MAX_SCHEMA_DEPTH, SchemaError, ToolSchema};

/// The crate that schemas of Rust types are made with.
#[cfg(feature = "schemars-1")]
pub use schemars;
