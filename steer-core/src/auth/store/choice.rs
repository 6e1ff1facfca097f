use std::sync::Arc;
use std::time::Duration;

use super::{CredentialStore, FileStore};
use crate::auth::Environment;
use crate::error::ApiError;

/// The variable that chooses: `keyring` or `file`.
const VARIABLE: &str = "STEER_CREDENTIAL_STORE";

/// `DefaultStore` is where credentials are kept unless the program says otherwise, and how that was found out.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DefaultStore {
    /// The store.
    pub store: Arc<dyn CredentialStore>,
    /// Which store it is and why, in a sentence for people. A program shows it when something is written there.
    pub notice: String,
}

impl DefaultStore {
    /// How long the keyring may take to say that it is there.
    pub const PROBE: Duration = Duration::from_secs(2);

    /// Chooses: what `STEER_CREDENTIAL_STORE` names, `keyring` or `file`; else the system's keyring where it answers, else
    /// the private file. The keyring is there with the feature `keyring`.
    ///
    /// # Errors
    /// The variable names something else or a keyring that is not there, or nothing says where the file is.
    pub fn choose(environment: &Environment) -> Result<Self, ApiError> {
        match environment.get(VARIABLE).as_deref() {
            Some("file") => Ok(Self::file(environment, &format!("{VARIABLE} names it"))?),
            Some("keyring") => Self::keyring(environment, &format!("{VARIABLE} names it")),
            Some(other) => Err(ApiError::configuration(format!(
                "environment variable {VARIABLE}: `{}` is no store; write `keyring` or `file`",
                other.escape_debug()
            ))),
            None => Self::keyring(environment, "it answers")
                .or_else(|error| Self::file(environment, error.message())),
        }
    }

    fn file(environment: &Environment, why: &str) -> Result<Self, ApiError> {
        Ok(Self::new(Arc::new(FileStore::open(environment)?), why))
    }

    #[cfg(feature = "keyring")]
    fn keyring(environment: &Environment, why: &str) -> Result<Self, ApiError> {
        let store = super::KeyringStore::open(environment)?;
        store.probe(Self::PROBE)?;
        Ok(Self::new(Arc::new(store), why))
    }

    #[cfg(not(feature = "keyring"))]
    fn keyring(_: &Environment, _: &str) -> Result<Self, ApiError> {
        Err(ApiError::configuration("the feature `keyring` is not enabled"))
    }

    fn new(store: Arc<dyn CredentialStore>, why: &str) -> Self {
        Self { notice: format!("credentials are kept in {} ({why})", store.name()), store }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(variables: &[(&str, &str)]) -> Result<DefaultStore, ApiError> {
        DefaultStore::choose(&Environment::of(variables.iter().copied()))
    }

    #[test]
    fn the_file_is_chosen_by_name_and_says_so() {
        let folder = std::env::temp_dir().join("steer-choice");
        let folder = folder.to_str().unwrap();
        let chosen = choose(&[("STEER_CREDENTIAL_STORE", "file"), ("STEER_CONFIG_DIR", folder)]).unwrap();
        assert!(chosen.store.name().contains("credentials.json"));
        assert!(chosen.notice.contains(&chosen.store.name()) && chosen.notice.contains("names it"));
    }

    #[test]
    fn another_word_or_no_folder_is_an_error() {
        let error = choose(&[("STEER_CREDENTIAL_STORE", "vault"), ("HOME", "/home/ada")]).unwrap_err();
        assert!(error.message().contains("`vault` is no store"), "{error}");
        let error = choose(&[("STEER_CREDENTIAL_STORE", "file")]).unwrap_err();
        assert!(error.message().contains("STEER_CONFIG_DIR"), "{error}");
    }
}
