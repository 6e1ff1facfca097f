//! The providers and models that this program knows, and which of them a call goes to.

use std::path::Path;

use steer::auth::{AuthScheme, Environment};
use steer::{
    ApiError, ApiKeyOrigin, Catalog, Client, ErrorKind, LlmConfigProvider, ModelRegistry, ProviderConfig,
    ProviderId, ProviderRegistry, ResolvedAuth,
};

use super::args::ChatArgs;
use super::demo::Demo;
use super::failure::NO_CREDENTIAL;

/// `Linked` is what this program was built with.
#[derive(Debug)]
pub(crate) struct Linked {
    pub(crate) providers: ProviderRegistry,
    pub(crate) models: ModelRegistry,
}

/// `Target` is whom a call goes to.
#[derive(Debug)]
pub(crate) struct Target {
    /// The model, as a request names it.
    pub(crate) model: String,
    /// The provider that serves it.
    pub(crate) provider: ProviderId,
    /// Whether the call can carry what the provider asks for.
    pub(crate) ready: bool,
    /// Whether the demo answers.
    pub(crate) demo: bool,
}

impl Linked {
    /// Reads the registrations and their catalogs, and the catalog of the user's own that wins over them.
    pub(crate) fn load(own: Option<&Path>) -> Result<Self, ApiError> {
        let (mut providers, catalogs) = ProviderRegistry::new(ProviderRegistry::linked())?;
        let mut models = ModelRegistry::new(catalogs.into_iter().map(|(_, catalog)| catalog), &providers)?;
        if let Some(path) = own {
            let (catalog, name) = (Catalog::load(path)?, path.display().to_string());
            providers.overlay(&catalog, &name)?;
            models.overlay(catalog, &name, &providers)?;
        }
        Ok(Self { providers, models })
    }

    /// Finds whom the arguments mean: the model that they name, else the recommended one of the first provider
    /// that has a key.
    pub(crate) fn target(&self, args: &ChatArgs, environment: &Environment) -> Result<Target, ApiError> {
        let target = match &args.model {
            Some(name) => self.named(name, args.api_key_env.as_deref(), environment)?,
            None => self.recommended(environment)?,
        };
        if target.ready || args.dry_run {
            return Ok(target);
        }
        Err(match (&args.model, &args.api_key_env) {
            (_, Some(variable)) => no_credential(&format!("set {variable}")).with_provider(&target.provider),
            (Some(_), None) => {
                no_credential(&self.how_to_set(&target.provider)).with_provider(&target.provider)
            }
            (None, None) => no_credential(&self.how_to_set_any()),
        })
    }

    /// Where a provider's key is: the variable's name, or what there is to say instead.
    pub(crate) fn key(&self, config: &ProviderConfig, environment: &Environment) -> Key {
        if config.auth == AuthScheme::None {
            return Key::NotNeeded;
        }
        match LlmConfigProvider::new().environment(environment.clone()).resolve_api_key(config) {
            Ok(ResolvedAuth::ApiKey { origin: ApiKeyOrigin::Environment(variable), .. }) => {
                Key::Found(variable)
            }
            Ok(_) => Key::Missing,
            Err(error) => Key::Unusable(error),
        }
    }

    fn named(
        &self,
        name: &str,
        variable: Option<&str>,
        environment: &Environment,
    ) -> Result<Target, ApiError> {
        let model = self.models.resolve(name, &self.providers)?;
        let config = self.providers.require(&model.id.provider)?;
        let ready = match (variable, config.auth) {
            (Some(variable), _) => environment.get(variable).is_some(),
            (None, AuthScheme::ApiKey) => {
                matches!(self.key(config, environment), Key::Found(_) | Key::Unusable(_))
            }
            (None, _) => true,
        };
        Ok(Target { model: name.to_owned(), provider: config.id.clone(), ready, demo: false })
    }

    fn recommended(&self, environment: &Environment) -> Result<Target, ApiError> {
        let mut fallback = None;
        for config in self.providers.all() {
            let Some(model) = self.models.recommended(&config.id) else { continue };
            let target = |ready| Target {
                model: model.id.to_string(),
                provider: config.id.clone(),
                ready,
                demo: false,
            };
            match self.key(config, environment) {
                Key::Found(_) => return Ok(target(true)),
                Key::Unusable(error) => return Err(error.with_provider(&config.id)),
                Key::Missing | Key::NotNeeded => fallback = fallback.or_else(|| Some(target(false))),
            }
        }
        fallback.ok_or_else(|| {
            ApiError::configuration(
                "no linked provider recommends a model; name one with `--model provider/name`",
            )
        })
    }

    fn how_to_set(&self, provider: &ProviderId) -> String {
        let Some(config) = self.providers.get(provider) else { return String::new() };
        let page = config.key_url.as_ref().map(|url| format!("; keys are made at {url}")).unwrap_or_default();
        format!("set {}{page}", config.env.join(" or "))
    }

    fn how_to_set_any(&self) -> String {
        let names = self.providers.all().filter_map(|config| config.env.first()).map(String::as_str);
        format!("set {}", names.collect::<Vec<_>>().join(" or "))
    }
}

impl Target {
    /// A client for the target, with the address and the key that the arguments name.
    pub(crate) fn client(&self, args: &ChatArgs, demo: Option<&Demo>) -> Result<Client, ApiError> {
        let mut builder = Client::builder();
        if let Some(path) = &args.catalog {
            builder = builder.catalog_file(path);
        }
        if let Some(demo) = demo {
            builder =
                builder.base_url(self.provider.clone(), demo.url()).api_key(self.provider.clone(), Demo::KEY);
        }
        if let Some(url) = &args.base_url {
            builder = builder.base_url(self.provider.clone(), url);
        }
        if let Some(variable) = &args.api_key_env {
            builder = builder.api_key_variable(self.provider.clone(), variable);
        }
        builder.build()
    }
}

/// `Key` says whether there is a key for a provider.
#[derive(Debug)]
pub(crate) enum Key {
    /// In this environment variable.
    Found(String),
    /// The first variable that is set holds something that cannot be a key.
    Unusable(ApiError),
    /// Nowhere.
    Missing,
    /// The provider asks for none.
    NotNeeded,
}

fn no_credential(advice: &str) -> ApiError {
    ApiError::new(ErrorKind::AuthenticationFailed, format!("no credential was found; {advice}"))
        .with_code(NO_CREDENTIAL)
}
