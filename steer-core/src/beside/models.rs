use std::collections::BTreeMap;

use serde::Serialize;

use crate::http::{RetryPolicy, Timeouts};
use crate::json::RawJson;
use crate::model::ProviderId;
use crate::rate_limit::RateLimits;

/// `ModelListRequest` asks a provider which models it has.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ModelListRequest {
    /// Whom.
    pub provider: ProviderId,
    /// The most pages that are asked for. By default 100.
    pub max_pages: usize,
    /// The most models that are listed. By default 10,000.
    pub max_models: usize,
    /// Further HTTP headers. They may not set a credential.
    pub headers: BTreeMap<String, String>,
    /// Time limits of this call, over all of its pages; they win over the client's, field by field.
    pub timeouts: Timeouts,
    /// Whether this call is tried again when it fails; wins over the client's policy.
    pub retry: Option<RetryPolicy>,
}

impl ModelListRequest {
    /// Asks a provider.
    pub fn new(provider: impl Into<ProviderId>) -> Self {
        Self {
            provider: provider.into(),
            max_pages: 100,
            max_models: 10_000,
            headers: BTreeMap::new(),
            timeouts: Timeouts::default(),
            retry: None,
        }
    }

    /// Sets the most pages that are asked for.
    #[must_use]
    pub fn max_pages(mut self, pages: usize) -> Self {
        self.max_pages = pages;
        self
    }

    /// Sets the most models that are listed.
    #[must_use]
    pub fn max_models(mut self, models: usize) -> Self {
        self.max_models = models;
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
}

impl<T: Into<ProviderId>> From<T> for ModelListRequest {
    fn from(provider: T) -> Self {
        Self::new(provider)
    }
}

/// `ModelList` is the models of a vendor, in its order.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ModelList {
    /// The models.
    pub models: Vec<ModelInfo>,
    /// Whether the vendor has no more; false where a limit of the request was reached first.
    pub is_complete: bool,
    /// The vendor's id of the last request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The rate limits that came with the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limits: Option<RateLimits>,
}

/// `ModelPage` is one page of a list.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ModelPage {
    /// The models.
    pub models: Vec<ModelInfo>,
    /// What asks for the next page; `None` on the last.
    pub next: Option<String>,
}

impl ModelPage {
    /// A page, the last one unless it has a next.
    pub fn new(models: Vec<ModelInfo>, next: Option<String>) -> Self {
        Self { models, next }
    }
}

/// `ModelInfo` is what a vendor says of a model. `None` and empty mean that it does not say.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ModelInfo {
    /// The name that requests use.
    pub id: String,
    /// The name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// When it appeared, as the vendor writes it: a date, or seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The most tokens of prompt and answer, or of the prompt where the vendor counts them apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_window_tokens: Option<u64>,
    /// The most tokens of an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<u64>,
    /// The media that it takes, in the vendor's words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub input_modalities: Vec<String>,
    /// The media that it answers with, in the vendor's words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub output_modalities: Vec<String>,
    /// What else it can do, in the vendor's words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub capabilities: Vec<String>,
    /// All that the vendor says of it, as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<RawJson>,
}

impl ModelInfo {
    /// A model of which only the id is known.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }
}
