//! Who answers: identifiers of providers and models, what a model can do, and the settings of a call.
//! Nothing here reads a file or knows a vendor.

mod config;
mod id;
mod parameters;
mod price;

pub use config::{Capability, ModelConfig, ThinkingMode};
pub use id::{ModelId, Origin, ProviderId};
pub use parameters::{Effort, ModelParameters, ThinkingConfig, ThinkingDisplay};
pub use price::{ModelPrice, Usd};
