use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::http::{RetryPolicy, Timeouts};
use crate::json::RawJson;
use crate::rate_limit::RateLimits;
use crate::redact::redacted_debug;
use crate::request::FeaturePolicy;
use crate::response::Warning;
use crate::usage::TokenUsage;

/// `EmbeddingRequest` asks for the vectors of texts: plain data, without credentials.
///
/// ```
/// use steer_core::EmbeddingRequest;
///
/// let request = EmbeddingRequest::new("openai/text-embedding-3-small").input("one").input("two").dimensions(256);
/// # assert_eq!(request.inputs.len(), 2);
/// ```
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct EmbeddingRequest {
    /// The model: `provider/name`, `provider/alias` or an alias.
    pub model: String,
    /// The texts; each gets a vector.
    pub inputs: Vec<String>,
    /// How long the vectors are; by default the model's own length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<u32>,
    /// What the vectors are for, in the vendor's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// How the vectors come; by default as the vendor likes. They are decoded either way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<EmbeddingEncoding>,
    /// An opaque id of the end user, for the vendor's abuse detection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Members to merge into the request body of a provider, by the provider's id or the wire format's name. They win
    /// over what is there; `null` removes a member.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub provider_options: BTreeMap<String, Map<String, Value>>,
    /// Further HTTP headers. They may not set a credential.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// What happens to what the target cannot take.
    pub policy: FeaturePolicy,
    /// Time limits of this call; they win over the client's, field by field.
    pub timeouts: Timeouts,
    /// Whether this call is tried again when it fails; wins over the client's policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryPolicy>,
}

redacted_debug!(EmbeddingRequest { model, dimensions, task, encoding, policy, timeouts; inputs, user, provider_options, headers });

impl EmbeddingRequest {
    /// Asks a model: `provider/name`, `provider/alias` or an alias.
    pub fn new(model: impl Into<String>) -> Self {
        Self { model: model.into(), ..Self::default() }
    }

    /// Adds a text.
    #[must_use]
    pub fn input(mut self, text: impl Into<String>) -> Self {
        self.inputs.push(text.into());
        self
    }

    /// Adds texts.
    #[must_use]
    pub fn inputs<T: Into<String>>(mut self, texts: impl IntoIterator<Item = T>) -> Self {
        self.inputs.extend(texts.into_iter().map(Into::into));
        self
    }

    /// Sets how long the vectors are.
    #[must_use]
    pub fn dimensions(mut self, dimensions: u32) -> Self {
        self.dimensions = Some(dimensions);
        self
    }

    /// Says what the vectors are for, in the vendor's word.
    #[must_use]
    pub fn task(mut self, task: impl Into<String>) -> Self {
        self.task = Some(task.into());
        self
    }

    /// Says how the vectors come.
    #[must_use]
    pub fn encoding(mut self, encoding: EmbeddingEncoding) -> Self {
        self.encoding = Some(encoding);
        self
    }

    /// Says what happens to what the target cannot take.
    #[must_use]
    pub fn policy(mut self, policy: FeaturePolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the time limits of this call.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Adds an HTTP header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    /// Adds members to the request body of a provider.
    #[must_use]
    pub fn provider_options(mut self, provider: impl Into<String>, members: Map<String, Value>) -> Self {
        self.provider_options.insert(provider.into(), members);
        self
    }
}

/// `EmbeddingEncoding` is how vectors come over the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EmbeddingEncoding {
    /// As JSON numbers.
    Float,
    /// As little-endian 32-bit floats in base64: a quarter of the bytes.
    Base64,
}

/// `EmbeddingResponse` is the vectors of a request, in the order of its inputs.
#[derive(Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EmbeddingResponse {
    /// One vector for each input.
    pub vectors: Vec<Vec<f32>>,
    /// The model that embedded, in the vendor's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The vendor's id of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_id: Option<String>,
    /// What it cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<TokenUsage>,
    /// What was left out or changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// The vendor's id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The rate limits that came with the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limits: Option<RateLimits>,
    /// What the vendor said beside the vectors, its unknown members among it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<RawJson>,
    /// The vendor's answer, as it came.
    #[serde(skip)]
    pub raw: Option<RawJson>,
}

impl fmt::Debug for EmbeddingResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A text can be guessed from its vector.
        f.debug_struct("EmbeddingResponse")
            .field("vectors", &self.vectors.len())
            .field("model", &self.model)
            .field("usage", &self.usage)
            .field("warnings", &self.warnings)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

impl EmbeddingResponse {
    /// Takes vectors, one for each of so many inputs.
    ///
    /// # Errors
    /// There are more or fewer of them, so that none could be told to belong to its text, or one holds what is no
    /// finite number.
    pub fn new(vectors: Vec<Vec<f32>>, inputs: usize) -> Result<Self, ApiError> {
        if vectors.len() != inputs {
            return Err(ApiError::parsing(format!("{} vectors came for {inputs} inputs", vectors.len())));
        }
        if vectors.iter().flatten().any(|value| !value.is_finite()) {
            return Err(ApiError::parsing("a vector holds a number that 32 bits cannot hold"));
        }
        Ok(Self { vectors, ..Self::default() })
    }
}
