//! Settings: what is said around the conversation.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{asking, changed, refused, send, send_as, send_to, try_call, unlisted, warning};
use serde_json::{Value, json};
use steer_core::model::{ThinkingDisplay, ThinkingMode};
use steer_core::{
    Call, Capability, CompletionRequest, Delivery, Effort, ErrorKind, ModelConfig, ResponseFormat,
    ThinkingConfig, WarningKind,
};
use steer_openai_compatible::{API, Dialect, Formats, MaxTokens, ThinkingSetting};

fn streamed(dialect: Dialect) -> Value {
    try_call(&Call::new(asking(), unlisted()), Delivery::Stream, dialect).unwrap().body
}

fn thinking(setting: ThinkingSetting) -> Dialect {
    changed(|dialect| dialect.thinking = setting)
}

fn listed(modes: &[ThinkingMode]) -> ModelConfig {
    let mut model = unlisted();
    model.known = true;
    model.thinking_modes = modes.to_vec();
    model
}

fn schema(strict: bool) -> ResponseFormat {
    let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    ResponseFormat::JsonSchema {
        name: "the answer".into(),
        description: Some("All of it.".into()),
        schema,
        strict: Some(strict),
    }
}

#[test]
fn the_request_goes_to_the_path_of_the_dialect() {
    let sent = send_as(asking(), changed(|dialect| dialect.path = "/v2/chat"));
    assert_eq!(sent.path, "/v2/chat");
    assert_eq!(
        sent.text, r#"{"model":"model-1","messages":[{"role":"user","content":"Hi"}]}"#,
        "nothing is said that was not asked for"
    );
}

#[test]
fn a_stream_asks_for_its_usage_where_it_must() {
    let body = streamed(Dialect::compatible());
    assert_eq!((&body["stream"], &body["stream_options"]), (&json!(true), &json!({"include_usage": true})));
    assert!(streamed(changed(|dialect| dialect.stream_usage = false)).get("stream_options").is_none());
    let whole = send(asking()).body;
    assert!(whole.get("stream").is_none() && whole.get("stream_options").is_none());
}

#[test]
fn the_limit_has_the_member_of_the_dialect() {
    let request = asking().max_output_tokens(9);
    assert_eq!(send(request.clone()).body["max_tokens"], 9);
    let newer = changed(|dialect| dialect.max_tokens = MaxTokens::MaxCompletionTokens);
    let body = send_as(request, newer).body;
    assert_eq!((body.get("max_tokens"), &body["max_completion_tokens"]), (None, &json!(9)));
}

fn sampling() -> CompletionRequest {
    let mut request = asking().temperature(0.5).stop_sequence("\n").stop_sequence("");
    request.parameters.top_p = Some(0.9);
    request.parameters.top_k = Some(40);
    request.parameters.seed = Some(-7);
    request.parameters.presence_penalty = Some(1.0);
    request.parameters.frequency_penalty = Some(-1.0);
    request.candidates = Some(2);
    request
}

#[test]
fn sampling_settings_are_written() {
    let sent = send(sampling());
    let mut body = sent.body;
    for name in ["model", "messages"] {
        body.as_object_mut().unwrap().remove(name);
    }
    assert_eq!(
        body,
        json!({
            "temperature": 0.5, "top_p": 0.9, "top_k": 40, "presence_penalty": 1.0, "frequency_penalty": -1.0,
            "seed": -7, "stop": ["\n"], "n": 2
        })
    );
    assert!(sent.warnings.is_empty());
}

#[test]
fn settings_that_the_dialect_lacks_are_left_out_with_a_warning() {
    let bare = changed(|dialect| {
        (dialect.top_k, dialect.seed, dialect.penalties, dialect.candidates) = (false, false, false, false);
        dialect.stop_sequences = 0;
    });
    let sent = send_as(sampling(), bare);
    assert_eq!(
        sent.subjects(),
        ["top_k", "presence_penalty", "frequency_penalty", "seed", "candidates", "stop_sequences"]
    );
    assert!(
        ["top_k", "seed", "n", "stop", "presence_penalty"].iter().all(|name| sent.body.get(name).is_none())
    );
}

#[test]
fn more_stop_sequences_than_are_taken_are_cut() {
    let request = (0..6).fold(asking(), |request, number| request.stop_sequence(number.to_string()));
    let sent = send(request);
    assert_eq!(sent.body["stop"], json!(["0", "1", "2", "3"]));
    assert_eq!(sent.subjects(), ["stop_sequences"]);
}

