//! One request over a real socket: what a provider sends, and what it makes of the answer.

use serde_json::Value;
use steer_core::{ApiError, Client, CompletionRequest, CompletionResponse, Registration, RetryPolicy};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// The key that [`Exchange`] gives to providers.
pub const KEY: &str = "sk-exchange";

/// `Exchange` is one request to a server on this machine, and what came of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// What was sent; `None` where the provider refused to send.
    pub sent: Option<Request>,
    /// What the provider made of the answer.
    pub answer: Result<CompletionResponse, ApiError>,
}

impl Exchange {
    /// Sends a request, once, to a server that answers with this status and body; a body that begins with `data:` or with
    /// a comment is an event stream, any other is JSON.
    ///
    /// # Errors
    /// No client can be made of the registration; the text says why.
    pub async fn of(
        registration: Registration,
        request: CompletionRequest,
        status: u16,
        body: &str,
    ) -> Result<Self, String> {
        let catalog = format!("[[providers]]\nid = '{}'\nbase_url = '{{server}}'\n", registration.id);
        Self::configured(registration, &catalog, request, status, body).await
    }

    /// The same, where a catalog of the program's own says where the server is; `{server}` in it is the server's address.
    ///
    /// # Errors
    /// No client can be made of the registration and the catalog; the text says why.
    pub async fn configured(
        registration: Registration,
        catalog: &str,
        request: CompletionRequest,
        status: u16,
        body: &str,
    ) -> Result<Self, String> {
        let server = MockServer::start().await;
        let is_stream = body.starts_with("data:") || body.starts_with(':');
        let kind = if is_stream { "text/event-stream" } else { "application/json" };
        let template = ResponseTemplate::new(status).set_body_raw(body, kind);
        Mock::given(any()).respond_with(template).mount(&server).await;
        let client = Client::builder()
            .only_registered()
            .register(registration)
            .retry(RetryPolicy::once())
            .catalog("own.toml", catalog.replace("{server}", &server.uri()))
            .api_key(registration.id, KEY)
            .build()
            .map_err(|error| error.to_string())?;
        let answer = client.complete(request).await;
        let sent = server.received_requests().await.unwrap_or_default().pop();
        Ok(Self { sent, answer })
    }

    /// The body that was sent, as JSON; `null` where none was.
    pub fn body(&self) -> Value {
        let body = self.sent.as_ref().map(|sent| sent.body.as_slice());
        body.and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default()
    }

    /// The path that was asked, with its query; empty where nothing was sent.
    pub fn target(&self) -> String {
        let url = self.sent.as_ref().map(|sent| &sent.url);
        url.map(|url| [Some(url.path()), url.query()].into_iter().flatten().collect::<Vec<_>>().join("?"))
            .unwrap_or_default()
    }

    /// A header that was sent.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.sent.as_ref()?.headers.get(name)?.to_str().ok()
    }
}
