use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use super::form::zeroed;
use super::refusal::Refusal;
use super::{
    ClientAuthentication, CodeGrant, CodeRequest, Exchange, ExchangeAnswer, OAuthConfig, OAuthUrl, Pkce,
    answer,
};
use crate::auth::{Credential, Environment, OAuthToken, Secret};
use crate::error::{ApiError, ErrorKind};
use crate::http::Transport;

/// What the address for the browser says by itself, and no table may say otherwise.
const OWN: [&str; 10] = [
    "audience",
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "redirect_uri",
    "request",
    "resource",
    "response_type",
    "scope",
    "state",
];

/// `OAuthClient` asks one authorization server, as its table says.
#[derive(Clone, Debug)]
pub(super) struct OAuthClient {
    pub(super) config: OAuthConfig,
    client_id: String,
    token_url: OAuthUrl,
    secret: Option<Secret>,
    exchange: Exchange,
}

/// Why a token was not renewed.
#[derive(Debug)]
pub(super) enum Unrenewed {
    /// The login has ended; asking again does not help.
    Ended(ApiError),
    /// It may succeed a little later, or once the program is set up right.
    NotNow(ApiError),
}

impl OAuthClient {
    /// # Errors
    /// The table leaves out what every login needs, or contradicts itself.
    pub(super) fn new(
        config: &OAuthConfig,
        environment: &Environment,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ApiError> {
        let missing = |key: &str| {
            ApiError::configuration(format!("the catalog's table `oauth` has no `{key}`; add it to log in"))
        };
        let client_id = config.client_id.clone().filter(|id| !id.trim().is_empty());
        let own = config.authorize_parameters.keys().find(|name| OWN.contains(&name.as_str()));
        if let Some(name) = own {
            return Err(ApiError::configuration(format!(
                "`authorize_parameters` of the catalog's table `oauth` cannot say `{name}`, which each login says itself"
            )));
        }
        let secret = config.client_secret_env.as_ref().map(|name| {
            environment.get(name).map(Secret::new).ok_or_else(|| {
                ApiError::configuration(format!(
                    "the environment variable {name}, which the catalog names for the client's secret, is not set"
                ))
            })
        });
        Ok(Self {
            client_id: client_id.ok_or_else(|| missing("client_id"))?,
            token_url: config.token_url.clone().ok_or_else(|| missing("token_url"))?,
            secret: secret.transpose()?,
            exchange: Exchange::new(transport),
            config: config.clone(),
        })
    }

    /// Gets the next token for one that has a refresh token: <https://www.rfc-editor.org/rfc/rfc6749#section-6>.
    pub(super) async fn refresh(
        &self,
        token: &OAuthToken,
        refresh: &Secret,
    ) -> Result<OAuthToken, Unrenewed> {
        let now = SystemTime::now();
        let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", refresh.expose())];
        fields.extend(self.resource());
        let clean = |error: ApiError| error.without(refresh.expose());
        let answer = self.ask(&self.token_url, fields).await.map_err(Unrenewed::NotNow)?;
        if let Some(refusal) = Refusal::of(&answer) {
            let ended = refusal.is_final();
            let error = clean(refusal.into_error("to renew the login"));
            return Err(if ended { Unrenewed::Ended(error) } else { Unrenewed::NotNow(error) });
        }
        answer::token(answer.body(), now, Some(token)).map_err(Unrenewed::NotNow)
    }

    /// Gives a login back: <https://www.rfc-editor.org/rfc/rfc7009>.
    ///
    /// # Errors
    /// The server could not be told.
    pub(super) async fn revoke(&self, url: &OAuthUrl, token: &OAuthToken) -> Result<(), ApiError> {
        let tokens = [("refresh_token", token.refresh.as_ref()), ("access_token", Some(&token.access))];
        let mut told = Ok(());
        for (hint, secret) in tokens.into_iter().filter_map(|(hint, secret)| Some((hint, secret?))) {
            let fields = vec![("token", secret.expose()), ("token_type_hint", hint)];
            let answer = self.ask(url, fields).await?;
            // With the refresh token the access token may be gone, and not every server takes both kinds.
            let refusal = Refusal::of(&answer).filter(|refusal| !refusal.says("unsupported_token_type"));
            if let Some(refusal) = refusal {
                told = told.and(Err(refusal.into_error("to end the login").without(secret.expose())));
            }
        }
        told
    }

    /// Asks for a token; what the standard's refusals mean is the caller's to say.
    pub(super) async fn ask_token(&self, fields: Vec<(&str, &str)>) -> Result<ExchangeAnswer, ApiError> {
        self.ask(&self.token_url, fields).await
    }

    /// Posts these fields and who the client is.
    pub(super) async fn ask(
        &self,
        url: &OAuthUrl,
        mut fields: Vec<(&str, &str)>,
    ) -> Result<ExchangeAnswer, ApiError> {
        let how = self.config.client_authentication.unwrap_or_default();
        let authorization = match (&self.secret, how) {
            (Some(secret), ClientAuthentication::Basic) => Some(basic(&self.client_id, secret)?),
            (secret, _) => {
                fields.push(("client_id", &self.client_id));
                fields.extend(secret.as_ref().map(|secret| ("client_secret", secret.expose())));
                None
            }
        };
        self.exchange.post_form(url, authorization, &fields).await
    }

    /// The scopes, as requests have them; `None` where there are none.
    pub(super) fn scope(&self) -> Option<String> {
        (!self.config.scopes.is_empty()).then(|| self.config.scopes.join(" "))
    }

    /// Whom the tokens are for.
    pub(super) fn resource(&self) -> Option<(&str, &str)> {
        self.config.resource.as_deref().map(|resource| ("resource", resource))
    }
}

#[async_trait]
impl CodeGrant for OAuthClient {
    fn address(&self, request: &CodeRequest) -> Result<String, ApiError> {
        let url = self.config.authorization_url.as_ref().ok_or_else(|| {
            ApiError::configuration("the catalog's table `oauth` has no `authorization_url`")
        })?;
        let scope = self.scope();
        let mut parameters = vec![
            ("response_type", "code"),
            ("client_id", self.client_id.as_str()),
            ("redirect_uri", request.redirect_uri.as_str()),
            ("state", request.state.expose()),
            ("code_challenge", request.pkce.challenge.as_str()),
            ("code_challenge_method", Pkce::METHOD),
        ];
        parameters.extend(scope.as_deref().map(|scope| ("scope", scope)));
        parameters.extend(self.config.audience.as_deref().map(|audience| ("audience", audience)));
        parameters.extend(self.resource());
        let further = &self.config.authorize_parameters;
        parameters.extend(further.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        Ok(url.with_query(parameters))
    }

    async fn redeem(&self, request: &CodeRequest, code: &Secret) -> Result<Credential, ApiError> {
        let now = SystemTime::now();
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("redirect_uri", request.redirect_uri.as_str()),
            ("code_verifier", request.pkce.verifier.expose()),
        ];
        fields.extend(self.resource());
        let answer = self.ask_token(fields).await?;
        if let Some(refusal) = Refusal::of(&answer) {
            let error = refusal.into_error("the login's code");
            return Err(error.without(code.expose()).without(request.pkce.verifier.expose()));
        }
        Ok(Credential::OAuth2(answer::token(answer.body(), now, None)?))
    }
}

/// Id and secret, each encoded as in a form, as <https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1> has it.
fn basic(id: &str, secret: &Secret) -> Result<HeaderValue, ApiError> {
    let encoded = |text: &str| Zeroizing::new(byte_serialize(text.as_bytes()).collect::<String>());
    let pair = Zeroizing::new([&*encoded(id), ":", &*encoded(secret.expose())].concat());
    let text = Zeroizing::new(STANDARD.encode(&*pair));
    let header = zeroed(["Basic ", &*text].concat().into_bytes());
    let mut value = HeaderValue::from_maybe_shared(header).map_err(|_| {
        ApiError::new(ErrorKind::Configuration, "the client's id and secret cannot stand in a header")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_and_secret_are_encoded_before_they_are_joined() {
        let value = basic("a:b", &Secret::new("c d%")).unwrap();
        assert_eq!(value, format!("Basic {}", STANDARD.encode("a%3Ab:c+d%25")));
        assert!(value.is_sensitive());
    }
}
