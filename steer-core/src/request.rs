//! What is asked: plain data that can be stored, and the verbs that build it.

mod call;
mod completion;
mod format;
mod policy;
mod system;
mod tool;

pub use call::ClientCall;
pub use completion::{CompletionRequest, ServerState, Speech};
pub use format::ResponseFormat;
pub use policy::{FeaturePolicy, LostThinking, OnUnsupported};
pub use system::SystemContext;
pub use tool::{CustomTool, FunctionTool, ProviderTool, Tool, ToolChoice};
