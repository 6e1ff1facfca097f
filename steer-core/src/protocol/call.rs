use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::http::RetryPolicy;
use crate::model::{ModelConfig, ModelParameters};
use crate::request::CompletionRequest;

/// `Call` is what a provider needs for one call beside its credential. Cheap to clone.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Call {
    /// What is asked.
    pub request: Arc<CompletionRequest>,
    /// Whom.
    pub model: Arc<ModelConfig>,
    /// The effective settings: the model's, overlaid with the request's.
    pub parameters: ModelParameters,
    /// Ends the call at whatever it waits for.
    pub cancel: Option<CancellationToken>,
    /// The most time the whole call may take, from its start.
    pub total: Option<Duration>,
    /// Whether it is tried again when it fails; by default it is not, and a client says otherwise.
    pub retry: RetryPolicy,
}

impl Call {
    /// Makes a call of a request and the model it goes to.
    pub fn new(request: impl Into<Arc<CompletionRequest>>, model: impl Into<Arc<ModelConfig>>) -> Self {
        let (request, model) = (request.into(), model.into());
        let parameters = model.parameters.effective_parameters(&request.parameters);
        Self { request, model, parameters, cancel: None, total: None, retry: RetryPolicy::once() }
    }
}

/// `Delivery` is how an answer comes: as a stream, or as one body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Delivery {
    /// A stream of events; also what a collected answer is made of.
    #[default]
    Stream,
    /// One JSON body, for what cannot or should not stream.
    Whole,
}
