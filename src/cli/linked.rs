//! The providers and models that this program knows, and which of them a call goes to.

use std::path::Path;

use steer::auth::{AuthScheme, Environment};
use steer::{ApiError, Client, ErrorKind, ModelRegistry, ProviderId, ProviderRegistry};

use super::args::ChatArgs;
use super::catalogs::{layers, named};
use super::demo::Demo;
use super::failure::NO_CREDENTIAL;
use super::keys::{Key, Keys};
use super::sanitise::one_line;
use super::terminal::Terminal;

/// Whoever wants to read more of what is wrong in catalogs asks for it.
const MOST_WARNINGS: usize = 20;

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
    /// What calls are made with; `None` where the demo answers.
    pub(crate) keys: Option<Keys>,
}

impl Linked {
    /// Reads the registrations, their catalogs, and those that win over them; tells what is wrong in them.
    pub(crate) fn load(own: Option<&Path>) -> Result<Self, ApiError> {
        let loaded = layers(own).load(ProviderRegistry::linked(), &Environment::process())?;
        let mut lines: String = loaded
            .warnings
            .iter()
            .take(MOST_WARNINGS)
            .map(|problem| format!("warning: {}\n", one_line(&problem.to_string())))
            .collect();
        let more = loaded.warnings.len().saturating_sub(MOST_WARNINGS);
        if more > 0 {
            lines.push_str(&format!("warning: {more} more; `steer config check FILE` tells all\n"));
        }
        Terminal::detect().tell(&lines);
        Ok(Self { providers: loaded.providers, models: loaded.models })
    }

    /// Finds whom the arguments mean: the model that they name, else the recommended one of the first provider
    /// that has a key.
    pub(crate) fn target(&self, args: &ChatArgs, keys: Keys) -> Result<Target, ApiError> {
        let target = match &args.model {
            Some(name) => self.named(name, args.api_key_env.as_deref(), &keys)?,
            None => self.recommended(&keys)?,
        };
        let target = Target { keys: Some(keys), ..target };
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

    fn named(&self, name: &str, variable: Option<&str>, keys: &Keys) -> Result<Target, ApiError> {
        let model = self.models.resolve(name, &self.providers)?;
        let config = self.providers.require(&model.id.provider)?;
        config.check_trust()?;
        let ready = match (variable, config.auth) {
            (Some(variable), _) => keys.environment.get(variable).is_some(),
            (None, AuthScheme::ApiKey) => keys.find(config).is_there(),
            (None, _) => true,
        };
        Ok(Target { model: name.to_owned(), provider: config.id.clone(), ready, keys: None })
    }

    fn recommended(&self, keys: &Keys) -> Result<Target, ApiError> {
        let mut fallback = None;
        for config in self.providers.all() {
            let model = self.models.recommended(&config.id).filter(|_| config.takes_credentials());
            let Some(model) = model else { continue };
            let target = |ready| Target {
                model: model.id.to_string(),
                provider: config.id.clone(),
                ready,
                keys: None,
            };
            match keys.find(config) {
                Key::Found(_) | Key::Stored(_) | Key::LoggedIn(_) => return Ok(target(true)),
                Key::Unusable(error) => return Err(error.with_provider(&config.id)),
                Key::Missing | Key::NotNeeded | Key::NotAllowed => {
                    fallback = fallback.or_else(|| Some(target(false)))
                }
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
        if config.env.is_empty() {
            return format!(
                "name the variable that holds the key with `--api-key-env`, or as `env` in a catalog{page}"
            );
        }
        format!("set {}{page}", config.env.join(" or "))
    }

    fn how_to_set_any(&self) -> String {
        let names = self.providers.all().filter_map(|config| config.env.first()).map(String::as_str);
        format!("set {}", names.collect::<Vec<_>>().join(" or "))
    }
}

impl Target {
    /// Whether the demo answers.
    pub(crate) fn is_demo(&self) -> bool {
        self.keys.is_none()
    }

    /// A client for the target, with the address and the key that the arguments name.
    pub(crate) fn client(&self, args: &ChatArgs, demo: Option<&Demo>) -> Result<Client, ApiError> {
        let own = args.catalog.as_deref();
        // The demo is the same for everyone.
        let catalogs = if demo.is_some() { named(own) } else { layers(own) };
        let mut builder = Client::builder().catalog_layers(catalogs);
        if let Some(demo) = demo {
            builder =
                builder.base_url(self.provider.clone(), demo.url()).api_key(self.provider.clone(), Demo::KEY);
        }
        if let Some(keys) = &self.keys {
            builder = keys.given_to(builder);
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

fn no_credential(advice: &str) -> ApiError {
    ApiError::new(ErrorKind::AuthenticationFailed, format!("no credential was found; {advice}"))
        .with_code(NO_CREDENTIAL)
}
