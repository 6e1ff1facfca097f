use std::sync::Arc;

use async_trait::async_trait;

use super::client::OAuthClient;
use super::device::DeviceLogin;
use super::renewer::{Renewer, blocking};
use super::{BrowserLogin, OAuthConfig, PasteLogin};
use crate::auth::{
    AuthDirective, AuthPlugin, AuthPluginRegistration, Credential, CredentialKind, LoginFlow, LoginMethod,
    OAuthToken, PluginContext,
};
use crate::error::ApiError;

/// `OAuthPlugin` logs in to any provider whose entry in the catalog has a table `oauth`, and authorizes its requests
/// with a bearer token that is renewed when it is due.
#[derive(Clone, Copy, Debug, Default)]
pub struct OAuthPlugin;

/// What this crate tells of the plugin.
pub const OAUTH_PLUGIN: AuthPluginRegistration =
    AuthPluginRegistration::generic(env!("CARGO_PKG_NAME"), || Arc::new(OAuthPlugin));

crate::register_auth_plugin!(OAUTH_PLUGIN);

const BROWSER: LoginMethod = LoginMethod::new("browser", "in a browser on this machine");
const DEVICE: LoginMethod = LoginMethod::new("device", "by entering a code on any device");
const PASTE: LoginMethod =
    LoginMethod::new("paste", "in a browser on any machine, and pasting what it ends at");

#[async_trait]
impl AuthPlugin for OAuthPlugin {
    fn name(&self) -> &str {
        "oauth"
    }

    fn methods(&self, context: &PluginContext) -> Vec<LoginMethod> {
        let Some(config) = usable(context) else { return Vec::new() };
        let by_code = config.authorization_url.is_some();
        let by_device = config.device_authorization_url.is_some();
        [(by_code, BROWSER), (by_device, DEVICE), (by_code, PASTE)]
            .into_iter()
            .filter_map(|(offered, method)| offered.then_some(method))
            .collect()
    }

    async fn start(&self, method: &str, context: &PluginContext) -> Result<Box<dyn LoginFlow>, ApiError> {
        let work = async {
            let methods = self.methods(context);
            let found = methods.iter().find(|offered| offered.id == method);
            let client = client(context)?;
            let redirect = client.config.redirect.clone();
            Ok(match found {
                Some(method) if *method == BROWSER => {
                    Box::new(BrowserLogin::begin(Arc::new(client), &redirect).await?) as Box<dyn LoginFlow>
                }
                Some(method) if *method == PASTE => Box::new(PasteLogin::begin(Arc::new(client), &redirect)?),
                Some(_) => Box::new(DeviceLogin::begin(client)?),
                None => {
                    let offered: Vec<&str> = methods.iter().map(|method| method.id).collect();
                    return Err(ApiError::configuration(format!(
                        "there is no login `{}` here; there are: {}",
                        method.escape_debug(),
                        offered.join(", ")
                    )));
                }
            })
        };
        work.await.map_err(|error: ApiError| error.with_provider(&context.config.id))
    }

    fn directive(&self, context: &PluginContext) -> Result<Option<AuthDirective>, ApiError> {
        if usable(context).is_none() {
            return Ok(None);
        }
        let version = context.store.version();
        let Some(token) = stored(context)? else { return Ok(None) };
        let (provider, store) = (context.config.id.clone(), Arc::clone(&context.store));
        let client = client(context).map_err(|error| error.with_provider(&provider))?;
        let renewer = Renewer::new(provider, store, client, (version, token));
        Ok(Some(AuthDirective::new(Arc::new(renewer))))
    }

    async fn logout(&self, context: &PluginContext) -> Result<(), ApiError> {
        let Some(url) = usable(context).and_then(|config| config.revocation_url.clone()) else {
            return Ok(());
        };
        let reading = context.clone();
        let Some(token) = blocking(move || stored(&reading)).await? else { return Ok(()) };
        let told = async { client(context)?.revoke(&url, &token).await };
        told.await.map_err(|error| error.with_provider(&context.config.id))
    }
}

/// The table, where it says what every login needs.
fn usable(context: &PluginContext) -> Option<&OAuthConfig> {
    let config = context.config.oauth.as_ref()?;
    (config.client_id.is_some() && config.token_url.is_some()).then_some(config)
}

fn client(context: &PluginContext) -> Result<OAuthClient, ApiError> {
    let config = context.config.oauth.clone().unwrap_or_default();
    OAuthClient::new(&config, &context.environment, Arc::clone(&context.transport))
}

fn stored(context: &PluginContext) -> Result<Option<OAuthToken>, ApiError> {
    Ok(match context.store.get(&context.config.id, CredentialKind::OAuth2)? {
        Some(Credential::OAuth2(token)) => Some(token),
        _ => None,
    })
}
