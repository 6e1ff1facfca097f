//! A catalog of the program's own wins over those of the providers, field by field.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use std::sync::Arc;

use steer_core::http_types::{HeaderMap, StatusCode};
use steer_core::{
    ApiError, Capability, Client, ErrorKind, Failure, ModelConfig, Provider, ProviderSettings, Registration,
};

const BUILT_IN: &str = r#"
[[providers]]
id = "acme"
name = "Acme"
api_format = "acme-chat"
base_url = "https://api.acme.example"
env = ["ACME_KEY"]

[[models]]
provider = "acme"
id = "anvil"
aliases = ["a"]
recommended = true
context_window_tokens = 1000
max_output_tokens = 100
capabilities = ["tools", "sampling"]
parameters = { temperature = 0.5, top_p = 0.9 }

[models.price]
version = "list 1"
input = "1"
output = { base = "2", steps = [{ above = 10, price = "3" }] }
variants = { flex = { input = "0.5", output = "1" } }
"#;

const ACME: Registration = Registration::new("acme", "acme-crate", &["acme-chat"], BUILT_IN, build);

fn build(_: ProviderSettings) -> Result<Arc<dyn Provider>, ApiError> {
    let failure = Failure::from_response(StatusCode::NOT_FOUND, b"").heeding(&HeaderMap::new());
    Err(failure.into())
}

fn client(own: &str) -> Result<Client, ApiError> {
    Client::builder().only_registered().register(ACME).catalog("mine.toml", own).build()
}

fn anvil(own: &str) -> Arc<ModelConfig> {
    client(own).unwrap().resolve("acme/anvil").unwrap()
}

fn refused(own: &str) -> String {
    let error = client(own).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    error.to_string()
}

#[test]
fn a_field_that_the_own_catalog_gives_wins_and_every_other_one_stays() {
    let before = anvil("");
    let own = "[[models]]\nprovider = 'acme'\nid = 'anvil'\nmax_output_tokens = 50\n";
    let mut expected = ModelConfig::clone(&before);
    expected.max_output_tokens = Some(50);
    assert_eq!(*anvil(own), expected);
}

#[test]
fn a_list_replaces_the_one_that_is_there_and_an_empty_one_empties_it() {
    let own = |list: &str| format!("[[models]]\nprovider = 'acme'\nid = 'anvil'\ncapabilities = {list}\n");
    let model = anvil(&own("['tools']"));
    assert_eq!(model.capabilities.iter().copied().collect::<Vec<_>>(), [Capability::Tools]);
    assert!(anvil(&own("[]")).capabilities.is_empty());
}

#[test]
fn aliases_are_added_to_those_that_are_there() {
    let own = "[[models]]\nprovider = 'acme'\nid = 'anvil'\naliases = ['b', 'a', 'b']\n";
    let client = client(own).unwrap();
    for alias in ["a", "b"] {
        assert_eq!(client.resolve(alias).unwrap().aliases, ["a", "b"], "{alias}");
    }
}

#[test]
fn a_partial_entry_leaves_the_recommendation_and_the_limits() {
    let own = "[[models]]\nprovider = 'acme'\nid = 'anvil'\ndisplay_name = 'Anvil'\n";
    let model = anvil(own);
    assert!(model.recommended);
    assert_eq!((model.context_window_tokens, model.max_output_tokens), (Some(1000), Some(100)));
    let without = "[[models]]\nprovider = 'acme'\nid = 'new'\n";
    assert_eq!(client(without).unwrap().resolve("acme/new").unwrap().max_output_tokens, None);
}

#[test]
fn tables_of_a_provider_are_merged_key_by_key() {
    let first = "[[providers]]\nid = 'acme'\nheaders = { X-Team = 'red', x-cost = '1' }\nquery = { v = '1', w = '2' }\n";
    let second = "[[providers]]\nid = 'acme'\nheaders = { x-team = 'blue' }\nquery = { v = '3' }\n";
    let builder = Client::builder().only_registered().register(ACME).catalog("one", first);
    let client = builder.catalog("two", second).build().unwrap();
    let acme = client.providers().get(&"acme".into()).unwrap();
    assert_eq!(acme.headers.iter().collect::<Vec<_>>(), [("x-cost", "1"), ("x-team", "blue")]);
    assert_eq!(acme.query.iter().collect::<Vec<_>>(), [("v", "3"), ("w", "2")]);
}

