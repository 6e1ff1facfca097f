//! How settings are written.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{asking, listed, refused, send, send_to};
use serde_json::{Value, json};
use steer_core::message::CachePoint;
use steer_core::model::{ThinkingDisplay, ThinkingMode};
use steer_core::request::{FeaturePolicy, OnUnsupported, Speech};
use steer_core::{Capability, CompletionRequest, Effort, ErrorKind, ResponseFormat, ThinkingConfig};

fn think(config: ThinkingConfig, modes: &[ThinkingMode]) -> (Value, Vec<String>) {
    let sent = send_to(asking().thinking(config), listed(modes));
    let subjects = sent.subjects().into_iter().map(str::to_owned).collect();
    (sent.body["think"].clone(), subjects)
}

#[test]
fn every_setting_stands_in_its_place() {
    let mut request = asking().temperature(0.5).max_output_tokens(100).stop_sequence("END");
    let parameters = &mut request.parameters;
    (parameters.top_p, parameters.top_k, parameters.seed) = (Some(0.9), Some(40), Some(7));
    (parameters.presence_penalty, parameters.frequency_penalty) = (Some(1.5), Some(-0.5));
    let sent = send(request);
    assert_eq!(
        sent.body["options"],
        json!({
            "temperature": 0.5, "top_p": 0.9, "top_k": 40, "presence_penalty": 1.5, "frequency_penalty": -0.5,
            "seed": 7, "num_predict": 100, "stop": ["END"],
        })
    );
    assert!(sent.warnings.is_empty());
    assert!(send(asking()).body.get("options").is_none());
}

#[test]
fn what_the_request_itself_wants_in_the_body_wins() {
    let request = asking()
        .temperature(0.5)
        .provider_option("ollama", "options", json!({"num_ctx": 8192, "temperature": null}))
        .provider_option("ollama", "keep_alive", "10m")
        .provider_option("ollama-chat", "think", "max");
    let body = send(request).body;
    assert_eq!(body["options"], json!({"num_ctx": 8192}));
    assert_eq!((&body["keep_alive"], &body["think"]), (&json!("10m"), &json!("max")));
}

#[test]
fn thinking_is_a_switch_or_a_level() {
    let thinking = |config| send(asking().thinking(config)).body["think"].clone();
    assert_eq!(thinking(ThinkingConfig::Off), false);
    assert_eq!(thinking(ThinkingConfig::Adaptive), true);
    for (effort, level, is_adjusted) in [
        (Effort::Minimal, "low", true),
        (Effort::Low, "low", false),
        (Effort::Medium, "medium", false),
        (Effort::High, "high", false),
        (Effort::Max, "high", true),
    ] {
        let sent = send(asking().effort(effort));
        assert_eq!(
            (sent.body["think"].as_str(), sent.warnings.len()),
            (Some(level), usize::from(is_adjusted))
        );
    }
    for (budget, level) in [(512, "low"), (4096, "medium"), (20_000, "high")] {
        let sent = send(asking().thinking(ThinkingConfig::Budget(budget)));
        assert_eq!((sent.body["think"].as_str(), sent.subjects()), (Some(level), vec!["thinking"]));
    }
    assert!(send(asking()).body.get("think").is_none());
}

#[test]
fn thinking_follows_what_the_catalog_says_of_the_model() {
    use ThinkingMode::{Adaptive, AlwaysOn, Effort as Levels};
    let high = ThinkingConfig::Effort(Effort::High);
    let warned = vec!["thinking".to_owned()];
    assert_eq!(think(high, &[]), (Value::Null, warned.clone()));
    assert_eq!(think(ThinkingConfig::Off, &[]), (Value::Null, vec![]));
    assert_eq!(think(high, &[Adaptive]), (json!(true), warned.clone()));
    assert_eq!(think(high, &[Levels]), (json!("high"), vec![]));
    assert_eq!(think(ThinkingConfig::Off, &[Levels, AlwaysOn]), (Value::Null, warned));
}

#[test]
fn the_form_of_the_answer_is_json_or_a_schema() {
    let format = |format| send(asking().response_format(format)).body["format"].clone();
    assert_eq!(format(ResponseFormat::JsonObject), "json");
    assert_eq!(format(ResponseFormat::Text), Value::Null);
    let schema = json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {}}});
    assert_eq!(format(ResponseFormat::json_schema("answer", schema.clone())), schema);
    let described = ResponseFormat::JsonSchema {
        name: "answer".to_owned(),
        description: Some("What.".to_owned()),
        schema: json!({"type": "object"}),
        strict: None,
    };
    assert_eq!(format(described), json!({"type": "object", "description": "What."}));
}

#[test]
fn probabilities_are_asked_for() {
    let mut request = asking();
    request.logprobs = Some(3);
    let body = send(request.clone()).body;
    assert_eq!((&body["logprobs"], &body["top_logprobs"]), (&json!(true), &json!(3)));
    request.logprobs = Some(0);
    assert!(send(request).body.get("top_logprobs").is_none());
}

#[test]
fn a_model_without_sampling_settings_gets_none() {
    let mut model = listed(&[]);
    model.capabilities.remove(&Capability::Sampling);
    let sent = send_to(asking().temperature(0.5).max_output_tokens(5), model);
    assert_eq!(sent.body["options"], json!({"num_predict": 5}));
    assert_eq!(sent.subjects(), ["temperature"]);
}

#[test]
fn settings_without_a_place_are_warned_of_or_refused() {
    type Change = fn(&mut CompletionRequest);
    let changes: [(&str, Change); 15] = [
        ("parallel_tool_calls", |request| request.parallel_tool_calls = Some(false)),
        ("verbosity", |request| request.verbosity = Some("low".to_owned())),
        ("cache", |request| request.cache = Some(CachePoint::new())),
        ("cache_key", |request| request.cache_key = Some("k".to_owned())),
        ("user", |request| request.user = Some("u".to_owned())),
        ("metadata", |request| drop(request.metadata.insert("a".to_owned(), "b".to_owned()))),
        ("service_tier", |request| request.service_tier = Some("flex".to_owned())),
        ("modalities", |request| request.modalities = vec!["audio".to_owned()]),
        ("speech", |request| request.speech = Some(Speech::voice("v"))),
        ("candidates", |request| request.candidates = Some(2)),
        ("thinking_display", |request| {
            request.parameters.thinking_display = Some(ThinkingDisplay::Omitted);
        }),
        ("stop_sequences", |request| request.parameters.stop_sequences = vec![String::new()]),
        ("state.store", |request| request.state.store = Some(true)),
        ("state.conversation", |request| request.state.conversation = Some("c".to_owned())),
        ("state.cached_content", |request| request.state.cached_content = Some("c".to_owned())),
    ];
    for (name, change) in changes {
        let mut request = asking();
        change(&mut request);
        let sent = send(request.clone());
        assert_eq!(sent.subjects(), [name]);
        assert_eq!(sent.body, send(asking()).body, "{name}");
        let error = refused(request.policy(FeaturePolicy::all(OnUnsupported::Deny)));
        assert_eq!(error.kind(), ErrorKind::UnsupportedFeature);
        assert!(error.message().contains(name), "{error}");
    }
}

#[test]
fn what_no_server_takes_is_refused() {
    assert_eq!(refused(asking().temperature(f64::NAN)).kind(), ErrorKind::InvalidRequest);
    let mut request = asking();
    request.candidates = Some(0);
    assert_eq!(refused(request).kind(), ErrorKind::InvalidRequest);
}
