//! Who answers: identifiers of providers and models, what a model can do, and the settings of a call.
//! Nothing here reads a file or knows a vendor.

mod config;
mod cost;
mod id;
mod parameters;
mod price;
mod rate;
mod usd;

pub use config::{Capability, ModelConfig, ThinkingMode};
pub use cost::Cost;
pub use id::{ModelId, Origin, ProviderId};
pub use parameters::{Effort, ModelParameters, ThinkingConfig, ThinkingDisplay};
pub use price::ModelPrice;
pub use rate::{Rate, RateStep};
pub use usd::{Usd, UsdError};
