//! Which providers are linked into the program, and how one is built.

mod import;
mod no_transport;
mod providers;
mod registration;
mod settings;

pub use import::{ReadRequest, RequestImport, import};
pub use providers::ProviderRegistry;
pub use registration::{BuildProvider, LinkHint, Registration};
pub use settings::ProviderSettings;
