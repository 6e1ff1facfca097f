use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use steer::auth::{
    Authorization, Authorizer, Credential, CredentialKind, CredentialStore, Environment, LoginFlow,
    LoginMethod, MemoryStore, OAuthToken, OnRefusal, PluginContext,
};
use steer::bytes::Bytes;
use steer::http_types::{HeaderMap, HeaderValue, StatusCode, header};
use steer::protocol::Call;
use steer::{
    ApiError, AuthDirective, AuthPlugin, Client, ClientBuilder, CompletionRequest, CompletionResponse,
    CompletionStream, ErrorKind, ModelConfig, Provider, async_trait,
};
use steer_testkit::transport::{Response, ScriptedTransport, SentRequest};

/// A vendor that exists in a catalog alone.
pub(crate) const CATALOG: &str = r#"
[[providers]]
id = "acme"
name = "Acme"
api_format = "openai-chat"
base_url = "https://acme.example/v1"
env = ["ACME_KEY"]

[[models]]
provider = "acme"
id = "large"
"#;

const HI: &str = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\n\
     data: [DONE]\n\n";

pub(crate) fn builder(transport: &ScriptedTransport) -> ClientBuilder {
    Client::builder()
        .catalog("test", CATALOG)
        .environment(Environment::of::<String, String>([]))
        .transport(Arc::new(transport.clone()))
}

pub(crate) fn with_key(transport: &ScriptedTransport, key: &str) -> ClientBuilder {
    builder(transport).environment(Environment::of([("ACME_KEY", key)]))
}

pub(crate) fn request() -> CompletionRequest {
    CompletionRequest::new("acme/large").user("Hello")
}

pub(crate) fn hi() -> Response {
    Response::sse(HI)
}

pub(crate) fn refused(status: u16, message: &str) -> Response {
    let body = format!("{{\"error\":{{\"message\":\"{message}\"}}}}");
    Response::json(StatusCode::from_u16(status).unwrap(), Bytes::from(body))
}

/// A vendor that knows these bearer tokens.
pub(crate) fn vendor(known: &'static [&'static str]) -> ScriptedTransport {
    ScriptedTransport::handler(move |sent| match known.contains(&bearer(sent)) {
        true => hi(),
        false => refused(401, "who are you?"),
    })
}

pub(crate) fn bearer(sent: &SentRequest) -> &str {
    sent.header("authorization").and_then(|value| value.strip_prefix("Bearer ")).unwrap_or("")
}

/// The bearer tokens that were sent, in order.
pub(crate) fn bearers(transport: &ScriptedTransport) -> Vec<String> {
    transport.requests().iter().map(|sent| bearer(sent).to_owned()).collect()
}

pub(crate) fn store_with_login(token: &str) -> Arc<MemoryStore> {
    let store = Arc::new(MemoryStore::new());
    store.set(&"acme".into(), &Credential::OAuth2(OAuthToken::new(token))).unwrap();
    store
}

/// A plugin whose logins are the stored access tokens; renewing one adds `+`, unless it fails.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plugin {
    pub(crate) on_refusal: Option<OnRefusal>,
    pub(crate) base_url: Option<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) renewal_fails: Option<ErrorKind>,
    pub(crate) only_model: Option<&'static str>,
    /// The variable whose value goes into the address.
    pub(crate) variable: Option<&'static str>,
    pub(crate) only_format: Option<&'static str>,
    pub(crate) renewals: Arc<AtomicUsize>,
}

#[async_trait]
impl AuthPlugin for Plugin {
    fn name(&self) -> &str {
        "acme-login"
    }

    fn methods(&self, _: &PluginContext) -> Vec<LoginMethod> {
        Vec::new()
    }

    async fn start(&self, method: &str, _: &PluginContext) -> Result<Box<dyn LoginFlow>, ApiError> {
        Err(ApiError::configuration(format!("there is no method {method}")))
    }

    fn directive(&self, context: &PluginContext) -> Result<Option<AuthDirective>, ApiError> {
        let format = &context.config.api_format;
        let stored = context.store.get(&context.config.id, CredentialKind::OAuth2)?;
        if stored.is_none() || self.only_format.is_some_and(|only| only != format) {
            return Ok(None);
        }
        let tokens = Tokens { plugin: self.clone(), context: context.clone() };
        let mut directive = AuthDirective::new(Arc::new(tokens));
        directive.on_refusal = self.on_refusal.unwrap_or(OnRefusal::RenewOnce);
        directive.base_url.clone_from(&self.base_url);
        directive.query.clone_from(&self.query);
        if let Some(value) = self.variable.and_then(|name| context.environment.get(name)) {
            directive.query.push(("from-environment".to_owned(), value));
        }
        Ok(Some(directive))
    }

    fn may_use(&self, model: &ModelConfig) -> bool {
        self.only_model.is_none_or(|only| &*model.id.name == only)
    }
}

#[derive(Debug)]
struct Tokens {
    plugin: Plugin,
    context: PluginContext,
}

impl Tokens {
    fn token(&self) -> Result<OAuthToken, ApiError> {
        match self.context.store.get(&self.context.config.id, CredentialKind::OAuth2)? {
            Some(Credential::OAuth2(token)) => Ok(token),
            _ => Err(ApiError::new(ErrorKind::AuthenticationFailed, "nobody is logged in")),
        }
    }
}

#[async_trait]
impl Authorizer for Tokens {
    async fn authorization(&self) -> Result<Authorization, ApiError> {
        let access = self.token()?.access;
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_str(&format!("Bearer {}", access.expose())).unwrap();
        headers.insert(header::AUTHORIZATION, value);
        Ok(Authorization::new(headers, vec![access]))
    }

    async fn renew(&self, _: &Authorization) -> Result<(), ApiError> {
        self.plugin.renewals.fetch_add(1, Ordering::SeqCst);
        if let Some(kind) = self.plugin.renewal_fails {
            return Err(ApiError::new(kind, "the token server says no"));
        }
        let renewed = OAuthToken::new(format!("{}+", self.token()?.access.expose()));
        self.context.store.set(&self.context.config.id, &Credential::OAuth2(renewed))
    }
}

/// A provider that answers with a function, given the number of the call and the call.
pub(crate) struct Scripted {
    calls: AtomicUsize,
    answer: Box<Answer>,
}

type Answer = dyn Fn(usize, &Call) -> Result<&'static str, ApiError> + Send + Sync;

impl Scripted {
    pub(crate) fn new(
        answer: impl Fn(usize) -> Result<&'static str, ApiError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Self::reading(move |number, _| answer(number))
    }

    pub(crate) fn reading(
        answer: impl Fn(usize, &Call) -> Result<&'static str, ApiError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { calls: AtomicUsize::new(0), answer: Box::new(answer) })
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scripted")
    }
}

#[async_trait]
impl Provider for Scripted {
    fn name(&self) -> &str {
        "acme"
    }

    async fn stream_complete(&self, call: Call) -> Result<CompletionStream, ApiError> {
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        let text = (self.answer)(number, &call)?;
        let mut response = CompletionResponse::default();
        response.content = vec![steer::Part::text(text)];
        Ok(CompletionStream::once(response))
    }
}
