use std::pin::pin;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};

use super::answer::Answer;
use super::joined::Joined;
use super::{BaseUrl, USER_AGENT, attempt, authorization};
use crate::beside::{Embeddings, ModelListing, TokenCounting};
use crate::catalog::CREDENTIALS;
use crate::error::{ApiError, ErrorKind};
use crate::model::ProviderId;
use crate::protocol::{Call, Delivery, Outgoing, Protocol};
use crate::provider::Provider;
use crate::registry::ProviderSettings;
use crate::request::CompletionRequest;
use crate::response::CompletionResponse;
use crate::stream::{CompletionStream, ResponseHead, collect};

/// `HttpProvider` makes a provider of a [`Protocol`]: it sends, waits, reads and gives up; the protocol translates.
#[derive(Debug)]
pub struct HttpProvider<P> {
    pub(super) id: ProviderId,
    pub(super) protocol: Arc<P>,
    pub(super) api: Arc<str>,
    pub(super) settings: ProviderSettings,
    /// What the credential puts into the headers, marked so that no log prints it.
    authorization: HeaderMap,
    base: BaseUrl,
    joined: Joined,
}

impl<P: Protocol> HttpProvider<P> {
    /// Makes a provider.
    ///
    /// # Errors
    /// The base address is not one that a credential may go to, or the credential cannot stand in a header.
    pub fn new(protocol: P, mut settings: ProviderSettings) -> Result<Self, ApiError> {
        let id = settings.config.id.clone();
        settings.config.check_trust()?;
        let base = BaseUrl::parse(&settings.config.base_url, settings.allow_http)
            .map_err(|error| error.with_provider(&id))?
            .with_query(settings.config.query.iter());
        let authorization = authorization::authorization(&protocol, &settings).map_err(|error| {
            let error = error.with_provider(&id);
            match &settings.credential {
                Some(credential) => error.without(credential.secret().expose()),
                None => error,
            }
        })?;
        let configured = authorization::configured(&settings).map_err(|error| error.with_provider(&id))?;
        // What the program sets comes last and wins.
        settings.headers.splice(0..0, configured);
        let (api, protocol) = (protocol.api().into(), Arc::new(protocol));
        Ok(Self { id, protocol, api, settings, authorization, base, joined: Joined::default() })
    }

    /// Writes a request.
    pub(super) fn request<'a>(
        &self,
        outgoing: Outgoing,
        delivery: Delivery,
        extra: impl IntoIterator<Item = (&'a String, &'a String)>,
    ) -> Result<Request<Bytes>, ApiError> {
        if outgoing.method == Method::POST {
            self.base.check_doubled(&outgoing.path)?;
        }
        let mut request = Request::new(outgoing.body);
        *request.method_mut() = outgoing.method;
        *request.uri_mut() = self.joined.get(&self.base, &outgoing.path, &outgoing.query)?;
        *request.headers_mut() = outgoing.headers;
        let headers = request.headers_mut();
        let mut usual = |name, value| {
            headers.entry(name).or_insert(value);
        };
        usual(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
        usual(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        usual(
            header::ACCEPT,
            HeaderValue::from_static(match delivery {
                Delivery::Stream => "text/event-stream",
                Delivery::Whole => "application/json",
            }),
        );
        if delivery == Delivery::Stream {
            usual(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        // A compressed stream arrives in bursts, and sizes are limited as they are decoded.
        usual(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        for (name, value) in &self.settings.headers {
            headers.insert(name.clone(), value.clone());
        }
        for (name, value) in extra {
            let (name, value) = extra_header(name, value)?;
            headers.insert(name, value);
        }
        for (name, value) in &self.authorization {
            headers.insert(name.clone(), value.clone());
        }
        Ok(request)
    }

    /// The headers that a request asks for: those for every provider, then those for this one.
    pub(super) fn extra_headers<'a>(
        &'a self,
        request: &'a CompletionRequest,
    ) -> impl Iterator<Item = (&'a String, &'a String)> {
        let own = &request.provider_headers;
        let own = [own.get(self.protocol.api()), own.get(self.id.as_str())].into_iter().flatten();
        [&request.headers].into_iter().chain(own).flatten()
    }

    async fn send(&self, call: Call) -> Result<(ResponseHead, Answer<P>), ApiError> {
        self.attempt(call).await.map_err(|error| self.scrubbed(error).with_provider(&self.id))
    }

    async fn attempt(&self, call: Call) -> Result<(ResponseHead, Answer<P>), ApiError> {
        let mut outgoing = self.protocol.encode(&call, call.request.delivery)?;
        let warnings = std::mem::take(&mut outgoing.warnings);
        let request = self.request(outgoing, call.request.delivery, self.extra_headers(&call.request))?;
        attempt::send(self, call, request, warnings).await
    }
}

#[async_trait]
impl<P: Protocol> Provider for HttpProvider<P> {
    fn name(&self) -> &str {
        self.id.as_str()
    }

    async fn stream_complete(&self, call: Call) -> Result<CompletionStream, ApiError> {
        let (head, answer) = self.send(call).await?;
        Ok(CompletionStream::new(head, answer))
    }

    async fn complete(&self, call: Call) -> Result<CompletionResponse, ApiError> {
        let (head, answer) = self.send(call).await?;
        collect(head, pin!(answer)).await
    }

    fn preview(&self, call: &Call) -> Result<Option<Request<Bytes>>, ApiError> {
        let write = || {
            let outgoing = self.protocol.encode(call, call.request.delivery)?;
            self.request(outgoing, call.request.delivery, self.extra_headers(&call.request))
        };
        write().map(Some).map_err(|error: ApiError| error.with_provider(&self.id))
    }

    fn token_counting(&self) -> Option<&dyn TokenCounting> {
        self.protocol.count_wire().map(|_| self as _)
    }

    fn embeddings(&self) -> Option<&dyn Embeddings> {
        self.protocol.embed_wire().map(|_| self as _)
    }

    fn model_listing(&self) -> Option<&dyn ModelListing> {
        self.protocol.models_wire().map(|_| self as _)
    }
}

impl<P> HttpProvider<P> {
    /// The error without the credential, which some servers repeat in what they say of it.
    pub(super) fn scrubbed(&self, error: ApiError) -> ApiError {
        match &self.settings.credential {
            Some(credential) => error.without(credential.secret().expose()),
            None => error,
        }
    }
}

fn extra_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), ApiError> {
    let wrong = |why: &str| {
        ApiError::new(ErrorKind::InvalidRequest, format!("the header `{}` {why}", name.escape_debug()))
    };
    let parsed: HeaderName = name.parse().map_err(|_| wrong("is no header name"))?;
    if CREDENTIALS.contains(&parsed.as_str()) {
        return Err(wrong("carries a credential; give it to the client instead of the request"));
    }
    let value =
        HeaderValue::from_str(value).map_err(|_| wrong("has a value that cannot stand in a header"))?;
    Ok((parsed, value))
}
