//! The load from its command to its figures: small, and with mistakes that must turn figures red.
#![cfg(all(feature = "load", target_os = "linux"))]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use std::process::{Command, Output};

use serde_json::Value;

fn load(name: &str, arguments: &[&str]) -> (Output, Value) {
    let file = std::env::temp_dir().join(format!("xtask-load-{name}-{}.json", std::process::id()));
    let ended = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["load", "--bounded", "--check", "--program", env!("CARGO_BIN_EXE_load-work"), "--json"])
        .arg(&file)
        .args(arguments)
        .output()
        .unwrap();
    let written = std::fs::read(&file)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&ended.stderr)));
    std::fs::remove_file(&file).unwrap();
    (ended, serde_json::from_slice(&written).unwrap())
}

fn missed(figures: &Value) -> Vec<String> {
    let parts = figures["parts"].as_array().unwrap().iter();
    let all = parts.flat_map(|part| part["figures"].as_array().unwrap());
    all.filter(|figure| figure["met"] == false)
        .map(|figure| figure["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn limits_that_are_too_large_are_seen_in_the_memory_that_an_attack_takes() {
    let (ended, figures) = load("limits", &["memory", "--defect", "limits-lifted"]);
    assert_eq!(ended.status.code(), Some(1), "{figures}");
    let missed = missed(&figures);
    for attack in
        ["an event's line without end: peak", "events without end: peak", "one JSON body without end: peak"]
    {
        assert!(missed.iter().any(|name| name == attack), "{attack}: {missed:?}");
    }
}

#[test]
fn retries_that_nothing_bounds_are_seen_in_the_requests_of_an_outage() {
    let (ended, figures) = load("retries", &["outage", "--defect", "retries-unbounded"]);
    assert_eq!(ended.status.code(), Some(1), "{figures}");
    assert_eq!(missed(&figures), ["requests for each call", "most attempts of a call"]);
}

#[test]
#[ignore = "takes a minute or two, and a machine that has nothing else to do"]
fn an_idle_time_that_is_twice_as_long_is_seen_in_the_latest_timeout() {
    let (ended, figures) = load("idle", &["idle", "--defect", "idle-doubled"]);
    assert_eq!(ended.status.code(), Some(1), "{figures}");
    assert!(missed(&figures).contains(&"latest timeout, beyond the idle time".to_owned()), "{figures}");
}

#[test]
#[ignore = "takes a minute or two, and a machine that has nothing else to do"]
fn memory_that_each_stream_keeps_and_a_call_that_is_kept_are_seen() {
    let (ended, figures) = load("hoard", &["streams", "--streams", "200", "--defect", "streams-hoard"]);
    assert_eq!(ended.status.code(), Some(1), "{figures}");
    assert!(missed(&figures).contains(&"memory a stream, x bare client".to_owned()));
    let (ended, figures) = load("kept", &["cancel", "--defect", "drop-forgotten"]);
    assert_eq!(ended.status.code(), Some(1), "{figures}");
    assert_eq!(missed(&figures).len(), 4, "{figures}");
}
