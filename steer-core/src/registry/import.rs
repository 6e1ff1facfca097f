use std::collections::BTreeSet;

use super::{ProviderRegistry, Registration};
use crate::error::ApiError;
use crate::request::CompletionRequest;

/// `ReadRequest` reads a vendor's request body into our types.
///
/// Encoded again for the same wire format, what it returns gives an equal body. It does no I/O.
pub type ReadRequest = fn(&[u8]) -> Result<CompletionRequest, ApiError>;

/// `RequestImport` is a wire format whose request bodies a provider crate reads.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RequestImport {
    /// The wire format, such as `acme-chat`.
    pub api_format: &'static str,
    /// Reads a body.
    pub read: ReadRequest,
}

impl RequestImport {
    /// Names a wire format and what reads it.
    pub const fn new(api_format: &'static str, read: ReadRequest) -> Self {
        Self { api_format, read }
    }
}

/// Reads a request body that was written for a vendor's API into our types, with the crates that are linked.
///
/// Nothing of the body is lost: members without a type of their own are kept where the encoder of the same wire format
/// writes them again ([`CompletionRequest::provider_options`], the parts' `meta`, [`Replay`](crate::message::Replay)).
/// The model is the body's own word for it, without a provider: write `provider/` before it, and send the request there.
///
/// # Errors
/// No linked crate reads the wire format, or the body is not one of its requests. Errors name no content.
pub fn import(api_format: &str, body: impl AsRef<[u8]>) -> Result<CompletionRequest, ApiError> {
    read(ProviderRegistry::linked(), api_format, body.as_ref())
}

impl ProviderRegistry {
    /// Reads a request body that was written for a vendor's API into our types; see [`import`].
    ///
    /// # Errors
    /// No linked or registered crate reads the wire format, or the body is not one of its requests.
    pub fn import(&self, api_format: &str, body: impl AsRef<[u8]>) -> Result<CompletionRequest, ApiError> {
        read(self.registrations().copied(), api_format, body.as_ref())
    }

    /// The wire formats whose request bodies can be read.
    pub fn importable(&self) -> BTreeSet<&'static str> {
        self.registrations()
            .flat_map(|registration| registration.imports)
            .map(|import| import.api_format)
            .collect()
    }
}

fn read(
    registrations: impl Iterator<Item = Registration>,
    api_format: &str,
    body: &[u8],
) -> Result<CompletionRequest, ApiError> {
    let mut known = BTreeSet::new();
    for import in registrations.flat_map(|registration| registration.imports) {
        if import.api_format == api_format {
            return (import.read)(body);
        }
        known.insert(import.api_format);
    }
    let known: Vec<&str> = known.into_iter().collect();
    let linked = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    Err(ApiError::configuration(format!(
        "no linked crate reads requests of `{}`; linked: {linked}; is the crate that speaks it linked and named?",
        api_format.escape_debug()
    )))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{ProviderRegistry, Registration, RequestImport};
    use crate::error::{ApiError, ErrorKind};
    use crate::provider::Provider;
    use crate::registry::ProviderSettings;
    use crate::request::CompletionRequest;

    const CATALOG: &str = "[[providers]]\nid = \"acme\"\nname = \"Acme\"\napi_format = \"acme-chat\"\n\
                           base_url = \"https://api.acme.example\"\n";

    fn build(_: ProviderSettings) -> Result<Arc<dyn Provider>, ApiError> {
        Err(ApiError::configuration("it answers nothing"))
    }

    fn read(body: &[u8]) -> Result<CompletionRequest, ApiError> {
        Ok(CompletionRequest::new(String::from_utf8_lossy(body)))
    }

    #[test]
    fn a_body_goes_to_the_crate_that_reads_its_wire_format() {
        const ACME: Registration = Registration::new("acme", "steer-acme", &["acme-chat"], CATALOG, build)
            .importing(&[RequestImport::new("acme-chat", read), RequestImport::new("acme-old", read)]);
        let (registry, _) = ProviderRegistry::new([ACME]).unwrap();
        assert_eq!(registry.import("acme-old", "m").unwrap().model, "m");
        let error = registry.import("other-chat", "secret").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let told = error.to_string();
        assert!(told.contains("`other-chat`") && told.contains("acme-chat, acme-old"), "{told}");
        assert!(!told.contains("secret"), "{told}");
    }
}
