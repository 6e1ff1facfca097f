mod header;

use std::fmt;
use std::str::FromStr;

use http::HeaderValue;
use serde::{Deserialize, Serialize};

use super::{OAuthToken, Secret};
use crate::error::ApiError;

/// `Credential` is what a provider asks for before it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credential {
    /// An API key.
    ApiKey(Secret),
    /// What an OAuth 2.0 authorization server gave.
    OAuth2(OAuthToken),
}

impl Credential {
    /// Takes an API key; white space around it is dropped.
    ///
    /// # Errors
    /// The key is empty, or holds characters that cannot stand in an HTTP header.
    pub fn api_key(key: impl AsRef<str>) -> Result<Self, ApiError> {
        let key = key.as_ref().trim();
        if key.is_empty() {
            return Err(ApiError::configuration("the API key is empty"));
        }
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ApiError::configuration(
                "the API key holds white space, control or non-ASCII characters; copy it again, whole and alone",
            ));
        }
        Ok(Self::ApiKey(Secret::new(key)))
    }

    /// Which of its kinds it is.
    pub fn kind(&self) -> CredentialKind {
        match self {
            Self::ApiKey(_) => CredentialKind::ApiKey,
            Self::OAuth2(_) => CredentialKind::OAuth2,
        }
    }

    /// The credential as the value of a header, marked so that no log prints it.
    ///
    /// # Errors
    /// It cannot stand in a header.
    pub fn header_value(&self) -> Result<HeaderValue, ApiError> {
        header::sensitive(&[self.secret().expose()])
    }

    /// The credential as a bearer token for the `Authorization` header, marked so that no log prints it.
    ///
    /// # Errors
    /// It cannot stand in a header.
    pub fn bearer(&self) -> Result<HeaderValue, ApiError> {
        header::sensitive(&["Bearer ", self.secret().expose()])
    }

    /// The credential behind a prefix, as the value of a header, marked so that no log prints it.
    pub(crate) fn prefixed(&self, prefix: &str) -> Result<HeaderValue, ApiError> {
        header::sensitive(&[prefix, self.secret().expose()])
    }

    /// The secret that requests carry.
    pub(crate) fn secret(&self) -> &Secret {
        match self {
            Self::ApiKey(secret) => secret,
            Self::OAuth2(token) => &token.access,
        }
    }
}

/// `CredentialKind` names the kinds of [`Credential`]; a store keeps at most one of each for a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CredentialKind {
    /// An API key.
    ApiKey,
    /// An OAuth 2.0 token.
    #[serde(rename = "oauth2")]
    OAuth2,
}

impl CredentialKind {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::ApiKey, Self::OAuth2];

    /// The name in stores and on the command line, such as `api-key`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api-key",
            Self::OAuth2 => "oauth2",
        }
    }
}

impl fmt::Display for CredentialKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for CredentialKind {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self, ApiError> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            ApiError::configuration(format!(
                "`{}` is no kind of credential; there are `api-key` and `oauth2`",
                text.escape_debug()
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Credential;

    #[test]
    fn a_key_is_trimmed_and_never_printed() {
        let key = Credential::api_key(" sk-CANARY-1\n").unwrap();
        assert_eq!(key.header_value().unwrap(), "sk-CANARY-1");
        assert_eq!(key.bearer().unwrap(), "Bearer sk-CANARY-1");
        assert!(!format!("{key:?} {:?}", key.bearer()).contains("CANARY"));
    }

    #[test]
    fn a_key_that_cannot_stand_in_a_header_is_refused_without_being_shown() {
        for bad in ["", "  ", "sk-CANARY\nx", "sk-CANARY\0", "sk-CANARY-é", "sk CANARY"] {
            let error = Credential::api_key(bad).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("CANARY"), "{error}");
        }
    }
}
