//! Credentials: what they are, where they are kept and found, and how a login gets them.

mod credential;
mod directive;
mod environment;
mod login;
pub mod oauth;
mod plugin;
mod resolve;
mod secret;
mod store;
mod token;

pub use credential::{Credential, CredentialKind};
pub use directive::{AuthDirective, Authorization, Authorizer, OnRefusal};
pub use environment::Environment;
pub use login::{LoginFlow, LoginMethod, LoginStep};
pub use plugin::{AuthPlugin, AuthPluginRegistration, PluginContext};
pub use resolve::{ApiKeyOrigin, AuthScheme, ResolvedAuth};
pub use secret::Secret;
pub use store::{CredentialStore, MemoryStore, StoreLock};
pub use token::OAuthToken;
