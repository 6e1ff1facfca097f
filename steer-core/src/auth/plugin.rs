use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::{AuthDirective, CredentialStore, LoginFlow, LoginMethod};
use crate::catalog::ProviderConfig;
use crate::error::ApiError;
use crate::http::Transport;
use crate::model::ModelConfig;

/// `AuthPlugin` lets people log in to a provider, and turns their login into what requests carry.
#[async_trait]
pub trait AuthPlugin: Debug + Send + Sync + 'static {
    /// The plugin's name, for messages.
    fn name(&self) -> &str;

    /// The ways to log in, the best first; none where the provider's entry in the catalog does not say what is needed.
    fn methods(&self, context: &PluginContext) -> Vec<LoginMethod>;

    /// Begins a login.
    ///
    /// # Errors
    /// The method is not one of [`methods`](Self::methods), or the login cannot begin.
    async fn start(&self, method: &str, context: &PluginContext) -> Result<Box<dyn LoginFlow>, ApiError>;

    /// How the stored login is used; `None` where nobody is logged in. It reads the store and nothing else: a token
    /// that has ended is renewed when a request needs it.
    ///
    /// # Errors
    /// The store does not answer, or the entry is broken.
    fn directive(&self, context: &PluginContext) -> Result<Option<AuthDirective>, ApiError>;

    /// Ends the login, at the server too where it offers that. The program removes it from the store afterwards.
    ///
    /// # Errors
    /// The server could not be told.
    async fn logout(&self, context: &PluginContext) -> Result<(), ApiError> {
        let _ = context;
        Ok(())
    }

    /// Whether a login of this plugin may use a model.
    fn may_use(&self, model: &ModelConfig) -> bool {
        let _ = model;
        true
    }
}

/// `PluginContext` is what a plugin works with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PluginContext {
    /// The provider's entry in the catalogs.
    pub config: ProviderConfig,
    /// Where logins are kept.
    pub store: Arc<dyn CredentialStore>,
    /// What moves bytes.
    pub transport: Arc<dyn Transport>,
    /// Whether plain HTTP is allowed to other machines.
    pub allow_http: bool,
}

impl PluginContext {
    /// A context for a provider.
    pub fn new(
        config: ProviderConfig,
        store: Arc<dyn CredentialStore>,
        transport: Arc<dyn Transport>,
    ) -> Self {
        Self { config, store, transport, allow_http: false }
    }
}

/// `AuthPluginRegistration` is a plugin that a crate offers to every program that links it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AuthPluginRegistration {
    /// The crate's name, for messages.
    pub crate_name: &'static str,
    /// The provider that it is for; `None` for a plugin that serves whichever provider's entry in the catalog has
    /// what it needs.
    pub provider: Option<&'static str>,
    /// Makes it. It does no I/O.
    pub build: fn() -> Arc<dyn AuthPlugin>,
}

impl AuthPluginRegistration {
    /// A plugin for one provider.
    pub const fn new(
        crate_name: &'static str,
        provider: &'static str,
        build: fn() -> Arc<dyn AuthPlugin>,
    ) -> Self {
        Self { crate_name, provider: Some(provider), build }
    }

    /// A plugin for whichever provider's entry in the catalog has what it needs.
    pub const fn generic(crate_name: &'static str, build: fn() -> Arc<dyn AuthPlugin>) -> Self {
        Self { crate_name, provider: None, build }
    }
}

inventory::collect!(AuthPluginRegistration);

/// Offers a plugin to every program that links its crate. Takes an [`AuthPluginRegistration`] that is a constant.
#[macro_export]
macro_rules! register_auth_plugin {
    ($registration:expr) => {
        $crate::__private::inventory::submit! { $registration }
    };
}
