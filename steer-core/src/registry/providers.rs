use std::collections::BTreeMap;
use std::sync::Arc;

use super::{LinkHint, ProviderSettings, Registration};
use crate::auth::AuthDirective;
use crate::catalog::{Catalog, ProviderConfig};
use crate::error::ApiError;
use crate::model::ProviderId;
use crate::provider::Provider;

/// `ProviderRegistry` knows the providers that are linked or were registered, and their entries in the catalogs.
#[derive(Clone, Debug, Default)]
pub struct ProviderRegistry {
    registrations: BTreeMap<&'static str, Registration>,
    configs: BTreeMap<ProviderId, ProviderConfig>,
}

impl ProviderRegistry {
    /// The registrations of all linked provider crates.
    pub fn linked() -> impl Iterator<Item = Registration> {
        inventory::iter::<Registration>.into_iter().copied()
    }

    /// Makes a registry; a crate that is linked and registered as well counts once.
    ///
    /// # Errors
    /// Two crates give the same id, or a catalog cannot be read.
    pub fn new(
        registrations: impl IntoIterator<Item = Registration>,
    ) -> Result<(Self, Vec<(Registration, Catalog)>), ApiError> {
        let mut registry = Self::default();
        let mut catalogs = Vec::new();
        for registration in registrations {
            match registry.registrations.get(registration.id) {
                Some(there) if there.crate_name == registration.crate_name => continue,
                Some(there) => {
                    return Err(ApiError::configuration(format!(
                        "the provider `{}` comes from two crates, `{}` and `{}`; link only one of them",
                        registration.id, there.crate_name, registration.crate_name
                    )));
                }
                None => {}
            }
            let catalog = Catalog::parse(registration.catalog, registration.crate_name)?;
            for entry in &catalog.providers {
                let config = entry.clone().into_config(registration.crate_name)?;
                if registry.configs.insert(entry.id.clone(), config).is_some() {
                    return Err(ApiError::configuration(format!(
                        "the catalog of `{}` lists the provider `{}`, which another one lists too",
                        registration.crate_name, entry.id
                    )));
                }
            }
            registry.registrations.insert(registration.id, registration);
            catalogs.push((registration, catalog));
        }
        Ok((registry, catalogs))
    }

    /// Takes a catalog whose entries win over what is there, field by field; providers that are not there are added.
    /// `name` says where it is from.
    ///
    /// # Errors
    /// A provider that is added lacks a wire format or an address, or no linked crate speaks its format.
    pub fn overlay(&mut self, catalog: &Catalog, name: &str) -> Result<(), ApiError> {
        for entry in &catalog.providers {
            if let Some(config) = self.configs.get_mut(&entry.id) {
                entry.clone().apply(config);
            } else {
                self.configs.insert(entry.id.clone(), entry.clone().into_config(name)?);
            }
            self.registration_for(self.require(&entry.id)?)?;
        }
        Ok(())
    }

    /// The entry of a provider.
    pub fn get(&self, id: &ProviderId) -> Option<&ProviderConfig> {
        self.configs.get(id)
    }

    /// All entries, by id.
    pub fn all(&self) -> impl Iterator<Item = &ProviderConfig> {
        self.configs.values()
    }

    /// The entry of a provider.
    ///
    /// # Errors
    /// It is not linked; the error names those that are, and the feature that would link it.
    pub fn require(&self, id: &ProviderId) -> Result<&ProviderConfig, ApiError> {
        self.get(id).ok_or_else(|| {
            let hint = inventory::iter::<LinkHint>.into_iter().find(|hint| hint.provider == id.as_str());
            let advice = hint
                .map_or("is its crate linked and named, as with `use its_crate as _;`?", |hint| hint.advice);
            ApiError::configuration(format!("no provider `{id}`; linked: {}; {advice}", self.names()))
        })
    }

    /// The same, to change what the program sets.
    pub(crate) fn require_mut(&mut self, id: &ProviderId) -> Result<&mut ProviderConfig, ApiError> {
        self.require(id)?;
        self.configs.get_mut(id).ok_or_else(|| ApiError::configuration(format!("no provider `{id}`")))
    }

    /// The registration that builds providers of a wire format.
    ///
    /// # Errors
    /// No linked crate speaks it.
    pub fn registration_for(&self, config: &ProviderConfig) -> Result<&Registration, ApiError> {
        let speaks =
            |registration: &&Registration| registration.api_formats.contains(&config.api_format.as_str());
        self.registrations
            .get(config.id.as_str())
            .filter(speaks)
            .or_else(|| self.registrations.values().find(speaks))
            .ok_or_else(|| {
                ApiError::configuration(format!(
                    "the provider `{}` speaks `{}`, and no linked crate does; linked: {}",
                    config.id,
                    config.api_format,
                    self.names()
                ))
            })
    }

    /// Builds a provider with the crate that speaks its wire format. It does no I/O.
    ///
    /// # Errors
    /// No linked crate speaks the format, or the settings cannot be used.
    pub fn create_provider(&self, settings: ProviderSettings) -> Result<Arc<dyn Provider>, ApiError> {
        (self.registration_for(&settings.config)?.build)(settings)
    }

    /// The same with a login in place of a credential.
    ///
    /// # Errors
    /// As above.
    pub fn create_provider_with_directive(
        &self,
        mut settings: ProviderSettings,
        directive: AuthDirective,
    ) -> Result<Arc<dyn Provider>, ApiError> {
        settings.credential = None;
        settings.directive = Some(directive);
        self.create_provider(settings)
    }

    /// What the linked and registered crates say of themselves, by id.
    pub fn registrations(&self) -> impl Iterator<Item = &Registration> {
        self.registrations.values()
    }

    fn names(&self) -> String {
        let names: Vec<&str> = self.configs.keys().map(ProviderId::as_str).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }
}
