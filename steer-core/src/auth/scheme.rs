use serde::{Deserialize, Serialize};

/// `AuthScheme` is how a provider wants to know who calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AuthScheme {
    /// An API key.
    #[default]
    ApiKey,
    /// An API key where there is one; such as a server on the same machine.
    Optional,
    /// Nothing.
    None,
}