#[test]
fn a_listed_model_that_does_not_sample_gets_no_sampling_settings() {
    let sent = send_to(sampling(), listed(&[]));
    assert_eq!(sent.subjects(), ["temperature", "top_p", "top_k", "presence_penalty", "frequency_penalty"]);
    assert_eq!((sent.body.get("temperature"), &sent.body["seed"]), (None, &json!(-7)));
    let mut model = listed(&[]);
    model.capabilities.insert(Capability::Sampling);
    assert_eq!(send_to(sampling(), model).body["temperature"], 0.5);
}

#[test]
fn numbers_that_are_none_are_refused() {
    assert_eq!(refused(asking().temperature(f64::NAN)).kind(), ErrorKind::InvalidRequest);
    let mut request = asking();
    request.candidates = Some(0);
    assert_eq!(refused(request).kind(), ErrorKind::InvalidRequest);
}

#[test]
fn effort_is_a_word() {
    for (config, word) in [
        (ThinkingConfig::Off, "none"),
        (ThinkingConfig::Effort(Effort::Minimal), "minimal"),
        (ThinkingConfig::Effort(Effort::XHigh), "xhigh"),
        (ThinkingConfig::Effort(Effort::Max), "max"),
    ] {
        let sent = send(asking().thinking(config));
        assert_eq!(sent.body["reasoning_effort"], word);
        assert!(sent.warnings.is_empty());
    }
    assert!(send(asking().thinking(ThinkingConfig::Adaptive)).body.get("reasoning_effort").is_none());
    let sent = send(asking().thinking(ThinkingConfig::Budget(8000)));
    assert_eq!(
        (&sent.body["reasoning_effort"], sent.warnings[0].kind),
        (&json!("medium"), WarningKind::Adjusted)
    );
}

#[test]
fn other_dialects_say_thinking_in_their_own_members() {
    let (off, adaptive) = (ThinkingConfig::Off, ThinkingConfig::Adaptive);
    let (high, budget) = (ThinkingConfig::Effort(Effort::High), ThinkingConfig::Budget(2000));
    let enabled = json!({"thinking": {"type": "enabled"}});
    for (setting, config, members, warnings) in [
        (ThinkingSetting::Object, high, json!({"reasoning": {"effort": "high"}}), 0),
        (ThinkingSetting::Object, budget, json!({"reasoning": {"max_tokens": 2000}}), 0),
        (ThinkingSetting::Object, off, json!({"reasoning": {"enabled": false}}), 0),
        (ThinkingSetting::Object, adaptive, json!({"reasoning": {"enabled": true}}), 0),
        (ThinkingSetting::Switch, high, enabled.clone(), 1),
        (ThinkingSetting::Switch, adaptive, enabled, 0),
        (ThinkingSetting::Switch, off, json!({"thinking": {"type": "disabled"}}), 0),
        (ThinkingSetting::Flag, budget, json!({"enable_thinking": true, "thinking_budget": 2000}), 0),
        (ThinkingSetting::Flag, high, json!({"enable_thinking": true}), 1),
        (ThinkingSetting::Flag, off, json!({"enable_thinking": false}), 0),
        (ThinkingSetting::None, high, json!({}), 1),
    ] {
        let sent = send_as(asking().thinking(config), thinking(setting));
        let mut body = sent.body.clone();
        body.as_object_mut().unwrap().retain(|name, _| name != "model" && name != "messages");
        assert_eq!((body, sent.warnings.len()), (members, warnings), "{setting:?} {config:?}");
    }
}

#[test]
fn a_listed_model_is_not_told_to_think_as_it_cannot() {
    let sent = send_to(asking().thinking(ThinkingConfig::Off), listed(&[]));
    assert!(sent.body.get("reasoning_effort").is_none() && sent.warnings.is_empty());
    let sent = send_to(asking().effort(Effort::High), listed(&[]));
    assert!(sent.body.get("reasoning_effort").is_none() && sent.subjects() == ["thinking"]);
    let always = listed(&[ThinkingMode::Effort, ThinkingMode::AlwaysOn]);
    let sent = send_to(asking().thinking(ThinkingConfig::Off), always);
    assert!(sent.body.get("reasoning_effort").is_none() && sent.subjects() == ["thinking"]);
}

