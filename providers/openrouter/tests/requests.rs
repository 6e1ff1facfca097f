//! What OpenRouter takes, and what becomes of what it does not take.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

use serde_json::{Value, json};
use steer_core::message::CachePoint;
use steer_core::request::{FeaturePolicy, OnUnsupported};
use steer_core::{
    Client, CompletionRequest, Delivery, Effort, ErrorKind, InputSchema, Message, Part, SystemContext,
    ThinkingConfig, ToolResult, ToolSchema,
};
use steer_testkit::conformance::Subject;

fn client() -> Client {
    let builder = Client::builder().only_registered().register(steer_openrouter::REGISTRATION);
    builder.api_key("openrouter", "sk-or-test").build().unwrap()
}

fn sent(request: CompletionRequest) -> Value {
    let request = client().preview(request).unwrap().unwrap();
    serde_json::from_slice(request.body()).unwrap()
}

fn asking() -> CompletionRequest {
    CompletionRequest::new("openrouter/anthropic/claude-sonnet-5.5").user("Hi")
}

#[test]
fn any_model_is_asked_for_by_the_name_that_openrouter_gives_it() {
    for (model, name) in [
        ("openrouter/anthropic/claude-sonnet-5.5", "anthropic/claude-sonnet-5.5"),
        ("openrouter/deepseek/deepseek-v3.2:free", "deepseek/deepseek-v3.2:free"),
        ("openrouter/~anthropic/claude-sonnet-latest", "~anthropic/claude-sonnet-latest"),
        ("openrouter/openrouter/auto", "openrouter/auto"),
    ] {
        assert_eq!(sent(CompletionRequest::new(model).user("Hi"))["model"], name);
    }
    let http = client().preview(asking()).unwrap().unwrap();
    assert_eq!(http.uri(), "https://openrouter.ai/api/v1/chat/completions");
    assert_eq!(http.headers()["authorization"], "Bearer sk-or-test");
    assert!(!http.headers().contains_key("http-referer") && !http.headers().contains_key("x-title"));
}

#[test]
fn a_catalog_changes_what_is_taken_and_another_provider_of_the_format_is_no_openrouter() {
    let catalog = "[[providers]]\nid = 'openrouter'\ndialect = { seed = false }\n\
                   [[providers]]\nid = 'mine'\napi_format = 'openai-chat'\nbase_url = 'https://mine.example'\nauth = 'none'\n";
    let builder = Client::builder().only_registered().register(steer_openrouter::REGISTRATION);
    let client = builder.catalog("mine.toml", catalog).api_key("openrouter", "key").build().unwrap();
    let body = |model: &str| -> Value {
        let mut request =
            CompletionRequest::new(model).user("Hi").thinking(ThinkingConfig::Effort(Effort::High));
        request.parameters.seed = Some(7);
        serde_json::from_slice(client.preview(request).unwrap().unwrap().body()).unwrap()
    };
    let routed = body("openrouter/some/model");
    assert_eq!((routed.get("seed"), &routed["reasoning"]), (None, &json!({"effort": "high"})));
    let mine = body("mine/some-model");
    assert_eq!((&mine["seed"], mine.get("reasoning")), (&json!(7), None));
}

#[test]
fn how_much_to_think_is_an_object() {
    let reasoning = |config| sent(asking().thinking(config))["reasoning"].clone();
    assert_eq!(reasoning(ThinkingConfig::Effort(Effort::High)), json!({"effort": "high"}));
    assert_eq!(reasoning(ThinkingConfig::Budget(2000)), json!({"max_tokens": 2000}));
    assert_eq!(sent(asking()).get("reasoning"), None);
    let off = CompletionRequest::new("openrouter/some/model").user("Hi").thinking(ThinkingConfig::Off);
    assert_eq!(sent(off)["reasoning"], json!({"enabled": false}));
}

#[test]
fn what_the_model_thought_goes_back_as_it_came() {
    for (fixture, delivery, details) in [
        (
            "thinking_call.stream.sse",
            Delivery::Stream,
            json!([{"type": "reasoning.text", "format": "anthropic-claude-v1", "index": 0, "text": "Ask for it.",
                "signature": "c2lnbmVk"}]),
        ),
        (
            "thinking_call.whole.json",
            Delivery::Whole,
            json!([{"type": "reasoning.text", "format": "anthropic-claude-v1", "index": 0, "text": "Ask for it.",
                "signature": "c2lnbmVk"}]),
        ),
        (
            "thinking_encrypted.stream.sse",
            Delivery::Stream,
            json!([{"type": "reasoning.encrypted", "format": "openai-responses-v1", "index": 0, "id": "rs_1",
                "data": "c2VhbGVk"}]),
        ),
    ] {
        let path = format!("{}/tests/fixtures/{fixture}", env!("CARGO_MANIFEST_DIR"));
        let model = "openrouter/anthropic/claude-sonnet-5.5";
        let subject = Subject::new(steer_openrouter::REGISTRATION, model).unwrap();
        let answer = subject.decode(delivery, [std::fs::read(path).unwrap().into()]).result.unwrap();
        let results: Vec<ToolResult> = answer
            .tool_calls()
            .map(|call| ToolResult::text(call.id.clone(), "rain").for_tool(&call.name))
            .collect();
        let mut request =
            asking().tool(ToolSchema::new("weather", InputSchema::empty())).message(answer.into_message());
        request = match results.is_empty() {
            true => request.user("And now?"),
            false => request.message(Message::tools(results)),
        };
        let body = sent(request);
        assert_eq!(body["messages"][1]["reasoning_details"], details, "{fixture}");
    }
}

#[test]
fn cache_points_stand_in_what_the_user_and_the_program_say() {
    let request = CompletionRequest::new("openrouter/anthropic/claude-sonnet-5.5")
        .system(SystemContext::new("You are brief.").cached(CachePoint::new()))
        .message(Message::user(Part::text("Hi").cached(CachePoint::new())));
    let body = sent(request);
    let cached = json!({"type": "ephemeral"});
    for message in 0..2 {
        assert_eq!(body["messages"][message]["content"][0]["cache_control"], cached, "{message}");
    }
}

#[test]
fn routing_goes_into_the_body_and_the_programs_name_into_headers() {
    let request = asking()
        .provider_option("openrouter", "provider", json!({"order": ["anthropic"], "allow_fallbacks": false}))
        .provider_option("openrouter", "models", json!(["anthropic/claude-opus-5.5"]))
        .provider_header("openrouter", "HTTP-Referer", "https://my-program.example")
        .provider_header("openrouter", "X-Title", "My program")
        .max_output_tokens(9);
    let http = client().preview(request).unwrap().unwrap();
    assert_eq!(http.headers()["http-referer"], "https://my-program.example");
    assert_eq!(http.headers()["x-title"], "My program");
    let body: Value = serde_json::from_slice(http.body()).unwrap();
    insta::with_settings!({ omit_expression => true }, { insta::assert_json_snapshot!("routing", body) });
}

#[test]
fn what_has_no_place_is_refused_where_the_policy_denies_it() {
    let mut request = asking().policy(FeaturePolicy::all(OnUnsupported::Deny));
    request.service_tier = Some("flex".to_owned());
    assert_eq!(client().preview(request).unwrap_err().kind(), ErrorKind::UnsupportedFeature);
}
