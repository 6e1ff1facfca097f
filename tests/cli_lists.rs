//! `steer providers` and `steer models`.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

mod cli_program;

use cli_program::{CANARY, run, steer};
use serde_json::Value;

fn anthropic(json: &str) -> Value {
    let rows: Vec<Value> = serde_json::from_str(json).unwrap();
    rows.into_iter().find(|row| row["id"] == "anthropic").unwrap()
}

#[test]
fn providers_tell_where_the_key_is_and_never_the_key() {
    let without = run(steer(&["providers"]));
    assert_eq!(without.code, 0);
    assert!(without.out.contains("none; set ANTHROPIC_API_KEY or CLAUDE_API_KEY"), "{}", without.out);
    let mut command = steer(&["providers"]);
    command.env("CLAUDE_API_KEY", CANARY);
    let with = run(command);
    assert!(with.out.lines().any(|line| line.starts_with("anthropic ") && line.ends_with(" CLAUDE_API_KEY")));
    let mut command = steer(&["providers", "--json"]);
    command.env("ANTHROPIC_API_KEY", format!("{CANARY} and more"));
    let row = anthropic(&run(command).out);
    assert_eq!(row["credential"], "unusable");
    assert_eq!(row["api_format"], "anthropic-messages");
    assert_eq!(row["base_url"], "https://api.anthropic.com");
    assert!(!row["models"].as_array().unwrap().is_empty());
}

#[test]
fn models_tell_what_the_catalog_knows() {
    let run = run(steer(&["models", "--provider", "anthropic", "--json"]));
    let rows: Vec<Value> = serde_json::from_str(&run.out).unwrap();
    assert!(rows.iter().all(|row| row["id"].as_str().unwrap().starts_with("anthropic/")));
    let recommended: Vec<&Value> = rows.iter().filter(|row| row["recommended"] == true).collect();
    assert!(!recommended.is_empty());
    assert!(recommended[0]["context_window_tokens"].is_u64() && recommended[0]["price"]["input"].is_string());
    let people = cli_program::run(steer(&["models"]));
    let marked = format!("{} *", recommended[0]["id"].as_str().unwrap());
    assert!(people.out.lines().any(|line| line.starts_with(&marked)), "{}", people.out);
}

#[test]
fn models_of_an_unknown_provider_are_a_configuration_error() {
    let run = run(steer(&["models", "--provider", "nowhere"]));
    assert_eq!((run.code, run.out.as_str()), (4, ""));
    assert!(run.err.contains("linked: anthropic"), "{}", run.err);
}

#[test]
fn help_documents_the_exit_codes() {
    for arguments in [&["--help"][..], &["chat", "--help"]] {
        let run = run(steer(arguments));
        assert_eq!(run.code, 0);
        assert!(run.out.contains("130  cancelled") && run.out.contains("3  no credential"), "{}", run.out);
    }
}
