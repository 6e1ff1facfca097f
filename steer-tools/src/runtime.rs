//! Tools that are async functions of the program's, and the box that runs them. Nothing here opens a socket.

mod error;
mod output;
mod tool;
mod tool_box;

pub use error::{ToolBoxError, ToolError};
pub use output::{IntoToolOutput, Json, ToolOutput};
pub use tool::{NoArguments, Tool, ToolContext};
pub use tool_box::{ToolBox, ToolBoxBuilder};
