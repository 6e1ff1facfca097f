//! How a request names a model.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

mod catalog_support;

use std::collections::BTreeMap;
use std::fmt::Write;

use catalog_support::builder;
use proptest::collection::{btree_map, btree_set};
use proptest::prelude::*;
use steer_core::{Client, ErrorKind, LinkHint};

steer_core::hint_provider!(LinkHint::new("smithy", "enable the feature `smithy` of the crate `bundle`"));

const OWN: &str = "\
[[providers]]
id = 'forge'
api_format = 'acme-chat'
base_url = 'https://forge.example'

[[models]]
provider = 'forge'
id = 'anvil'

[[models]]
provider = 'forge'
id = 'smithy/tongs'

[[models]]
provider = 'forge'
id = 'other/tongs'
";

fn client() -> Client {
    builder().catalog("mine.toml", OWN).build().unwrap()
}

fn found(name: &str) -> String {
    client().resolve(name).unwrap().id.to_string()
}

fn refused(name: &str) -> String {
    let error = client().resolve(name).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    error.message().to_owned()
}

#[test]
fn a_model_is_found_by_provider_and_id_by_alias_and_by_an_id_that_one_provider_has() {
    for name in ["acme/anvil", "a", "acme/a", " acme/anvil\n"] {
        assert_eq!(found(name), "acme/anvil", "{name}");
    }
    for name in ["acme/vendor/hammer", "vendor/hammer"] {
        assert_eq!(found(name), "acme/vendor/hammer", "{name}");
    }
    assert_eq!(found("other/tongs"), "forge/other/tongs");
}

#[test]
fn an_id_that_several_providers_have_is_refused_with_their_names() {
    assert_eq!(
        refused("anvil"),
        "several providers have a model `anvil`; name one of `acme/anvil`, `forge/anvil`"
    );
}

#[test]
fn a_model_that_no_catalog_lists_is_taken_as_it_is_named_where_its_provider_is_linked() {
    let model = client().resolve("forge/some/new-model").unwrap();
    assert_eq!((model.id.to_string().as_str(), model.known), ("forge/some/new-model", false));
    assert!(!client().resolve("forge/a").unwrap().known, "the alias is of another provider's model");
}

#[test]
fn an_unknown_name_is_told_with_those_that_are_near() {
    assert_eq!(refused("anvli"), "no model `anvli`; did you mean `anvil`?");
    assert_eq!(refused("acme-anvil"), "no model `acme-anvil`; did you mean `acme/anvil`?");
    assert_eq!(
        refused("quite another"),
        "no model `quite another`; write `provider/id`, or an alias of a catalog"
    );
    assert_eq!(
        refused("\u{1b}[31m"),
        "no model `\\u{1b}[31m`; write `provider/id`, or an alias of a catalog"
    );
    assert_eq!(refused("forgee/x"), "no provider `forgee`; linked: acme, forge; did you mean `forge`?");
    assert_eq!(
        refused("fogre/anvil"),
        "no provider `fogre`; linked: acme, forge; did you mean `forge`?; or did you mean the model `forge/anvil`?"
    );
}

#[test]
fn a_provider_that_is_not_linked_is_told_with_its_feature_and_no_other_provider_s_model_is_taken_for_its() {
    let said = refused("smithy/tongs");
    assert!(said.contains("enable the feature `smithy` of the crate `bundle`"), "{said}");
}

#[test]
fn models_and_providers_are_listed_in_the_same_order_every_time() {
    let order = || {
        let client = client();
        let models: Vec<String> = client.models().all().map(|model| model.id.to_string()).collect();
        let providers: Vec<String> = client.providers().all().map(|config| config.id.to_string()).collect();
        (models, providers)
    };
    let (models, providers) = order();
    assert_eq!(
        models,
        ["acme/anvil", "acme/vendor/hammer", "forge/anvil", "forge/smithy/tongs", "forge/other/tongs"]
    );
    assert_eq!(providers, ["acme", "forge"]);
    assert_eq!(order(), (models, providers));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_model_is_found_by_each_of_its_names_and_never_by_another_s(
        models in btree_map("p[0-2]", btree_set("[a-c](/[a-c]){0,2}", 1..4), 1..4),
        aliases in any::<bool>(),
    ) {
        let mut text = String::new();
        let mut owners: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (provider, ids) in &models {
            writeln!(text, "[[providers]]\nid = '{provider}'\napi_format = 'acme-chat'").unwrap();
            writeln!(text, "base_url = 'https://{provider}.example'").unwrap();
            for id in ids {
                owners.entry(id).or_default().push(provider);
                writeln!(text, "[[models]]\nprovider = '{provider}'\nid = '{id}'").unwrap();
                if aliases {
                    writeln!(text, "aliases = ['{provider}-{}']", id.replace('/', "-")).unwrap();
                }
            }
        }
        let client = builder().catalog("m", text).build().unwrap();
        for (id, providers) in owners {
            let bare = client.resolve(id);
            match providers.as_slice() {
                [only] if id != "a" => prop_assert_eq!(bare.unwrap().id.to_string(), format!("{only}/{id}")),
                _ if id == "a" => prop_assert_eq!(bare.unwrap().id.to_string(), "acme/anvil", "an alias wins"),
                several => {
                    let said = bare.unwrap_err().to_string();
                    prop_assert!(several.iter().all(|p| said.contains(&format!("`{p}/{id}`"))), "{}", said);
                }
            }
            for provider in providers {
                let whole = format!("{provider}/{id}");
                prop_assert_eq!(client.resolve(&whole).unwrap().id.to_string(), whole.as_str());
                if aliases {
                    let alias = format!("{provider}-{}", id.replace('/', "-"));
                    for name in [alias.clone(), format!("{provider}/{alias}")] {
                        prop_assert_eq!(client.resolve(&name).unwrap().id.to_string(), whole.as_str());
                    }
                }
            }
        }
    }

    #[test]
    fn whatever_is_named_a_model_of_the_named_provider_is_found_or_none(name in "\\PC{0,20}|(acme|forge)/\\PC{0,10}") {
        let client = client();
        if let Ok(model) = client.resolve(&name)
            && let Some((provider, _)) = name.trim().split_once('/')
            && client.providers().get(&provider.into()).is_some()
        {
            prop_assert_eq!(model.id.provider.as_str(), provider);
        }
    }
}
