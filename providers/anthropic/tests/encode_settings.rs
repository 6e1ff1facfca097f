//! Limits, thinking, sampling, formats and options.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{asking, chat, listed, refused, send, send_to, try_send};
use serde_json::{Value, json};
use steer_core::model::{ThinkingDisplay, ThinkingMode};
use steer_core::request::{FeaturePolicy, OnUnsupported};
use steer_core::{
    Capability, CompletionRequest, Effort, ErrorKind, ModelConfig, ResponseFormat, ThinkingConfig,
    WarningKind,
};

const BUDGET: [ThinkingMode; 1] = [ThinkingMode::Budget];
const ADAPTIVE: [ThinkingMode; 2] = [ThinkingMode::Adaptive, ThinkingMode::Effort];

fn thinking(config: ThinkingConfig, modes: &[ThinkingMode]) -> (Value, Value, Vec<String>) {
    let sent = send_to(asking().max_output_tokens(9000).thinking(config), listed(modes));
    let subjects = sent.warnings.iter().map(|warning| warning.subject.clone()).collect();
    (sent.body["thinking"].clone(), sent.body["output_config"]["effort"].clone(), subjects)
}

#[test]
fn the_limit_comes_from_the_request_the_catalog_or_a_default() {
    let request = CompletionRequest::new("m").user("Hi");
    assert_eq!(send(asking()).body["max_tokens"], 1000);
    assert_eq!(send_to(request.clone(), listed(&[])).body["max_tokens"], 10_000);
    let sent = send(request);
    assert_eq!(sent.body["max_tokens"], 4096);
    assert_eq!(sent.subjects(), ["max_output_tokens"]);
}

#[test]
fn a_budget_is_added_to_a_limit_that_does_not_hold_it() {
    let asked = |budget, limit| {
        let request = asking().max_output_tokens(limit).thinking(ThinkingConfig::Budget(budget));
        try_send(request, listed(&BUDGET))
    };
    let sent = asked(2000, 1000).unwrap();
    assert_eq!(sent.body["max_tokens"], 3000);
    assert_eq!(sent.body["thinking"], json!({"type": "enabled", "budget_tokens": 2000}));
    assert_eq!(sent.subjects(), ["max_output_tokens"]);
    assert_eq!(asked(9500, 1000).unwrap().body["max_tokens"], 10_000, "the model's own limit holds");
    assert_eq!(asked(2000, 3000).unwrap().body["max_tokens"], 3000, "it holds the budget already");
    assert_eq!(asked(10_000, 1000).err().unwrap().kind(), ErrorKind::InvalidRequest);
}

#[test]
fn a_budget_is_never_less_than_the_api_takes() {
    let (wire, _, subjects) = thinking(ThinkingConfig::Budget(5), &BUDGET);
    assert_eq!(wire["budget_tokens"], 1024);
    assert_eq!(subjects, ["thinking"]);
}

#[test]
fn a_model_without_budgets_gets_an_effort() {
    let (wire, effort, subjects) = thinking(ThinkingConfig::Budget(9000), &ADAPTIVE);
    assert_eq!((wire, effort), (json!({"type": "adaptive"}), json!("high")));
    assert_eq!(subjects, ["thinking"]);
}

#[test]
fn a_model_that_does_not_adapt_gets_a_budget() {
    let (wire, _, subjects) = thinking(ThinkingConfig::Adaptive, &BUDGET);
    assert_eq!(wire, json!({"type": "enabled", "budget_tokens": 8192}));
    assert_eq!(subjects, ["thinking"]);
    let (wire, effort, subjects) = thinking(ThinkingConfig::Effort(Effort::Low), &BUDGET);
    assert_eq!((wire, effort), (json!({"type": "enabled", "budget_tokens": 2048}), Value::Null));
    assert!(subjects.is_empty());
    let (wire, _, subjects) = thinking(ThinkingConfig::Effort(Effort::Max), &BUDGET);
    assert_eq!(wire["budget_tokens"], 4500, "the answer keeps its half of the limit");
    assert_eq!(subjects, ["thinking"]);
}

#[test]
fn an_effort_has_its_word() {
    let words = [
        (Effort::Minimal, "low"),
        (Effort::Low, "low"),
        (Effort::Medium, "medium"),
        (Effort::High, "high"),
        (Effort::XHigh, "xhigh"),
        (Effort::Max, "max"),
    ];
    for (effort, word) in words {
        let (wire, written, subjects) = thinking(ThinkingConfig::Effort(effort), &ADAPTIVE);
        assert_eq!((wire, written), (json!({"type": "adaptive"}), json!(word)));
        assert!(subjects.is_empty());
    }
}

