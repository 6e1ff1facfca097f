//! What is asked: plain data that can be stored, and the verbs that build it.

mod call;
mod completion;
mod format;
mod image;
mod policy;
mod search;
mod speech;
mod state;
mod system;
mod tool;

pub use call::ClientCall;
pub use completion::CompletionRequest;
pub use format::ResponseFormat;
pub use image::ImageFormat;
pub use policy::{FeaturePolicy, LostThinking, OnUnsupported};
pub use search::{UserLocation, WebSearch};
pub use speech::Speech;
pub use state::{Resume, ServerState};
pub use system::SystemContext;
pub use tool::{CustomTool, FunctionTool, ProviderTool, Tool, ToolChoice};
