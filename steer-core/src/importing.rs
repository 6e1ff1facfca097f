//! What the readers of vendors' request bodies are written with: how a body is opened, and what of it is kept beside
//! the typed fields so that the same body comes out again. Nothing here knows a wire format.

mod body;
mod same;
mod settle;

pub use body::{BodyFault, read_body};
pub use settle::{Imported, settle};