#[test]
fn thinking_is_turned_off_as_far_as_the_model_lets_it() {
    assert_eq!(thinking(ThinkingConfig::Off, &ADAPTIVE).0, json!({"type": "disabled"}));
    let (wire, _, subjects) =
        thinking(ThinkingConfig::Off, &[ThinkingMode::Adaptive, ThinkingMode::AlwaysOn]);
    assert_eq!((wire, subjects), (Value::Null, vec!["thinking".to_owned()]));
    let (wire, _, subjects) =
        thinking(ThinkingConfig::Off, &[ThinkingMode::Adaptive, ThinkingMode::BetweenTools]);
    assert_eq!((wire, subjects), (json!({"type": "between_tools"}), vec!["thinking".to_owned()]));
    let (wire, _, subjects) = thinking(ThinkingConfig::Off, &[]);
    assert_eq!((wire, subjects), (Value::Null, vec![]), "it does not think anyway");
    assert_eq!(thinking(ThinkingConfig::Adaptive, &[]).2, ["thinking"]);
}

#[test]
fn an_unlisted_model_gets_what_was_asked() {
    let of = |config| send(asking().max_output_tokens(9000).thinking(config)).body["thinking"].clone();
    assert_eq!(of(ThinkingConfig::Budget(2000)), json!({"type": "enabled", "budget_tokens": 2000}));
    assert_eq!(of(ThinkingConfig::Adaptive), json!({"type": "adaptive"}));
    assert_eq!(of(ThinkingConfig::Off), json!({"type": "disabled"}));
    assert_eq!(send(asking().effort(Effort::XHigh)).body["output_config"], json!({"effort": "xhigh"}));
}

#[test]
fn what_is_shown_of_thinking_stands_with_it() {
    let mut request = asking().thinking(ThinkingConfig::Adaptive);
    request.parameters.thinking_display = Some(ThinkingDisplay::Omitted);
    let sent = send(request.clone());
    assert_eq!(sent.body["thinking"], json!({"type": "adaptive", "display": "omitted"}));
    request.parameters.thinking = None;
    assert_eq!(send(request).subjects(), ["thinking_display"]);
}

#[test]
fn temperature_is_clamped() {
    let sent = send(asking().temperature(1.5));
    assert_eq!(sent.body["temperature"], 1.0);
    assert_eq!(sent.warnings[0].kind, WarningKind::Adjusted);
    for value in [f64::NAN, f64::INFINITY] {
        assert_eq!(refused(asking().temperature(value)).kind(), ErrorKind::InvalidRequest);
    }
}

fn sampled() -> CompletionRequest {
    let mut request = asking().temperature(0.5);
    request.parameters.top_p = Some(0.9);
    request.parameters.top_k = Some(5);
    request
}

fn without_sampling() -> ModelConfig {
    let mut model = listed(&ADAPTIVE);
    model.capabilities.remove(&Capability::Sampling);
    model
}

#[test]
fn sampling_settings_are_left_out_where_the_model_takes_none() {
    let request = sampled().thinking(ThinkingConfig::Adaptive);
    for sent in [send_to(sampled(), without_sampling()), send(request)] {
        assert_eq!(sent.subjects(), ["temperature", "top_p", "top_k"]);
        assert!(["temperature", "top_p", "top_k"].iter().all(|name| sent.body.get(name).is_none()));
    }
    let strict = sampled().policy(FeaturePolicy::all(OnUnsupported::Deny));
    assert_eq!(try_send(strict, without_sampling()).err().unwrap().kind(), ErrorKind::UnsupportedFeature);
}

#[test]
fn a_listed_model_takes_temperature_or_top_p() {
    let sent = send_to(sampled(), listed(&[]));
    assert_eq!((&sent.body["temperature"], &sent.body["top_p"]), (&json!(0.5), &Value::Null));
    assert_eq!(sent.subjects(), ["top_p"]);
    let sent = send(sampled());
    assert_eq!((&sent.body["top_p"], &sent.body["top_k"]), (&json!(0.9), &json!(5)));
}

#[test]
fn blank_stop_sequences_are_left_out() {
    let sent = send(asking().stop_sequence("END").stop_sequence(" \n"));
    assert_eq!(sent.body["stop_sequences"], json!(["END"]));
    assert_eq!(sent.subjects(), ["stop_sequences"]);
    assert!(!send(asking().stop_sequence(" ")).text.contains("stop_sequences"));
}

#[test]
fn settings_without_a_place_are_reported() {
    let mut request = asking();
    request.parameters.seed = Some(1);
    request.parameters.presence_penalty = Some(0.1);
    request.parameters.frequency_penalty = Some(0.1);
    request.verbosity = Some("low".to_owned());
    request.modalities = vec!["text".to_owned(), "audio".to_owned()];
    request.candidates = Some(2);
    request.cache_key = Some("k".to_owned());
    request.metadata.insert("a".to_owned(), "b".to_owned());
    request.state.store = Some(true);
    request.state.previous_response_id = Some("r".to_owned());
    let sent = send(request);
    assert!(sent.warnings.iter().all(|warning| warning.kind == WarningKind::Unsupported));
    assert_eq!(
        sent.subjects(),
        [
            "verbosity",
            "modalities",
            "candidates",
            "cache_key",
            "metadata",
            "state.store",
            "state.previous_response_id",
            "seed",
            "presence_penalty",
            "frequency_penalty",
        ]
    );
}

