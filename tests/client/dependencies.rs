//! A client of parts that the program made.

use std::sync::Arc;

use steer::auth::Environment;
use steer::http::{ReqwestTransport, Timeouts, Transport};
use steer::{
    Catalog, Client, Credential, ErrorKind, LlmConfigProvider, ModelRegistry, ProviderConfig,
    ProviderRegistry, ProviderSettings,
};

use crate::support::{CATALOG, Scripted, request, with_key};
use steer_testkit::transport::ScriptedTransport;

fn registries() -> (ProviderRegistry, ModelRegistry) {
    let (mut providers, _) = ProviderRegistry::new(ProviderRegistry::linked()).unwrap();
    let catalog = Catalog::parse(CATALOG, "test").unwrap();
    assert!(providers.overlay(&catalog, false).is_empty());
    let models = ModelRegistry::new([catalog], &providers).unwrap();
    (providers, models)
}

#[tokio::test]
async fn a_client_is_made_of_the_parts_that_are_given() {
    let key = Credential::api_key("given").unwrap();
    let config = LlmConfigProvider::new()
        .environment(Environment::of::<String, String>([]))
        .credential("acme", key.clone());
    let (providers, models) = registries();
    let client = Client::new_with_deps(config, providers, models).unwrap();
    assert_eq!(client.resolve("acme/large").unwrap().id.to_string(), "acme/large");
    assert_eq!(client.resolve_auth(&"acme".into()).unwrap().credential(), Some(&key));
    let provider = Scripted::new(|_| Ok("Hi"));
    client.insert_test_provider("acme", provider.clone());
    assert_eq!(client.complete(request()).await.unwrap().extract_text(), "Hi");
    assert_eq!(provider.calls(), 1);
}

#[tokio::test]
async fn clones_of_a_client_are_small_and_share_its_providers() {
    assert_eq!(size_of::<Client>(), size_of::<usize>());
    let client = with_key(&ScriptedTransport::responses([]), "key").build().unwrap();
    let clone = client.clone();
    client.insert_test_provider("acme", Scripted::new(|_| Ok("Shared")));
    assert_eq!(clone.complete(request()).await.unwrap().extract_text(), "Shared");
}

#[tokio::test]
async fn a_provider_that_nobody_knows_is_a_mistake_in_the_set_up() {
    let client = with_key(&ScriptedTransport::responses([]), "key").build().unwrap();
    let mut unknown = request();
    unknown.model = "nobody/large".to_owned();
    for error in [
        client.complete(unknown.clone()).await.unwrap_err(),
        client.complete_with_retry(unknown.clone(), 2).await.unwrap_err(),
        client.stream_complete(unknown).await.map(drop).unwrap_err(),
        client.resolve_auth(&"nobody".into()).map(drop).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.message().contains("`nobody`"), "{error}");
    }
}

#[test]
fn a_provider_is_built_by_the_wire_format_of_its_entry() {
    let (providers, _) = registries();
    let transport: Arc<dyn Transport> = Arc::new(ReqwestTransport::new(Timeouts::default()).unwrap());
    let settings = |format: &str| {
        let config = ProviderConfig::new("acme", "Acme", format, "https://acme.example/v1");
        ProviderSettings::new(config, Arc::clone(&transport))
            .credential(Credential::api_key("KEY-CANARY").unwrap())
    };
    let provider = providers.create_provider(settings("openai-chat")).unwrap();
    assert_eq!(provider.name(), "acme");
    assert!(!format!("{provider:?}").contains("CANARY"));
    let error = providers.create_provider(settings("nobodys-format")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.message().contains("nobodys-format"), "{error}");
}
