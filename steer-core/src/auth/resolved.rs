use std::fmt;

use super::{AuthDirective, Credential};

/// `ResolvedAuth` is what was found to call a provider with, and where.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ResolvedAuth {
    /// A login, through the plugin that understands it.
    Plugin {
        /// The plugin's name.
        plugin: String,
        /// How the login is used.
        directive: AuthDirective,
    },
    /// An API key.
    ApiKey {
        /// The key.
        credential: Credential,
        /// Where it was found.
        origin: ApiKeyOrigin,
    },
    /// None; right where the provider's scheme asks for none.
    None,
}

impl ResolvedAuth {
    /// The credential itself; a login has none to show, since it is made anew for every request.
    pub fn credential(&self) -> Option<&Credential> {
        match self {
            Self::ApiKey { credential, .. } => Some(credential),
            Self::Plugin { .. } | Self::None => None,
        }
    }

    /// Where it is from.
    pub fn source(&self) -> AuthSource {
        match self {
            Self::Plugin { plugin, .. } => AuthSource::Plugin(plugin.clone()),
            Self::ApiKey { origin, .. } => AuthSource::ApiKey(origin.clone()),
            Self::None => AuthSource::None,
        }
    }
}

/// `AuthSource` is where a credential is from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthSource {
    /// A login, through the named plugin.
    Plugin(String),
    /// An API key.
    ApiKey(ApiKeyOrigin),
    /// There is none.
    None,
}

impl fmt::Display for AuthSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plugin(name) => write!(f, "a login through {name}"),
            Self::ApiKey(origin) => write!(f, "{origin}"),
            Self::None => f.write_str("no credential"),
        }
    }
}

/// `ApiKeyOrigin` is where an API key was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApiKeyOrigin {
    /// The program gave it.
    Given,
    /// The named environment variable.
    Environment(String),
    /// The named store.
    Stored(String),
}

impl fmt::Display for ApiKeyOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("a key that the program gave"),
            Self::Environment(name) => write!(f, "the environment variable {name}"),
            Self::Stored(store) => write!(f, "a key in {store}"),
        }
    }
}
