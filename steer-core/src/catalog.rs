//! What is known of providers and models: catalogs in TOML, and the registry made of them.
//!
//! Each provider crate brings a catalog. A user and a program may add their own, which win over theirs field by field
//! ([`CatalogLayers`]): a key that an entry leaves out stays as it is, tables are merged key by key, aliases are added to
//! those that are there, and any other list replaces the one that is there.
//!
//! ```toml
//! [[models]]
//! provider = "acme"                      # with `id`, which model the entry is about
//! id = "anvil-2"
//! aliases = ["anvil"]                    # each for one model of all catalogs
//! context_window_tokens = 100000         # what no one says is left out, and never guessed
//! capabilities = ["image-input", "tools"]
//! efforts = ["low", "high"]
//!
//! [models.price]                         # US dollars for a million tokens
//! version = "our contract of May"
//! input = { base = "2", steps = [{ above = 200000, price = "4" }] }
//! output = "10"
//! variants = { flex = { input = "1", output = "5" } }
//!
//! [[providers]]
//! id = "forge"                           # a provider of your own, over a wire format that a linked crate speaks
//! api_format = "acme-chat"
//! base_url = "https://llm.forge.example/v4"  # the wire format's paths are appended to its path, and nothing else
//! env = ["FORGE_API_KEY"]                # the variables that may hold its key
//! auth = "api-key"                       # or "optional", or "none"
//! key_in = { header = "x-forge-key" }    # or "format", the wire format's own place, or "bearer"
//! headers = { x-team = "blue" }          # of every request; a key does not belong here
//! query = { api-version = "2026-01-01" } # of every address; nor here
//!
//! [providers.dialect]                    # what its server takes; the fields are those of the wire format's crate
//! seed = false
//! ```
//!
//! # Trust
//!
//! A key is only ever sent to an address that is trusted as much as the key ([`Trust`]). A catalog that came with a
//! project ([`CatalogLayers::project`]) adds models and providers and changes nothing that another catalog lists; a
//! provider that it adds gets no key, and no request unless it goes to this machine, until the user allows the very
//! file ([`AllowedCatalogs`]). Catalogs hold no keys: they name the environment variables that do.

mod allowed;
mod check;
mod dialect;
mod file;
mod headers;
mod key_in;
mod layers;
mod model;
mod models;
mod named_values;
mod near;
mod place;
mod problem;
mod provider;
mod provider_config;
mod read;
mod resolve;
mod tree;
mod trust;

pub use allowed::AllowedCatalogs;
pub use dialect::{DialectTable, Word, optional_header, optional_word, word};
pub use file::Catalog;
pub(crate) use headers::{CREDENTIALS, header};
pub use key_in::KeyIn;
pub use layers::{CatalogLayers, LoadedCatalogs};
pub use model::CatalogModel;
pub use models::ModelRegistry;
pub use named_values::NamedValues;
pub(crate) use near::{did_you_mean, near};
pub use place::Place;
pub use problem::{CatalogEntry, CatalogProblem, CatalogProblems};
pub use provider::CatalogProvider;
pub use provider_config::ProviderConfig;
pub use trust::Trust;
