//! Credentials: what they are, and where they are found.

mod credential;
mod environment;
mod resolve;

pub use credential::{Credential, Secret};
pub use environment::Environment;
pub use resolve::{ApiKeyOrigin, AuthScheme, ResolvedAuth};
