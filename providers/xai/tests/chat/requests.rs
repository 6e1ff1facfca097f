//! What xAI takes, and what becomes of what it does not take.

use std::sync::Arc;

use serde_json::{Value, json};
use steer_core::request::{FeaturePolicy, OnUnsupported};
use steer_core::{
    Client, CompletionRequest, Effort, ErrorKind, InputSchema, Message, Part, Role, ThinkingConfig, ToolCall,
    ToolResult, ToolSchema,
};

use crate::builder;

fn client() -> Client {
    builder().build().unwrap()
}

fn sent(request: CompletionRequest) -> Value {
    let request = client().preview(request).unwrap().unwrap();
    serde_json::from_slice(request.body()).unwrap()
}

fn asking(model: &str) -> CompletionRequest {
    CompletionRequest::new(format!("xai/{model}")).user("Hi")
}

fn effort(model: &str, effort: Effort) -> Option<String> {
    Some(sent(asking(model).effort(effort)).get("reasoning_effort")?.as_str()?.to_owned())
}

#[test]
fn each_model_is_told_a_level_of_effort_that_it_takes_and_none_where_it_takes_none() {
    for (model, wanted, told) in [
        ("grok-4.7", Effort::XHigh, Some("xhigh")),
        ("grok-4.7", Effort::Minimal, Some("low")),
        ("grok-4.5", Effort::Max, Some("high")),
        ("grok-3-mini", Effort::Medium, Some("low")),
        ("grok-4.20", Effort::High, None),
        ("grok-build-0.1", Effort::Low, None),
        ("grok-4.20-non-reasoning", Effort::Low, None),
        ("some-model-of-tomorrow", Effort::Medium, Some("medium")),
    ] {
        assert_eq!(effort(model, wanted).as_deref(), told, "{model} {wanted:?}");
    }
}

#[test]
fn only_a_model_that_can_is_told_not_to_think() {
    let off =
        |model: &str| sent(asking(model).thinking(ThinkingConfig::Off)).get("reasoning_effort").cloned();
    assert_eq!(off("grok-4.3"), Some(json!("none")));
    assert_eq!(off("grok-4.7"), None);
    assert_eq!(off("grok-4.20-non-reasoning"), None, "there is nothing to turn off");
}

fn with_stop_and_penalties(model: &str) -> CompletionRequest {
    let mut request = asking(model).stop_sequence("END").temperature(0.5);
    request.parameters.presence_penalty = Some(0.5);
    request.parameters.frequency_penalty = Some(0.5);
    request
}

#[test]
fn models_that_think_get_no_stop_sequences_and_no_penalties() {
    let thinks = sent(with_stop_and_penalties("grok-4.7"));
    let has = |body: &Value| {
        ["stop", "presence_penalty", "frequency_penalty", "temperature"].map(|name| body.get(name).is_some())
    };
    assert_eq!(has(&thinks), [false, false, false, true]);
    assert_eq!(has(&sent(with_stop_and_penalties("grok-4.20-non-reasoning"))), [true; 4]);
    let strict = with_stop_and_penalties("grok-4.7").policy(FeaturePolicy::all(OnUnsupported::Deny));
    let error = client().preview(strict).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnsupportedFeature);
    assert!(error.to_string().contains("for a model that thinks"), "{error}");
}

#[test]
fn results_go_in_the_order_of_the_calls_however_the_conversation_holds_them() {
    let schema = || ToolSchema::new("f", InputSchema::empty());
    let calls = ["call_1", "call_2"].map(|id| Part::from(ToolCall::new(id, "f", "{}")));
    let result = |id: &str| Message::tool(ToolResult::text(id, id).for_tool("f"));
    let request = asking("grok-4.7")
        .tool(schema())
        .message(Message::new(Role::Assistant, calls.to_vec()))
        .message(result("call_2"))
        .message(result("call_1"));
    let body = sent(request);
    let ids: Vec<&str> =
        body["messages"].as_array().unwrap().iter().filter_map(|m| m["tool_call_id"].as_str()).collect();
    assert_eq!(ids, ["call_1", "call_2"]);
    assert_eq!(body["messages"][1]["content"], "", "a turn of calls alone has an empty text");
}

#[test]
fn search_parameters_go_into_the_body_and_the_cache_key_into_a_header() {
    let mut request = asking("grok-4.7").max_output_tokens(9);
    request = request.provider_option("xai", "search_parameters", json!({"mode": "on"}));
    request.cache_key = Some("talk-7".to_owned());
    let http = client().preview(Arc::new(request)).unwrap().unwrap();
    assert_eq!(http.headers()["x-grok-conv-id"], "talk-7");
    assert_eq!(http.headers()["authorization"], "Bearer xai-test");
    let body: Value = serde_json::from_slice(http.body()).unwrap();
    insta::with_settings!({ omit_expression => true }, { insta::assert_json_snapshot!("search", body) });
    let mut broken = asking("grok-4.7");
    broken.cache_key = Some("a\nb".to_owned());
    assert_eq!(client().preview(broken).unwrap_err().kind(), ErrorKind::InvalidRequest);
}

#[test]
fn the_tier_is_asked_for_and_what_only_openai_has_is_not() {
    let mut request = asking("grok-4.7");
    request.service_tier = Some("priority".to_owned());
    request.verbosity = Some("low".to_owned());
    let body = sent(request);
    assert_eq!((&body["service_tier"], body.get("verbosity")), (&json!("priority"), None));
}
