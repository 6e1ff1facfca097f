//! What is known of providers and models: catalogs in TOML, and the registry made of them.
//!
//! Each provider crate brings a catalog. A program may add its own, which wins over theirs field by field: a key that it
//! leaves out stays as it is, a list that it gives replaces the one that is there.
//!
//! ```toml
//! [[models]]
//! provider = "acme"                      # with `id`, which model the entry is about
//! id = "anvil-2"
//! context_window_tokens = 100000         # what no one says is left out, and never guessed
//! capabilities = ["image-input", "tools"]
//! efforts = ["low", "high"]
//!
//! [models.price]                         # US dollars for a million tokens
//! version = "our contract of May"
//! input = { base = "2", steps = [{ above = 200000, price = "4" }] }
//! output = "10"
//! variants = { flex = { input = "1", output = "5" } }
//! ```

mod file;
mod model;
mod models;
mod provider;

pub use file::Catalog;
pub use model::CatalogModel;
pub use models::ModelRegistry;
pub use provider::{CatalogProvider, ProviderConfig};
