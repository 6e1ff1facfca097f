//! What xAI takes, and what becomes of what it does not take.

use serde_json::json;
use steer_core::message::MediaPart;
use steer_core::model::ThinkingDisplay;
use steer_core::request::ProviderTool;
use steer_core::{
    Effort, ErrorKind, InputSchema, Media, Message, Part, RawJson, Role, ThinkingConfig, Tool, ToolChoice,
    ToolSchema,
};

use crate::{asking, builder, sent, subjects, told};

fn effort(model: &str, effort: Effort) -> Option<String> {
    Some(sent(asking(model).effort(effort)).pointer("/reasoning/effort")?.as_str()?.to_owned())
}

#[test]
fn each_model_is_told_a_level_of_effort_that_it_takes_and_none_where_it_takes_none() {
    for (model, wanted, told) in [
        ("grok-4.7", Effort::XHigh, Some("xhigh")),
        ("grok-4.7", Effort::Minimal, Some("low")),
        ("grok-4.5", Effort::Max, Some("high")),
        ("grok-3-mini", Effort::Medium, Some("low")),
        ("grok-4.20-0309-reasoning", Effort::High, None),
        ("grok-4.20-0309-non-reasoning", Effort::Low, None),
        ("some-model-of-tomorrow", Effort::Medium, Some("medium")),
    ] {
        assert_eq!(effort(model, wanted).as_deref(), told, "{model} {wanted:?}");
    }
}

#[test]
fn only_a_model_that_can_is_told_not_to_think() {
    let off =
        |model: &str| sent(asking(model).thinking(ThinkingConfig::Off)).pointer("/reasoning/effort").cloned();
    assert_eq!(off("grok-4.3"), Some(json!("none")));
    assert_eq!(off("grok-4.7"), None);
    assert_eq!(off("grok-4.20-0309-non-reasoning"), None, "there is nothing to turn off");
}

#[test]
fn a_summary_of_the_thinking_needs_no_asking_and_cannot_be_left_out() {
    let with = |display| {
        let mut request = asking("grok-4.7");
        request.parameters.thinking_display = Some(display);
        told(request)
    };
    let (body, warnings) = with(ThinkingDisplay::Summarized);
    assert_eq!((body.get("reasoning"), warnings.len()), (None, 0));
    let (_, warnings) = with(ThinkingDisplay::Omitted);
    assert_eq!(subjects(&warnings), ["thinking_display"]);
}

#[test]
fn what_the_api_does_not_have_is_left_out_with_a_warning() {
    let mut request = asking("grok-4.20-non-reasoning").stop_sequence("END").temperature(0.5);
    request.parameters.presence_penalty = Some(0.5);
    request.parameters.seed = Some(1);
    request.metadata.insert("a".to_owned(), "b".to_owned());
    request.state.conversation = Some("conv_1".to_owned());
    request.verbosity = Some("low".to_owned());
    let (body, warnings) = told(request);
    let mut named = subjects(&warnings);
    named.sort_unstable();
    assert_eq!(
        named,
        ["metadata", "presence_penalty", "seed", "state.conversation", "stop_sequences", "verbosity"]
    );
    assert_eq!(body["temperature"], 0.5);
    for member in ["metadata", "presence_penalty", "seed", "conversation", "stop", "text"] {
        assert_eq!(body.get(member), None, "{member}");
    }
}

#[test]
fn settings_stand_where_the_vendor_has_them() {
    let mut request = asking("grok-4.7").system("Be brief.").max_output_tokens(9);
    request.cache_key = Some("talk-7".to_owned());
    request.service_tier = Some("priority".to_owned());
    request.user = Some("u-1".to_owned());
    request.logprobs = Some(3);
    let (body, warnings) = told(request.provider_option("xai", "max_turns", 2));
    assert!(warnings.is_empty(), "{warnings:?}");
    insta::with_settings!({ omit_expression => true }, { insta::assert_json_snapshot!("settings", body) });
}

#[test]
fn the_vendors_tools_stand_in_the_list_and_one_can_be_chosen() {
    let tool = |json: &str| Tool::from(ProviderTool::new(steer_xai::API, RawJson::new(json).unwrap()));
    let request = asking("grok-4.7")
        .tool(ToolSchema::new("f", InputSchema::empty()))
        .tool(tool(r#"{"type":"web_search","enable_image_understanding":true}"#))
        .tool(tool(r#"{"type":"x_search","allowed_x_handles":["a"]}"#))
        .tool(tool(r#"{"type":"code_interpreter"}"#))
        .tool(tool(r#"{"type":"mcp","server_label":"s","server_url":"https://mcp.example"}"#))
        .tool_choice(ToolChoice::Tool("x_search".to_owned()));
    let body = sent(request);
    let kinds: Vec<&str> =
        body["tools"].as_array().unwrap().iter().filter_map(|tool| tool["type"].as_str()).collect();
    assert_eq!(kinds, ["function", "web_search", "x_search", "code_interpreter", "mcp"]);
    assert_eq!(body["tool_choice"], json!({"type": "x_search"}));
    assert_eq!(body["tools"][2], json!({"type": "x_search", "allowed_x_handles": ["a"]}));
}

fn showing(media: Media) -> steer_core::CompletionRequest {
    let parts = vec![Part::from("Look."), Part::Media(MediaPart::new(media))];
    asking("grok-4.7").message(Message::new(Role::User, parts))
}

#[test]
fn images_go_as_bytes_or_addresses_and_documents_by_their_address_alone() {
    let bytes = || b"\x89PNG\r\n\x1a\n".to_vec();
    let image = sent(showing(Media::image_bytes("image/png", bytes())));
    let url = image["input"][1]["content"][1]["image_url"].as_str().unwrap();
    assert!(url.starts_with("data:image/png;base64,"), "{url}");
    let mut document = Media::image_bytes("application/pdf", bytes());
    document.kind = steer_core::tools::MediaKind::Document;
    let error = builder().build().unwrap().preview(showing(document)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnsupportedFeature);
    assert!(error.to_string().contains("give its address"), "{error}");
    let mut document = Media::image_url("https://a.example/b.pdf");
    document.kind = steer_core::tools::MediaKind::Document;
    let body = sent(showing(document));
    assert_eq!(
        body["input"][1]["content"][1],
        json!({"type": "input_file", "file_url": "https://a.example/b.pdf"})
    );
}
