use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::no_transport::NoTransport;
use super::{LinkHint, ProviderSettings, Registration};
use crate::auth::AuthDirective;
use crate::catalog::{
    Catalog, CatalogEntry, CatalogProblem, CatalogProblems, CatalogProvider, ProviderConfig, Trust,
    did_you_mean, near,
};
use crate::error::ApiError;
use crate::http::BaseUrl;
use crate::model::ProviderId;
use crate::provider::Provider;

/// `ProviderRegistry` knows the providers that are linked or were registered, and their entries in the catalogs.
#[derive(Clone, Debug, Default)]
pub struct ProviderRegistry {
    registrations: BTreeMap<&'static str, Registration>,
    configs: BTreeMap<ProviderId, ProviderConfig>,
    /// Entries that have problems, by the provider they are about.
    broken: BTreeMap<ProviderId, CatalogProblem>,
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
            let mut catalog = Catalog::parse(registration.catalog, registration.crate_name)?;
            catalog.trust = Trust::Embedded;
            for entry in &catalog.providers {
                let config = entry.clone().into_config(Trust::Embedded).map_err(|key| {
                    ApiError::configuration(format!(
                        "the catalog of `{}` lists the provider `{}` without `{key}`",
                        registration.crate_name, entry.id
                    ))
                })?;
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
    /// Returns what is wrong: an entry that is not whole, whose wire format no linked crate speaks, whose address or
    /// dialect cannot be used, or that is not to be trusted. A provider whose entry has a problem cannot be used.
    /// `allow_http` lets plain HTTP go to other machines.
    #[must_use = "what is wrong is to be told"]
    pub fn overlay(&mut self, catalog: &Catalog, allow_http: bool) -> Vec<CatalogProblem> {
        for problem in &catalog.problems {
            // An untrusted entry cannot take away what is there, not even by being wrong.
            if let Some(CatalogEntry::Provider(id)) = &problem.entry
                && (catalog.trust > Trust::Project || !self.configs.contains_key(id))
            {
                self.configs.remove(id);
                self.broken.entry(id.clone()).or_insert_with(|| problem.clone());
            }
        }
        let mut problems = Vec::new();
        // Of an entry that was wrong in another place, nothing more is told.
        for entry in &catalog.providers {
            if self.broken.contains_key(&entry.id) {
                continue;
            }
            let there = self.configs.get(&entry.id);
            match self.over(there, entry, catalog, allow_http) {
                Ok(config) => drop(self.configs.insert(entry.id.clone(), config)),
                Err(wrong) => {
                    let of = |problem: CatalogProblem| problem.of(CatalogEntry::Provider(entry.id.clone()));
                    let wrong: Vec<CatalogProblem> = wrong.into_iter().map(of).collect();
                    if let Some(first) = wrong.first()
                        && (catalog.trust > Trust::Project || !self.configs.contains_key(&entry.id))
                    {
                        self.configs.remove(&entry.id);
                        self.broken.entry(entry.id.clone()).or_insert_with(|| first.clone());
                    }
                    problems.extend(wrong);
                }
            }
        }
        problems
    }

    /// A provider as an entry makes it of what is there.
    fn over(
        &self,
        there: Option<&ProviderConfig>,
        entry: &CatalogProvider,
        catalog: &Catalog,
        allow_http: bool,
    ) -> Result<ProviderConfig, Vec<CatalogProblem>> {
        let wrong = |key: &str, what: String| vec![CatalogProblem::new(entry.places.of(key), what)];
        let config = match there {
            Some(_) if catalog.trust == Trust::Project => {
                return Err(wrong(
                    "id",
                    format!(
                        "another catalog lists the provider `{}`, which one of a project changes only if you allow the \
                         file: `steer config allow {}`",
                        entry.id, catalog.name
                    ),
                ));
            }
            Some(there) => {
                let mut config = there.clone();
                if entry.base_url.is_some() {
                    config.trust = catalog.trust;
                    config.file = Some(catalog.name.to_string());
                }
                entry.clone().apply(&mut config);
                config
            }
            None => entry.clone().into_config(catalog.trust).map_err(|key| {
                let id = &entry.id;
                let advice = "add it, or use the id of a provider that is there already";
                let known = did_you_mean(id.as_str(), self.configs.keys().map(ProviderId::as_str), "linked");
                wrong("id", format!("this adds the provider `{id}` without `{key}`; {advice}{known}"))
            })?,
        };
        if entry.base_url.is_some() {
            BaseUrl::parse(&config.base_url, allow_http)
                .map_err(|error| wrong("base_url", error.message().to_owned()))?;
        }
        let registration = self
            .registration_for(&config)
            .map_err(|error| wrong("api_format", error.message().to_owned()))?;
        // Another wire format may not take the dialect that is there.
        if !config.dialect.is_empty() && (!entry.dialect.is_empty() || entry.api_format.is_some()) {
            self.check_dialect(registration, &config, entry)?;
        }
        Ok(config)
    }

    /// Lets the crate that speaks the format read the dialect.
    fn check_dialect(
        &self,
        registration: &Registration,
        config: &ProviderConfig,
        entry: &CatalogProvider,
    ) -> Result<(), Vec<CatalogProblem>> {
        let place = || entry.places.of(if entry.dialect.is_empty() { "api_format" } else { "dialect" });
        if !registration.dialects.contains(&config.api_format.as_str()) {
            let known: BTreeSet<&str> =
                self.registrations.values().flat_map(|registration| registration.dialects).copied().collect();
            let known = if known.is_empty() {
                "no linked format does".to_owned()
            } else {
                format!("of those that are linked, {} do", known.into_iter().collect::<Vec<_>>().join(", "))
            };
            let what = format!("the wire format `{}` has no dialects; {known}", config.api_format);
            return Err(vec![CatalogProblem::new(place(), what)]);
        }
        // Whether it may be asked is another question.
        let config = ProviderConfig { trust: Trust::User, ..config.clone() };
        let mut settings = ProviderSettings::new(config, Arc::new(NoTransport));
        settings.allow_http = true;
        (registration.build)(settings).map(drop).map_err(|error| match CatalogProblems::behind(&error) {
            Some(problems) => problems.all().to_vec(),
            None => vec![CatalogProblem::new(place(), error.message())],
        })
    }

    /// What is wrong with the entry of a provider.
    pub(crate) fn problem_of(&self, id: &ProviderId) -> Option<&CatalogProblem> {
        self.broken.get(id)
    }

    /// Whether this is the id of a provider that is there, or would be if its crate were linked or its entry right.
    pub(crate) fn is_spoken_of(&self, id: &str) -> bool {
        let id = ProviderId::from(id);
        self.configs.contains_key(&id) || self.broken.contains_key(&id) || hint(&id).is_some()
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
    /// It is not linked, and the error names those that are, and the feature that would link it; or its entry in a
    /// catalog has a problem, and the error tells it.
    pub fn require(&self, id: &ProviderId) -> Result<&ProviderConfig, ApiError> {
        if let Some(problem) = self.broken.get(id) {
            return Err(problem.as_error());
        }
        self.get(id).ok_or_else(|| self.unknown(id))
    }

    /// The error of a provider that is not there.
    pub(crate) fn unknown(&self, id: &ProviderId) -> ApiError {
        let shown = id.as_str().escape_debug();
        let linked = format!("linked: {}", self.names());
        if let Some(hint) = hint(id) {
            return ApiError::configuration(format!("no provider `{shown}`; {linked}; {}", hint.advice));
        }
        let hinted = inventory::iter::<LinkHint>.into_iter().map(|hint| hint.provider);
        let known = self.configs.keys().map(ProviderId::as_str).chain(hinted);
        let advice = match near(id.as_str(), known).as_slice() {
            [] => "is its crate linked and named, as with `use its_crate as _;`?".to_owned(),
            close => {
                let close: Vec<String> = close.iter().map(|id| format!("`{id}`")).collect();
                format!("did you mean {}?", close.join(" or "))
            }
        };
        ApiError::configuration(format!("no provider `{shown}`; {linked}; {advice}"))
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
                let formats: BTreeSet<&str> =
                    self.registrations.values().flat_map(|there| there.api_formats).copied().collect();
                let format = config.api_format.as_str();
                let hint =
                    inventory::iter::<LinkHint>.into_iter().find(|hint| hint.api_formats.contains(&format));
                let advice = match hint {
                    Some(hint) => format!("; {}", hint.advice),
                    None => did_you_mean(format, formats, "linked crates speak"),
                };
                ApiError::configuration(format!(
                    "the provider `{}` speaks `{}`, and no linked crate does{advice}",
                    config.id,
                    config.api_format.escape_debug()
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

fn hint(id: &ProviderId) -> Option<&'static LinkHint> {
    inventory::iter::<LinkHint>.into_iter().find(|hint| hint.provider == id.as_str())
}