#[test]
fn an_answers_schema_is_lowered_and_each_change_reported() {
    let schema = json!({
        "type": "object",
        "properties": {"n": {"type": "integer", "minimum": 1, "maximum": 3}, "s": {"type": "string"}},
        "required": ["n"],
    });
    let sent = send(asking().response_format(ResponseFormat::json_schema("answer", schema)));
    insta::assert_json_snapshot!(sent.body["output_config"]);
    let of_n: Vec<_> = sent.warnings.iter().filter(|w| w.subject == "response_format/properties/n").collect();
    assert_eq!(of_n.len(), 1);
    assert_eq!(of_n[0].kind, WarningKind::Converted);
}

#[test]
fn only_the_first_changes_of_a_schema_are_named() {
    let properties: serde_json::Map<String, Value> =
        (0..40).map(|n| (format!("p{n:02}"), json!({"type": "integer", "minimum": n}))).collect();
    let schema = json!({"type": "object", "properties": properties, "additionalProperties": false});
    let sent = send(asking().response_format(ResponseFormat::json_schema("answer", schema)));
    assert_eq!(sent.warnings.len(), 21);
    assert!(sent.warnings[20].message.contains("20 more"), "{}", sent.warnings[20].message);
}

#[test]
fn json_without_a_schema_has_no_place() {
    assert_eq!(send(asking().response_format(ResponseFormat::JsonObject)).subjects(), ["response_format"]);
    assert!(send(asking().response_format(ResponseFormat::Text)).warnings.is_empty());
}

#[test]
fn the_user_the_tier_and_the_container_have_their_members() {
    let mut request = asking();
    request.user = Some("u1".to_owned());
    request.service_tier = Some("auto".to_owned());
    request.state.container = Some("c1".to_owned());
    let body = send(request).body;
    assert_eq!(body["metadata"], json!({"user_id": "u1"}));
    assert_eq!((&body["service_tier"], &body["container"]), (&json!("auto"), &json!("c1")));
}

#[test]
fn options_win_over_what_is_there() {
    let request = asking()
        .temperature(0.5)
        .effort(Effort::High)
        .provider_option("anthropic-messages", "speed", "standard")
        .provider_option("anthropic", "speed", "fast")
        .provider_option("anthropic", "max_tokens", Value::Null)
        .provider_option("anthropic", "output_config", json!({"task_budget": {"total": 1}, "effort": "max"}))
        .provider_option("openai", "store", true);
    let body = send(request).body;
    assert_eq!(body["speed"], "fast");
    assert!(body.get("max_tokens").is_none() && body.get("store").is_none());
    assert_eq!(body["output_config"], json!({"effort": "max", "task_budget": {"total": 1}}));
    assert_eq!(body["thinking"], json!({"type": "adaptive"}));
}

#[test]
fn an_option_removes_a_member_of_a_member() {
    let request = chat().user("Hi").effort(Effort::Low).provider_option(
        "anthropic",
        "output_config",
        json!({"effort": null, "a": {"b": null}}),
    );
    assert_eq!(send(request).body["output_config"], json!({"a": {}}));
}

#[test]
fn a_limit_above_the_most_of_the_model_is_lowered_to_it() {
    let sent = send_to(asking().max_output_tokens(10_001), listed(&[]));
    assert_eq!((&sent.body["max_tokens"], sent.subjects()), (&json!(10_000), vec!["max_output_tokens"]));
}

#[test]
fn a_level_of_effort_that_the_model_lacks_becomes_the_nearest_one_with_a_warning() {
    let mut model = listed(&[ThinkingMode::Adaptive, ThinkingMode::Effort]);
    model.efforts = vec![Effort::Low, Effort::Medium, Effort::High];
    let sent = send_to(asking().effort(Effort::Max), model.clone());
    assert_eq!(sent.body["output_config"]["effort"], "high");
    assert_eq!(sent.subjects(), ["thinking"]);
    assert!(send_to(asking().effort(Effort::Medium), model).warnings.is_empty());
}

#[test]
fn no_tools_are_no_member_and_probabilities_and_voices_are_reported() {
    let mut request = asking();
    (request.logprobs, request.speech) = (Some(2), Some(steer_core::request::Speech::voice("v")));
    let sent = send(request);
    assert_eq!(sent.body.get("tools"), None);
    assert_eq!(sent.subjects(), ["logprobs", "speech"]);
}