#[test]
fn settings_and_prices_are_merged_member_by_member() {
    let own = "[[models]]\nprovider = 'acme'\nid = 'anvil'\nparameters = { top_p = 0.1 }\n\
               [models.price]\noutput = '9'\nas_of = '2026-01-01'\nvariants = { flex = { output = '7' }, fast = { input = '8' } }\n";
    let model = anvil(own);
    assert_eq!((model.parameters.temperature, model.parameters.top_p), (Some(0.5), Some(0.1)));
    let price = serde_json::to_value(model.price.as_ref().unwrap()).unwrap();
    let expected = serde_json::json!({
        "version": "list 1", "as_of": "2026-01-01", "input": "1", "output": "9",
        "variants": {"fast": {"input": "8"}, "flex": {"input": "0.5", "output": "7"}},
    });
    assert_eq!(price, expected);
}

#[test]
fn providers_and_models_can_be_added_and_a_provider_changed_in_one_field() {
    let own = "[[providers]]\nid = 'acme'\nbase_url = 'https://proxy.example'\n\
               [[providers]]\nid = 'acme-two'\napi_format = 'acme-chat'\nbase_url = 'https://two.example'\n\
               [[models]]\nprovider = 'acme-two'\nid = 'hammer'\ncontext_window_tokens = 7\n";
    let client = client(own).unwrap();
    let acme = client.providers().get(&"acme".into()).unwrap();
    assert_eq!((acme.base_url.as_str(), acme.name.as_str()), ("https://proxy.example", "Acme"));
    assert_eq!(acme.env, ["ACME_KEY"]);
    assert_eq!(client.resolve("acme-two/hammer").unwrap().context_window_tokens, Some(7));
}

#[test]
fn the_last_of_several_catalogs_wins_and_a_file_wins_over_a_text() {
    let path = std::env::temp_dir().join(format!("steer-catalog-{}.toml", std::process::id()));
    std::fs::write(&path, "[[models]]\nprovider = 'acme'\nid = 'anvil'\ndisplay_name = 'file'\n").unwrap();
    let text = |name: &str| {
        format!(
            "[[models]]\nprovider = 'acme'\nid = 'anvil'\ndisplay_name = '{name}'\nmax_output_tokens = 3\n"
        )
    };
    let builder = Client::builder().only_registered().register(ACME);
    let builder = builder.catalog_file(&path).catalog("one", text("one")).catalog("two", text("two"));
    let model = builder.build().unwrap().resolve("acme/anvil").unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!((model.display_name.as_deref(), model.max_output_tokens), (Some("file"), Some(3)));
}

#[test]
fn a_misspelt_key_is_an_error_that_names_the_file_the_line_and_the_keys_there_are() {
    let said = refused("[[models]]\nprovider = 'acme'\nid = 'anvil'\ncontxt_window_tokens = 1\n");
    for word in ["mine.toml:4:1: ", "contxt_window_tokens", "`context_window_tokens`"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let said = refused("[[models]]\nprovider = 'acme'\nid = 'anvil'\nprice = { input = 'dear' }\n");
    assert!(
        said.contains("mine.toml:4:19: ") && said.contains("write a price as a decimal in quotes"),
        "{said}"
    );
}

#[test]
fn an_entry_that_cannot_stand_is_an_error_that_says_what_to_do() {
    let said = refused("[[providers]]\nid = 'new'\nbase_url = 'https://x.example'\n");
    assert!(said.contains("mine.toml") && said.contains("`new` without `api_format`"), "{said}");
    let said = refused("[[models]]\nprovider = 'nobody'\nid = 'x'\n");
    assert!(said.contains("mine.toml") && said.contains("linked: acme"), "{said}");
    let twice = "[[models]]\nprovider = 'acme'\nid = 'anvil'\n".repeat(2);
    assert!(refused(&twice).contains("join the two entries"));
    let said = refused("[[models]]\nprovider = 'acme'\nid = 'x'\naliases = ['a']\n");
    assert!(said.contains("the alias `a`"), "{said}");
    let gone = Client::builder().only_registered().catalog_file("/nowhere/steer.toml").build().unwrap_err();
    assert!(gone.to_string().contains("/nowhere/steer.toml"), "{gone}");
}
