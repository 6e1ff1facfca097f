use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// `ProviderId` names a provider as the registry and the catalogs know it, such as `anthropic`.
///
/// Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProviderId(Arc<str>);

impl ProviderId {
    /// Takes an id; it is compared byte for byte.
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl From<&str> for ProviderId {
    fn from(id: &str) -> Self {
        Self::new(id)
    }
}

/// `ModelId` names a model of a provider; it displays as `provider/name`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ModelId {
    /// The provider that serves the model.
    pub provider: ProviderId,
    /// The vendor's own name of the model, as it goes on the wire. It may contain slashes.
    pub name: Arc<str>,
}

impl ModelId {
    /// Names a model of a provider.
    pub fn new(provider: impl Into<ProviderId>, name: impl Into<Arc<str>>) -> Self {
        Self { provider: provider.into(), name: name.into() }
    }
}

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.provider, self.name)
    }
}

/// `Origin` says which answer a part came from.
///
/// Signatures, encrypted reasoning and opaque items are replayed to the same origin and to no other. Cheap to clone until
/// the answer has told its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Origin {
    /// The provider that answered; empty where only the wire format is known, as after an import of a request body.
    pub provider: ProviderId,
    /// The wire format it answered in, such as `anthropic-messages`.
    pub api: Arc<str>,
    /// The model that the answer names, or the one that was asked where it names none.
    pub model: Arc<str>,
    /// The vendor's id of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_id: Option<String>,
}

impl Origin {
    /// Describes where an answer comes from.
    pub fn new(provider: ProviderId, api: impl Into<Arc<str>>, model: impl Into<Arc<str>>) -> Self {
        Self { provider, api: api.into(), model: model.into(), response_id: None }
    }

    /// Describes where a request body was read from: nothing but the wire format and the model is known of it.
    pub fn imported(api: impl Into<Arc<str>>, model: impl Into<Arc<str>>) -> Self {
        Self::new(ProviderId::new(""), api, model)
    }
}
