use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::catalog::{self, KeyIn};
use crate::error::ApiError;
use crate::protocol::Protocol;
use crate::registry::ProviderSettings;

/// The headers that carry the credential, marked so that no log prints them.
///
/// # Errors
/// The credential cannot stand in a header, or the provider is not trusted with it.
pub(super) fn authorization<P: Protocol>(
    protocol: &P,
    settings: &ProviderSettings,
) -> Result<HeaderMap, ApiError> {
    let mut headers = HeaderMap::new();
    let Some(credential) = &settings.credential else { return Ok(headers) };
    if !settings.config.takes_credentials() {
        // The client gives none; whoever builds providers by hand is stopped here.
        return Err(ApiError::configuration(
            "the provider comes from a project's catalog that is not allowed, and gets no credential",
        ));
    }
    match &settings.config.key_in {
        KeyIn::Format => protocol.authorize(credential, &mut headers)?,
        KeyIn::Bearer => drop(headers.insert(header::AUTHORIZATION, credential.bearer()?)),
        KeyIn::Header { name, prefix } => {
            headers.insert(name.clone(), credential.prefixed(prefix)?);
        }
    }
    Ok(headers)
}

/// The headers that a provider's entry in the catalogs asks for.
///
/// # Errors
/// One of them cannot be set.
pub(super) fn configured(settings: &ProviderSettings) -> Result<Vec<(HeaderName, HeaderValue)>, ApiError> {
    let headers = settings.config.headers.iter();
    headers.map(|(name, value)| catalog::header(name, value).map_err(ApiError::configuration)).collect()
}
