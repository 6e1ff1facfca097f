use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};

use super::joined::Joined;
use super::secrets::Secrets;
use super::{BaseUrl, USER_AGENT, authorization};
use crate::catalog::CREDENTIALS;
use crate::error::{ApiError, ErrorKind};
use crate::model::ProviderId;
use crate::protocol::{Call, Delivery, Outgoing, Protocol};
use crate::registry::ProviderSettings;
use crate::request::CompletionRequest;
use crate::response::Warning;

/// `Endpoint` is where a provider's requests go, and how they are written.
#[derive(Debug)]
pub(super) struct Endpoint<P> {
    pub(super) id: ProviderId,
    pub(super) protocol: Arc<P>,
    pub(super) api: Arc<str>,
    pub(super) settings: ProviderSettings,
    /// What the credential puts into the headers, marked so that no log prints it.
    authorization: HeaderMap,
    base: BaseUrl,
    joined: Joined,
}

impl<P: Protocol> Endpoint<P> {
    /// Fails where the base address is not one that a credential may go to, or the credential cannot stand in a header.
    pub(super) fn new(protocol: P, mut settings: ProviderSettings) -> Result<Self, ApiError> {
        let id = settings.config.id.clone();
        settings.config.check_trust()?;
        let own = settings.directive.as_ref().and_then(|directive| directive.base_url.as_ref());
        let base = BaseUrl::parse(own.unwrap_or(&settings.config.base_url), settings.allow_http)
            .map_err(|error| error.with_provider(&id))?
            .with_query(settings.config.query.iter());
        let secrets = Secrets::of(settings.credential.as_ref(), None);
        let authorization = authorization::authorization(&protocol, &settings)
            .map_err(|error| secrets.scrub(error).with_provider(&id))?;
        let configured = authorization::configured(&settings).map_err(|error| error.with_provider(&id))?;
        // What the program sets comes last and wins.
        settings.headers.splice(0..0, configured);
        let (api, protocol) = (protocol.api().into(), Arc::new(protocol));
        Ok(Self { id, protocol, api, settings, authorization, base, joined: Joined::default() })
    }

    /// Writes a completion's request; the warnings say what could not be written as asked.
    pub(super) fn written(&self, call: &Call) -> Result<(Request<Bytes>, Vec<Warning>), ApiError> {
        let delivery = call.request.delivery;
        let mut outgoing = self.protocol.encode(call, delivery)?;
        let warnings = std::mem::take(&mut outgoing.warnings);
        Ok((self.request(outgoing, delivery, self.extra_headers(&call.request))?, warnings))
    }

    /// Writes a request.
    pub(super) fn request<'a>(
        &self,
        mut outgoing: Outgoing,
        delivery: Delivery,
        extra: impl IntoIterator<Item = (&'a String, &'a String)>,
    ) -> Result<Request<Bytes>, ApiError> {
        if outgoing.method == Method::POST {
            self.base.check_doubled(&outgoing.path)?;
        }
        if let Some(directive) = &self.settings.directive {
            outgoing.query.extend_from_slice(&directive.query);
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
}

impl<P> Endpoint<P> {
    /// The error without the credential, which some servers repeat in what they say of it.
    pub(super) fn scrubbed(&self, error: ApiError) -> ApiError {
        Secrets::of(self.settings.credential.as_ref(), None).scrub(error)
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
