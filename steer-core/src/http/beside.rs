use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::clock::Clock;
use super::sending::Sending;
use super::{HttpProvider, RetryPolicy, Timeouts, attempt};
use crate::beside::{
    EmbeddingCall, EmbeddingResponse, Embeddings, ModelList, ModelListCall, ModelListing, TokenCount,
    TokenCounting,
};
use crate::error::{ApiError, ErrorKind, Failure};
use crate::json::RawJson;
use crate::model::{ModelConfig, ModelId};
use crate::protocol::{Call, Delivery, Outgoing, Protocol};
use crate::provider::not_offered;
use crate::response::WarningKind;

#[async_trait]
impl<P: Protocol> TokenCounting for HttpProvider<P> {
    async fn count_tokens(&self, call: Call) -> Result<TokenCount, ApiError> {
        let wire =
            self.0.protocol.count_wire().ok_or_else(|| not_offered(self.0.id.as_str(), "token counting"))?;
        let mut outgoing = self.told(wire.encode(&call))?;
        let warnings = std::mem::take(&mut outgoing.warnings);
        let clock = Clock::of(&call, self.0.settings.timeouts);
        let headers = self.0.extra_headers(&call.request);
        let (head, body) = self.whole(outgoing, headers, &clock, call.retry, Some(&call.model.id)).await?;
        let mut count = self.told(read(&body, |body| wire.read(body)))?;
        // What was adjusted is counted as it would be sent.
        count.is_estimate |= warnings.iter().any(|warning| warning.kind == WarningKind::Unsupported);
        count.warnings.splice(0..0, warnings);
        count.request_id = self.0.protocol.request_id(&head.headers);
        count.rate_limits = self.0.protocol.rate_limits(&head.headers);
        Ok(count)
    }
}

#[async_trait]
impl<P: Protocol> Embeddings for HttpProvider<P> {
    async fn embed(&self, call: &EmbeddingCall, model: &ModelConfig) -> Result<EmbeddingResponse, ApiError> {
        let request = &call.request;
        let wire =
            self.0.protocol.embed_wire().ok_or_else(|| not_offered(self.0.id.as_str(), "embeddings"))?;
        if request.inputs.is_empty() {
            let error = ApiError::new(ErrorKind::InvalidRequest, "there is nothing to embed; give an input");
            return self.told(Err(error));
        }
        let mut outgoing = self.told(wire.encode(request, model))?;
        let warnings = std::mem::take(&mut outgoing.warnings);
        let clock = self.clock(request.timeouts, call.cancel.as_ref());
        let retry = request.retry.unwrap_or(self.0.settings.retry);
        let (head, body) = self.whole(outgoing, &request.headers, &clock, retry, Some(&model.id)).await?;
        let mut response = self.told(read(&body, |body| wire.read(request, body)))?;
        response.warnings.splice(0..0, warnings);
        response.raw = String::from_utf8(body).ok().and_then(|text| RawJson::new(text).ok());
        response.request_id = self.0.protocol.request_id(&head.headers);
        response.rate_limits = self.0.protocol.rate_limits(&head.headers);
        Ok(response)
    }
}

#[async_trait]
impl<P: Protocol> ModelListing for HttpProvider<P> {
    async fn list_models(&self, call: &ModelListCall) -> Result<ModelList, ApiError> {
        let request = &call.request;
        let wire = self
            .0
            .protocol
            .models_wire()
            .ok_or_else(|| not_offered(self.0.id.as_str(), "a list of models"))?;
        let (mut list, mut next) = (ModelList::default(), None);
        let mut asked = BTreeSet::new();
        let retry = request.retry.unwrap_or(self.0.settings.retry);
        let clock = self.clock(request.timeouts, call.cancel.as_ref());
        for _ in 0..request.max_pages {
            let outgoing = wire.encode(next.as_deref());
            let (head, body) = self.whole(outgoing, &request.headers, &clock, retry, None).await?;
            let page = self.told(read(&body, |body| wire.read(body)))?;
            list.request_id = self.0.protocol.request_id(&head.headers);
            list.rate_limits = self.0.protocol.rate_limits(&head.headers);
            let room = request.max_models.saturating_sub(list.models.len());
            let came = page.models.len();
            list.models.extend(page.models.into_iter().take(room));
            let Some(following) = page.next else {
                list.is_complete = came <= room;
                break;
            };
            if came >= room {
                break;
            }
            // A server that names the same page again would be asked for ever.
            if !asked.insert(following.clone()) {
                return self.told(Err(ApiError::parsing("the list of models names a page a second time")));
            }
            next = Some(following);
        }
        Ok(list)
    }
}

impl<P: Protocol> HttpProvider<P> {
    /// Sends a request, and reads its whole answer.
    async fn whole<'a>(
        &self,
        outgoing: Outgoing,
        headers: impl IntoIterator<Item = (&'a String, &'a String)>,
        clock: &Clock,
        retry: RetryPolicy,
        model: Option<&ModelId>,
    ) -> Result<(http::response::Parts, Vec<u8>), ApiError> {
        let request = self.told(self.0.request(outgoing, Delivery::Whole, headers))?;
        let sending = Sending::new(Arc::clone(&self.0), clock.clone(), retry, None);
        self.told(attempt::whole(sending, request, model).await)
    }

    fn clock(&self, own: Timeouts, cancel: Option<&CancellationToken>) -> Clock {
        Clock::start(own.or(self.0.settings.timeouts), cancel.cloned())
    }

    /// The result, its error without the credential and with the provider's name.
    pub(super) fn told<T>(&self, result: Result<T, ApiError>) -> Result<T, ApiError> {
        result.map_err(|error| self.0.scrubbed(error).with_provider(&self.0.id))
    }
}

/// Reads an answer; some servers report a failure with the status of a success.
fn read<T>(body: &[u8], wire: impl FnOnce(&str) -> Result<T, ApiError>) -> Result<T, ApiError> {
    let text = std::str::from_utf8(body)
        .map_err(|error| ApiError::parsing("the answer is not UTF-8").with_source(error))?;
    wire(text).map_err(|error| {
        let failure = Failure::from_body(text).filter(|failure| !failure.message.is_empty());
        failure.map_or(error, ApiError::from)
    })
}
