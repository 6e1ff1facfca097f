//! Which providers a program has follows from the features it enables, and from nothing else.
//! `cargo xtask test-providers` runs this with each feature alone; in release with fat LTO it must hold too.

use std::collections::BTreeSet;

use steer::registry::ProviderRegistry;
use steer::{Client, ErrorKind, PROVIDERS};

#[test]
fn every_folder_of_a_provider_has_its_feature_its_dependency_and_its_line() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders: BTreeSet<String> = std::fs::read_dir(root.join("providers"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|folder| folder.join("Cargo.toml").is_file())
        .map(|folder| folder.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    let lines: Vec<&str> = PROVIDERS.iter().map(|(id, _)| *id).collect();
    assert_eq!(lines, folders.iter().map(String::as_str).collect::<Vec<_>>());
    let manifest = include_str!("../Cargo.toml");
    let (_, all) = manifest.split_once("\nall-providers = [").unwrap();
    let all = all.split_once(']').unwrap().0.split(',').map(|id| id.trim().trim_matches('"'));
    let all: BTreeSet<String> = all.filter(|id| !id.is_empty()).map(str::to_owned).collect();
    assert_eq!(all, folders);
    for id in folders {
        assert!(manifest.contains(&format!("\n{id} = [\"dep:steer-{id}\"]\n")), "no feature `{id}`");
    }
}

#[test]
fn exactly_the_providers_of_the_enabled_features_are_registered() {
    let mut linked: Vec<&str> = ProviderRegistry::linked().map(|registration| registration.id).collect();
    linked.sort_unstable();
    let expected: Vec<&str> = PROVIDERS.iter().filter(|(_, on)| *on).map(|(id, _)| *id).collect();
    assert_eq!(linked, expected);
}

#[test]
fn a_model_of_a_provider_that_is_not_linked_names_the_missing_feature() {
    let client = Client::new().unwrap();
    for (id, on) in PROVIDERS {
        let found = client.resolve(&format!("{id}/some-model"));
        if *on {
            assert!(found.is_ok(), "{id}: {found:?}");
            continue;
        }
        let error = found.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(
            error.to_string().contains(&format!("enable the feature `{id}` of the crate `steer`")),
            "{error}"
        );
    }
}

/// Who logs in as another program would break its vendor's terms; a person may name a client of their own in a catalog.
#[test]
fn no_catalog_of_ours_logs_in_as_a_client_of_somebody_else() {
    for registration in ProviderRegistry::linked() {
        for member in ["client_id", "client_secret", "user-agent", "User-Agent"] {
            assert!(!registration.catalog.contains(member), "{}: {member}", registration.id);
        }
    }
}

#[test]
fn keys_are_looked_for_under_the_names_that_people_use() {
    let client = Client::new().unwrap();
    for (id, names) in [
        ("anthropic", &["ANTHROPIC_API_KEY", "CLAUDE_API_KEY"][..]),
        ("gemini", &["GEMINI_API_KEY", "GOOGLE_API_KEY"]),
        ("openai", &["OPENAI_API_KEY"]),
        ("openrouter", &["OPENROUTER_API_KEY"]),
        ("xai", &["XAI_API_KEY", "GROK_API_KEY"]),
    ] {
        if let Some(config) = client.providers().get(&id.into()) {
            assert_eq!(config.env, names, "{id}");
        }
    }
}

#[test]
fn every_catalog_that_lists_models_recommends_one() {
    let client = Client::new().unwrap();
    for config in client.providers().all() {
        if client.models().all().any(|model| model.id.provider == config.id) {
            assert!(client.models().recommended(&config.id).is_some(), "{}", config.id);
        }
    }
}

#[test]
fn a_wire_format_whose_crate_is_not_linked_names_the_missing_feature() {
    for (format, feature, on) in [
        ("anthropic-messages", "anthropic", cfg!(feature = "anthropic")),
        ("gemini", "gemini", cfg!(feature = "gemini")),
        ("ollama-chat", "ollama", cfg!(feature = "ollama")),
        ("openai-responses", "openai", cfg!(any(feature = "openai", feature = "xai"))),
        ("openai-chat", "openai-compatible", speaks_chat()),
    ] {
        let own =
            format!("[[providers]]\nid = 'own'\napi_format = '{format}'\nbase_url = 'https://own.example'\n");
        let built = Client::builder().catalog("own.toml", own).build();
        if on {
            assert!(built.is_ok(), "{format}: {built:?}");
            continue;
        }
        let error = built.unwrap_err().to_string();
        assert!(error.contains(&format!("enable the feature `{feature}` of the crate `steer`")), "{error}");
    }
}

/// Whether a linked crate speaks Chat Completions: all do but those that have a format of their own alone.
fn speaks_chat() -> bool {
    PROVIDERS.iter().any(|(id, on)| *on && !matches!(*id, "anthropic" | "gemini" | "ollama"))
}
