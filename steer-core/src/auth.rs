//! Credentials: what they are, where they are kept and found, and how a login gets them.

mod config_provider;
mod credential;
mod directive;
mod environment;
mod login;
mod plugin;
mod plugins;
mod resolved;
mod scheme;
mod secret;
mod store;
mod token;

pub use config_provider::LlmConfigProvider;
pub use credential::{Credential, CredentialKind};
pub use directive::{AuthDirective, Authorization, Authorizer, OnRefusal};
pub use environment::Environment;
pub use login::{LoginFlow, LoginMethod, LoginStep};
pub use plugin::{AuthPlugin, AuthPluginRegistration, PluginContext};
pub use plugins::AuthPlugins;
pub use resolved::{ApiKeyOrigin, AuthSource, ResolvedAuth};
pub use scheme::AuthScheme;
pub use secret::Secret;
#[cfg(feature = "keyring")]
pub use store::KeyringStore;
pub use store::{CredentialStore, DefaultStore, FileStore, MemoryStore, StoreLock};
pub use token::OAuthToken;
