use std::sync::Arc;

use serde::{Deserialize, Serialize};
use steer_core::auth::oauth::{
    BrowserLogin, CodeGrant, CodeRequest, Exchange, OAuthUrl, PasteLogin, Pkce, RedirectConfig, StatePlace,
};
use steer_core::auth::{
    AuthDirective, AuthPlugin, AuthPluginRegistration, Credential, LoginFlow, LoginMethod, PluginContext,
    Secret,
};
use steer_core::{ApiError, async_trait};

/// `OpenRouterLogin` lets a person give a program a key of their own, in the browser:
/// <https://openrouter.ai/docs/guides/overview/auth/oauth>. The program is not registered with anyone.
///
/// The login ends in an API key, which is used as any other is.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenRouterLogin;

/// What this crate tells of the login.
pub const LOGIN: AuthPluginRegistration =
    AuthPluginRegistration::new(env!("CARGO_PKG_NAME"), "openrouter", || Arc::new(OpenRouterLogin));

const BROWSER: LoginMethod = LoginMethod::new("browser", "in a browser on this machine");
const PASTE: LoginMethod =
    LoginMethod::new("paste", "in a browser on any machine, and pasting what it ends at");

#[async_trait]
impl AuthPlugin for OpenRouterLogin {
    fn name(&self) -> &str {
        "openrouter"
    }

    fn methods(&self, _: &PluginContext) -> Vec<LoginMethod> {
        vec![BROWSER, PASTE]
    }

    async fn start(&self, method: &str, context: &PluginContext) -> Result<Box<dyn LoginFlow>, ApiError> {
        let grant = || Ok::<_, ApiError>(Arc::new(KeyGrant::new(context)?));
        let redirect = RedirectConfig::default();
        match method {
            method if method == BROWSER.id => Ok(Box::new(BrowserLogin::begin(grant()?, &redirect).await?)),
            method if method == PASTE.id => Ok(Box::new(PasteLogin::begin(grant()?, &redirect)?)),
            method => Err(ApiError::configuration(format!(
                "there is no login `{}` here; there are: browser, paste",
                method.escape_debug()
            ))),
        }
    }

    /// None: the key that the login ends in lies in the store as a key, and is found there.
    fn directive(&self, _: &PluginContext) -> Result<Option<AuthDirective>, ApiError> {
        Ok(None)
    }
}

/// The exchange of a code for a key.
#[derive(Debug)]
struct KeyGrant {
    page: OAuthUrl,
    keys: OAuthUrl,
    exchange: Exchange,
}

#[derive(Serialize)]
struct Ask<'a> {
    code: &'a str,
    code_verifier: &'a str,
    code_challenge_method: &'static str,
}

#[derive(Deserialize)]
struct Answer {
    key: String,
}

impl KeyGrant {
    /// The page of the same host that the requests go to: whoever gives the keys is who takes them.
    fn new(context: &PluginContext) -> Result<Self, ApiError> {
        let base = context.config.base_url.trim_end_matches('/');
        let host = base.find("://").and_then(|at| at.checked_add(3)).and_then(|start| {
            let end = base.get(start..)?.find('/').and_then(|end| end.checked_add(start));
            base.get(..end.unwrap_or(base.len()))
        });
        let host = host.ok_or_else(|| ApiError::configuration("the provider's base URL is none"))?;
        Ok(Self {
            page: OAuthUrl::parse(&format!("{host}/auth"))?,
            keys: OAuthUrl::parse(&format!("{base}/auth/keys"))?,
            exchange: Exchange::new(Arc::clone(&context.transport)),
        })
    }
}

#[async_trait]
impl CodeGrant for KeyGrant {
    fn address(&self, request: &CodeRequest) -> Result<String, ApiError> {
        Ok(self.page.with_query([
            ("callback_url", request.redirect_uri.as_str()),
            ("code_challenge", request.pkce.challenge.as_str()),
            ("code_challenge_method", Pkce::METHOD),
        ]))
    }

    async fn redeem(&self, request: &CodeRequest, code: &Secret) -> Result<Credential, ApiError> {
        let ask = Ask {
            code: code.expose(),
            code_verifier: request.pkce.verifier.expose(),
            code_challenge_method: Pkce::METHOD,
        };
        let body = serde_json::to_string(&ask)
            .map_err(|_| ApiError::configuration("the login's code cannot be written as JSON"))?;
        let answer = self.exchange.post_json(&self.keys, body).await?;
        if let Some(error) = answer.refusal("the login's code") {
            return Err(error);
        }
        // What the parser says of a text may repeat a piece of it.
        let Answer { key } = serde_json::from_slice(answer.body())
            .map_err(|_| ApiError::parsing("the answer to the login holds no key"))?;
        Credential::api_key(key)
    }

    /// The page gives back nothing but the code, and the address as it was told.
    fn state_place(&self) -> StatePlace {
        StatePlace::Path
    }
}
