use serde::{Deserialize, Serialize};

use super::{Credential, Environment};
use crate::error::ApiError;

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

/// `ResolvedAuth` is the credential that was found for a provider, and where.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ResolvedAuth {
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

/// `ApiKeyOrigin` is where an API key was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApiKeyOrigin {
    /// The program gave it.
    Given,
    /// The named environment variable.
    Environment(String),
}

impl ResolvedAuth {
    /// Looks for a provider's key: what the program gave, then the environment variables in their order.
    ///
    /// # Errors
    /// The first key found cannot be one; a later one never stands in for it.
    pub fn resolve(
        given: Option<&Credential>,
        variables: &[String],
        environment: &Environment,
    ) -> Result<Self, ApiError> {
        if let Some(credential) = given {
            return Ok(Self::ApiKey { credential: credential.clone(), origin: ApiKeyOrigin::Given });
        }
        for name in variables {
            if let Some(value) = environment.get(name) {
                let credential = Credential::api_key(value).map_err(|error| {
                    error.map_message(|message| format!("environment variable {name}: {message}"))
                })?;
                return Ok(Self::ApiKey { credential, origin: ApiKeyOrigin::Environment(name.clone()) });
            }
        }
        Ok(Self::None)
    }

    /// The credential itself.
    pub fn credential(&self) -> Option<&Credential> {
        match self {
            Self::ApiKey { credential, .. } => Some(credential),
            Self::None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_blank_variable_does_not_shadow_the_next_one() {
        let environment = Environment::of([("A", "  "), ("B", "key-b\n")]);
        let found = ResolvedAuth::resolve(None, &names(&["A", "B"]), &environment).unwrap();
        let ResolvedAuth::ApiKey { credential, origin } = found else { panic!("no key found") };
        assert_eq!(credential.header_value().unwrap(), "key-b");
        assert_eq!(origin, ApiKeyOrigin::Environment("B".into()));
    }

    #[test]
    fn a_broken_key_names_its_variable_and_not_itself() {
        let environment = Environment::of([("A", "CANARY\nx")]);
        let error = ResolvedAuth::resolve(None, &names(&["A"]), &environment).unwrap_err();
        assert!(error.to_string().contains("environment variable A"), "{error}");
        assert!(!error.to_string().contains("CANARY"));
    }
}