#[test]
fn how_thinking_is_shown_cannot_be_said() {
    let mut request = asking();
    request.parameters.thinking_display = Some(ThinkingDisplay::Omitted);
    assert_eq!(send(request).subjects(), ["thinking_display"]);
}

#[test]
fn a_format_is_written_as_far_as_the_dialect_has_it() {
    let format = |format, dialect| {
        let sent = send_as(asking().response_format(format), dialect);
        (sent.body.get("response_format").cloned().unwrap_or_default(), sent.warnings.len())
    };
    let full = Dialect::compatible();
    let object = changed(|dialect| dialect.formats = Formats::Object);
    let text = changed(|dialect| dialect.formats = Formats::Text);
    let any = json!({"type": "json_object"});
    assert_eq!(format(ResponseFormat::Text, text), (Value::Null, 0));
    assert_eq!(format(ResponseFormat::JsonObject, full), (any.clone(), 0));
    assert_eq!(format(ResponseFormat::JsonObject, text), (Value::Null, 1));
    assert_eq!(format(schema(false), object), (any, 1));
    assert_eq!(format(schema(false), text), (Value::Null, 1));
    let given = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    assert_eq!(
        format(schema(false), full).0,
        json!({"type": "json_schema", "json_schema": {
            "name": "the_answer", "description": "All of it.", "strict": false, "schema": given
        }})
    );
}

#[test]
fn the_schema_of_a_strict_answer_is_lowered() {
    let sent = send(asking().response_format(schema(true)));
    let schema = &sent.body["response_format"]["json_schema"]["schema"];
    assert_eq!((&schema["required"], &schema["additionalProperties"]), (&json!(["a"]), &json!(false)));
}

fn with_extras() -> CompletionRequest {
    let mut request = asking();
    request.user = Some("u1".into());
    request.state.store = Some(true);
    request.metadata.insert("k".into(), "v".into());
    request.service_tier = Some("flex".into());
    request.verbosity = Some("low".into());
    request.cache_key = Some("key".into());
    request.modalities = vec!["text".into(), "audio".into()];
    request
}

#[test]
fn the_inventors_own_settings_are_written_for_the_inventor() {
    let sent = send_as(with_extras(), Dialect::original());
    let mut body = sent.body;
    body.as_object_mut().unwrap().retain(|name, _| name != "model" && name != "messages");
    assert_eq!(
        body,
        json!({
            "modalities": ["text", "audio"], "verbosity": "low", "prompt_cache_key": "key",
            "safety_identifier": "u1", "metadata": {"k": "v"}, "store": true, "service_tier": "flex"
        })
    );
    assert!(sent.warnings.is_empty());
}

#[test]
fn other_dialects_take_the_user_alone() {
    let sent = send(with_extras());
    assert_eq!(sent.body["user"], "u1");
    assert_eq!(sent.body.as_object().unwrap().len(), 3);
    assert_eq!(
        sent.subjects(),
        ["state.store", "metadata", "service_tier", "verbosity", "cache_key", "modalities"]
    );
}

#[test]
fn what_a_server_keeps_has_no_place() {
    let mut request = asking();
    request.state.previous_response_id = Some("r".into());
    request.state.conversation = Some("c".into());
    request.state.container = Some("c".into());
    request.state.cached_content = Some("c".into());
    assert_eq!(send_as(request.clone(), Dialect::original()).warnings.len(), 4);
    let mut strict = request.policy(warning());
    strict.policy.settings = steer_core::request::OnUnsupported::Deny;
    assert_eq!(refused(strict).kind(), ErrorKind::UnsupportedFeature);
}

#[test]
fn options_of_provider_and_format_are_merged_into_the_body_and_win() {
    let request = asking()
        .temperature(0.5)
        .max_output_tokens(9)
        .provider_option(API, "logprobs", true)
        .provider_option(API, "seed", 1)
        .provider_option("acme", "seed", 2)
        .provider_option("acme", "stream_options", json!({"more": true}))
        .provider_option("acme", "temperature", Value::Null)
        .provider_option("other", "logit_bias", json!({}));
    let sent = try_call(&Call::new(request, unlisted()), Delivery::Stream, Dialect::compatible()).unwrap();
    assert_eq!((&sent.body["logprobs"], &sent.body["seed"]), (&json!(true), &json!(2)));
    assert_eq!(sent.body["stream_options"], json!({"include_usage": true, "more": true}));
    assert!(sent.body.get("temperature").is_none() && sent.body.get("logit_bias").is_none());
}
