//! Any text as a catalog.

use std::sync::Arc;

use steer_core::catalog::{CatalogLayers, Trust};
use steer_core::{
    ApiError, Catalog, ModelRegistry, Provider, ProviderRegistry, ProviderSettings, Registration,
};

use crate::cut::Cut;

const BUILT_IN: &str = "[[providers]]\nid = 'acme'\napi_format = 'openai-chat'\nbase_url = 'https://api.acme.example'\n\
                        env = ['ACME_KEY']\n[[models]]\nprovider = 'acme'\nid = 'anvil'\naliases = ['a']\n";

const ACME: Registration = Registration::new("acme", "acme-crate", &["openai-chat"], BUILT_IN, build)
    .heeding_dialects(&["openai-chat"]);

fn build(settings: ProviderSettings) -> Result<Arc<dyn Provider>, ApiError> {
    (steer_openai_compatible::REGISTRATION.build)(settings)
}

/// Reading it tells what is wrong or gives entries, and never panics; what is untrusted changes nothing; what is used is
/// found again.
pub(crate) fn run(input: &[u8]) {
    let Some(text) = Cut::of(input).text() else { return };
    let Ok(catalog) = Catalog::parse_leniently(text, "fuzz") else { return };
    for problem in &catalog.problems {
        assert!(problem.place.line > 0 && problem.place.column > 0, "{problem}");
    }
    assert_eq!(Catalog::parse(text, "fuzz").is_ok(), catalog.problems.is_empty());

    let (before, embedded) = ProviderRegistry::new([ACME]).expect("the catalog of this target");
    let embedded: Vec<Catalog> = embedded.into_iter().map(|(_, catalog)| catalog).collect();
    let mut untrusted = catalog.clone();
    untrusted.trust = Trust::Project;
    let mut providers = before.clone();
    let _ = providers.overlay(&untrusted, true);
    let mut models = ModelRegistry::new(embedded, &before).expect("the catalog of this target");
    let _ = models.overlay(untrusted, &providers);
    assert_eq!(providers.get(&"acme".into()), before.get(&"acme".into()));
    assert_eq!(models.by_alias("a").map(|model| model.id.to_string()).as_deref(), Some("acme/anvil"));
    for config in providers.all().filter(|config| config.id.as_str() != "acme") {
        assert!(!config.takes_credentials());
    }

    let layers = CatalogLayers::new().text("fuzz", text).lenient();
    let loaded = layers.load([ACME], &steer_core::auth::Environment::of::<&str, &str>([]));
    let loaded = loaded.expect("what can be read can be loaded leniently");
    for model in loaded.models.all() {
        match loaded.models.resolve(&model.id.to_string(), &loaded.providers) {
            Ok(found) => assert_eq!(found.id, model.id),
            // A provider whose entry is wrong takes its models along.
            Err(error) => assert!(!loaded.warnings.is_empty(), "{error}"),
        }
    }
    for config in loaded.providers.all() {
        let found = loaded.providers.registration_for(config).expect("its format is spoken");
        let _ = (found.build)(ProviderSettings::new(config.clone(), Arc::new(Silent)));
    }
}

#[derive(Debug)]
struct Silent;

#[steer_core::async_trait]
impl steer_core::http::Transport for Silent {
    async fn send(
        &self,
        _: steer_core::http_types::Request<steer_core::bytes::Bytes>,
    ) -> Result<
        steer_core::http_types::Response<steer_core::http::TransportBody>,
        steer_core::http::TransportError,
    > {
        Err(steer_core::http::TransportError::new(steer_core::http::TransportErrorKind::Connect))
    }
}
