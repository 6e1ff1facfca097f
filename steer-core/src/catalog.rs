//! What is known of providers and models: catalogs in TOML, and the registry made of them.

mod file;
mod models;

pub use file::{Catalog, CatalogModel, ProviderConfig};
pub use models::ModelRegistry;
