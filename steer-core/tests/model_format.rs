//! A model may answer in another wire format than its provider's others do.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use std::sync::Arc;
use steer_core::{ApiError, Client, CompletionRequest, Provider, ProviderSettings, Registration};

const CATALOG: &str = r#"
[[providers]]
id = "acme"
name = "Acme"
api_format = "acme-new"
base_url = "https://api.acme.example"
env = ["ACME_KEY"]

[[models]]
provider = "acme"
id = "anvil"

[[models]]
provider = "acme"
id = "hammer"
api_format = "acme-old"
"#;

const ACME: Registration = Registration::new("acme", "acme-crate", &["acme-new", "acme-old"], CATALOG, build);

/// Makes nothing, and says what it was asked to make.
fn build(settings: ProviderSettings) -> Result<Arc<dyn Provider>, ApiError> {
    Err(ApiError::configuration(settings.config.api_format))
}

fn format(own: &str, model: &str) -> String {
    let client =
        Client::builder().only_registered().register(ACME).catalog("mine.toml", own).build().unwrap();
    client.preview(CompletionRequest::new(model).user("Hello")).unwrap_err().message().to_owned()
}

#[test]
fn a_model_answers_in_its_own_wire_format_and_else_in_that_of_its_provider() {
    assert_eq!(format("", "acme/anvil"), "acme-new");
    assert_eq!(format("", "acme/hammer"), "acme-old");
    assert_eq!(format("", "acme/unlisted"), "acme-new");
}

#[test]
fn a_program_chooses_the_wire_format_of_a_model_or_of_a_provider() {
    let model = "[[models]]\nprovider = \"acme\"\nid = \"anvil\"\napi_format = \"acme-old\"\n";
    assert_eq!(format(model, "acme/anvil"), "acme-old");
    let provider = "[[providers]]\nid = \"acme\"\napi_format = \"acme-old\"\n";
    assert_eq!(format(provider, "acme/anvil"), "acme-old");
    assert_eq!(format(provider, "acme/unlisted"), "acme-old");
}

#[test]
fn a_wire_format_that_no_crate_speaks_is_a_mistake_in_the_set_up() {
    let model = "[[models]]\nprovider = \"acme\"\nid = \"anvil\"\napi_format = \"other\"\n";
    assert!(format(model, "acme/anvil").contains("`other`"));
}
