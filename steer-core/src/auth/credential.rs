use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::error::ApiError;

/// `Secret` is a text that must not be seen: it has no `Display` and no `Serialize`, its `Debug` says nothing, and
/// its memory is zeroed when the last clone goes.
#[derive(Clone)]
pub struct Secret(Arc<Zeroizing<String>>);

impl Secret {
    /// Takes a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Arc::new(Zeroizing::new(text.into())))
    }

    /// The text, for the one place that must have it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl PartialEq for Secret {
    /// Compares in a time that tells nothing of where the texts differ.
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.expose().as_bytes(), other.expose().as_bytes());
        a.len() == b.len() && a.iter().zip(b).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
    }
}

impl Eq for Secret {}

/// `Credential` is what a provider asks for before it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credential {
    /// An API key.
    ApiKey(Secret),
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

    /// The credential as the value of a header, marked so that no log prints it.
    ///
    /// # Errors
    /// It cannot stand in a header.
    pub fn header_value(&self) -> Result<HeaderValue, ApiError> {
        sensitive(&[self.secret().expose()])
    }

    /// The credential as a bearer token for the `Authorization` header, marked so that no log prints it.
    ///
    /// # Errors
    /// It cannot stand in a header.
    pub fn bearer(&self) -> Result<HeaderValue, ApiError> {
        sensitive(&["Bearer ", self.secret().expose()])
    }

    /// The secret in it.
    pub(crate) fn secret(&self) -> &Secret {
        match self {
            Self::ApiKey(secret) => secret,
        }
    }
}

/// The header shares the memory in which the text is put together, and the last one to go zeroes it.
fn sensitive(pieces: &[&str]) -> Result<HeaderValue, ApiError> {
    let mut text = Zeroizing::new(Vec::with_capacity(pieces.iter().map(|piece| piece.len()).sum()));
    pieces.iter().for_each(|piece| text.extend_from_slice(piece.as_bytes()));
    let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(Header(text))).map_err(|_| {
        ApiError::configuration("the credential cannot stand in an HTTP header; check how it was copied")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// The text of a header, as bytes that can be shared.
struct Header(Zeroizing<Vec<u8>>);

impl AsRef<[u8]> for Header {
    fn as_ref(&self) -> &[u8] {
        &self.0
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
