use std::collections::BTreeMap;
use std::sync::Arc;

use super::{AuthPlugin, AuthPluginRegistration, PluginContext};
use crate::error::ApiError;
use crate::model::ProviderId;

/// `AuthPlugins` knows which plugin serves the logins of which provider.
#[derive(Clone, Debug, Default)]
pub struct AuthPlugins {
    own: BTreeMap<ProviderId, Arc<dyn AuthPlugin>>,
    /// Those that serve whichever provider's entry in the catalog has what they need.
    generic: Vec<Arc<dyn AuthPlugin>>,
}

impl AuthPlugins {
    /// No plugins.
    pub fn new() -> Self {
        Self::default()
    }

    /// The plugins of all linked crates.
    ///
    /// # Errors
    /// Two crates offer one for the same provider.
    pub fn linked() -> Result<Self, ApiError> {
        let (mut plugins, mut crates) = (Self::default(), BTreeMap::new());
        for registration in inventory::iter::<AuthPluginRegistration> {
            let Some(provider) = registration.provider else {
                plugins.generic.push((registration.build)());
                continue;
            };
            if let Some(other) = crates.insert(provider, registration.crate_name)
                && other != registration.crate_name
            {
                return Err(ApiError::configuration(format!(
                    "the logins of `{provider}` come from two crates, `{other}` and `{}`; link only one of them",
                    registration.crate_name
                )));
            }
            plugins.own.insert(provider.into(), (registration.build)());
        }
        Ok(plugins)
    }

    /// Lets a plugin serve a provider, in place of the one that did.
    #[must_use]
    pub fn plugin(mut self, provider: impl Into<ProviderId>, plugin: Arc<dyn AuthPlugin>) -> Self {
        self.own.insert(provider.into(), plugin);
        self
    }

    /// Those of both; where both serve a provider, those of `other`.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.own.extend(other.own);
        self.generic.extend(other.generic);
        self
    }

    /// The plugin that serves a provider: its own, else the first generic one that offers it a way to log in.
    pub fn find(&self, context: &PluginContext) -> Option<&Arc<dyn AuthPlugin>> {
        self.own
            .get(&context.config.id)
            .or_else(|| self.generic.iter().find(|plugin| !plugin.methods(context).is_empty()))
    }
}
