//! What may be asked beside the conversation: each option stands where an API has it, and is told or refused where an
//! API has none.
#![cfg(all(
    feature = "anthropic",
    feature = "gemini",
    feature = "ollama",
    feature = "openai",
    feature = "openai-compatible"
))]
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

use serde_json::{Value, json};
use steer::message::{CachePoint, Role};
use steer::model::ThinkingDisplay;
use steer::request::{
    FeaturePolicy, FunctionTool, ImageFormat, OnUnsupported, Speech, UserLocation, WebSearch,
};
use steer::{
    Call, CompletionRequest, Delivery, Effort, ErrorKind, InputSchema, Media, Message, ModelConfig, ModelId,
    Part, Protocol, ResponseFormat, Tool, ToolChoice, ToolSchema,
};

static MESSAGES: steer::anthropic::Messages = steer::anthropic::Messages;
static RESPONSES: steer::openai::Responses =
    steer::openai::Responses::new(steer::openai::ResponsesDialect::original());
static CHAT: steer::openai::Chat = steer::openai::Chat::new(steer::openai::DIALECT);
static GEMINI: steer::gemini::GenerateContent = steer::gemini::GenerateContent::new();
static OLLAMA: steer::ollama::Chat = steer::ollama::Chat;

/// The APIs, in the order of the table's columns.
fn apis() -> [(&'static str, &'static dyn Protocol); 5] {
    [
        ("anthropic", &MESSAGES),
        ("openai", &RESPONSES),
        ("openai-chat", &CHAT),
        ("gemini", &GEMINI),
        ("ollama", &OLLAMA),
    ]
}

/// `Row` is one option.
struct Row {
    /// What a warning calls it.
    name: &'static str,
    set: fn(&mut CompletionRequest),
    /// Where it stands in the body of each API; `None` where an API has no such option.
    places: [Option<&'static str>; 5],
}

const fn row(name: &'static str, set: fn(&mut CompletionRequest), places: [Option<&'static str>; 5]) -> Row {
    Row { name, set, places }
}

fn tool(change: impl FnOnce(&mut FunctionTool)) -> Tool {
    let mut tool = FunctionTool::new(ToolSchema::new("f", InputSchema::empty()));
    change(&mut tool);
    tool.into()
}

/// A schema that every API takes as it is.
fn object() -> Value {
    json!({"type": "object", "properties": {}, "required": [], "additionalProperties": false})
}

fn rows() -> Vec<Row> {
    vec![
        row(
            "max_output_tokens",
            |request| request.parameters.max_output_tokens = Some(7),
            [
                Some("/max_tokens"),
                Some("/max_output_tokens"),
                Some("/max_completion_tokens"),
                Some("/generationConfig/maxOutputTokens"),
                Some("/options/num_predict"),
            ],
        ),
        row(
            "temperature",
            |request| request.parameters.temperature = Some(0.5),
            [
                Some("/temperature"),
                Some("/temperature"),
                Some("/temperature"),
                Some("/generationConfig/temperature"),
                Some("/options/temperature"),
            ],
        ),
        row(
            "top_p",
            |request| request.parameters.top_p = Some(0.5),
            [
                Some("/top_p"),
                Some("/top_p"),
                Some("/top_p"),
                Some("/generationConfig/topP"),
                Some("/options/top_p"),
            ],
        ),
        row(
            "top_k",
            |request| request.parameters.top_k = Some(5),
            [Some("/top_k"), None, None, Some("/generationConfig/topK"), Some("/options/top_k")],
        ),
        row(
            "presence_penalty",
            |request| request.parameters.presence_penalty = Some(0.5),
            [
                None,
                None,
                Some("/presence_penalty"),
                Some("/generationConfig/presencePenalty"),
                Some("/options/presence_penalty"),
            ],
        ),
        row(
            "frequency_penalty",
            |request| request.parameters.frequency_penalty = Some(0.5),
            [
                None,
                None,
                Some("/frequency_penalty"),
                Some("/generationConfig/frequencyPenalty"),
                Some("/options/frequency_penalty"),
            ],
        ),
        row(
            "seed",
            |request| request.parameters.seed = Some(5),
            [None, None, Some("/seed"), Some("/generationConfig/seed"), Some("/options/seed")],
        ),
        row(
            "logit_bias",
            |request| {
                request.parameters.logit_bias.insert("42".to_owned(), -3.0);
            },
            [None, None, Some("/logit_bias/42"), None, None],
        ),
        row(
            "candidates",
            |request| request.candidates = Some(2),
            [None, None, Some("/n"), Some("/generationConfig/candidateCount"), None],
        ),
        row(
            "stop_sequences",
            |request| request.parameters.stop_sequences.push("END".to_owned()),
            [
                Some("/stop_sequences/0"),
                None,
                Some("/stop/0"),
                Some("/generationConfig/stopSequences/0"),
                Some("/options/stop/0"),
            ],
        ),
        row(
            "logprobs",
            |request| request.logprobs = Some(2),
            [
                None,
                Some("/top_logprobs"),
                Some("/top_logprobs"),
                Some("/generationConfig/logprobs"),
                Some("/top_logprobs"),
            ],
        ),
        row(
            "thinking",
            |request| *request = std::mem::take(request).effort(Effort::High),
            [
                Some("/output_config/effort"),
                Some("/reasoning/effort"),
                Some("/reasoning_effort"),
                Some("/generationConfig/thinkingConfig/thinkingLevel"),
                Some("/think"),
            ],
        ),
        row(
            "thinking_style",
            |request| request.parameters.thinking_style = Some("pro".to_owned()),
            [None, Some("/reasoning/mode"), None, None, None],
        ),
        row(
            "thinking_context",
            |request| request.parameters.thinking_context = Some("all_turns".to_owned()),
            [None, Some("/reasoning/context"), None, None, None],
        ),
        row(
            "response_format",
            |request| request.response_format = Some(ResponseFormat::json_schema("a", object())),
            [
                Some("/output_config/format"),
                Some("/text/format"),
                Some("/response_format"),
                Some("/generationConfig/responseMimeType"),
                Some("/format"),
            ],
        ),
        row(
            "verbosity",
            |request| request.verbosity = Some("low".to_owned()),
            [None, Some("/text/verbosity"), Some("/verbosity"), None, None],
        ),
        row(
            "parallel_tool_calls",
            |request| {
                request.tools.push(tool(|_| {}));
                request.parallel_tool_calls = Some(false);
            },
            [
                Some("/tool_choice/disable_parallel_tool_use"),
                Some("/parallel_tool_calls"),
                Some("/parallel_tool_calls"),
                None,
                None,
            ],
        ),
        row(
            "tool_choice",
            |request| {
                request.tools.push(tool(|_| {}));
                request.tool_choice = Some(ToolChoice::Required);
            },
            [
                Some("/tool_choice/type"),
                Some("/tool_choice"),
                Some("/tool_choice"),
                Some("/toolConfig/functionCallingConfig/mode"),
                None,
            ],
        ),
        row(
            "eager_input",
            |request| request.tools.push(tool(|tool| tool.eager_input = Some(true))),
            [Some("/tools/0/eager_input_streaming"), None, None, None, None],
        ),
        row(
            "tool f",
            |request| request.tools.push(tool(|tool| tool.deferred = true)),
            [Some("/tools/0/defer_loading"), Some("/tools/0/defer_loading"), None, None, None],
        ),
        row(
            "cache",
            |request| request.cache = Some(CachePoint::new()),
            [Some("/cache_control"), None, None, None, None],
        ),
        row(
            "cache_key",
            |request| request.cache_key = Some("k".to_owned()),
            [None, Some("/prompt_cache_key"), Some("/prompt_cache_key"), None, None],
        ),
        row(
            "cache_retention",
            |request| request.cache_retention = Some("24h".to_owned()),
            [None, Some("/prompt_cache_retention"), Some("/prompt_cache_retention"), None, None],
        ),
        row(
            "media_detail",
            |request| {
                let image = Media::image_url("https://a.example/a.png");
                request.messages = vec![Message::user(Part::from(image))];
                request.media_detail = Some("low".to_owned());
            },
            [
                None,
                Some("/input/0/content/0/detail"),
                Some("/messages/0/content/0/image_url/detail"),
                Some("/generationConfig/mediaResolution"),
                None,
            ],
        ),
        row(
            "state.store",
            |request| request.state.store = Some(true),
            [None, Some("/store"), Some("/store"), Some("/store"), None],
        ),
        row(
            "state.previous_response_id",
            |request| request.state.previous_response_id = Some("resp_1".to_owned()),
            [None, Some("/previous_response_id"), None, None, None],
        ),
        row(
            "state.conversation",
            |request| request.state.conversation = Some("conv_1".to_owned()),
            [None, Some("/conversation"), None, None, None],
        ),
        row(
            "state.container",
            |request| request.state.container = Some("c".to_owned()),
            [Some("/container"), None, None, None, None],
        ),
        row(
            "state.cached_content",
            |request| request.state.cached_content = Some("cachedContents/1".to_owned()),
            [None, None, None, Some("/cachedContent"), None],
        ),
        row(
            "state.background",
            |request| request.state.background = Some(true),
            [None, Some("/background"), None, None, None],
        ),
        row(
            "state.truncation",
            |request| request.state.truncation = Some("auto".to_owned()),
            [None, Some("/truncation"), None, None, None],
        ),
        row(
            "state.include",
            |request| request.state.include.push("web_search_call.action.sources".to_owned()),
            [None, Some("/include/1"), None, None, None],
        ),
        row(
            "state.context_management",
            |request| request.state.context_management = Some(json!({"edits": []})),
            [Some("/context_management"), Some("/context_management"), None, None, None],
        ),
        row(
            "service_tier",
            |request| request.service_tier = Some("flex".to_owned()),
            [Some("/service_tier"), Some("/service_tier"), Some("/service_tier"), Some("/serviceTier"), None],
        ),
        row(
            "speed",
            |request| request.speed = Some("fast".to_owned()),
            [Some("/speed"), None, None, None, None],
        ),
        row(
            "region",
            |request| request.region = Some("eu".to_owned()),
            [Some("/inference_geo"), None, None, None, None],
        ),
        row(
            "metadata",
            |request| drop(request.metadata.insert("a".to_owned(), "b".to_owned())),
            [None, Some("/metadata/a"), Some("/metadata/a"), Some("/labels/a"), None],
        ),
        row(
            "user",
            |request| request.user = Some("u".to_owned()),
            [Some("/metadata/user_id"), Some("/safety_identifier"), Some("/safety_identifier"), None, None],
        ),
        row(
            "modalities",
            |request| request.modalities = vec!["audio".to_owned()],
            [None, None, Some("/modalities/0"), Some("/generationConfig/responseModalities/0"), None],
        ),
        row(
            "speech",
            |request| request.speech = Some(Speech::voice("v")),
            [None, None, Some("/audio/voice"), Some("/generationConfig/speechConfig"), None],
        ),
        row(
            "image",
            |request| request.image = Some(ImageFormat::aspect_ratio("16:9").size("2K")),
            [None, None, None, Some("/generationConfig/imageConfig/imageSize"), None],
        ),
        row(
            "prediction",
            |request| request.prediction = Some("All of it.".to_owned()),
            [None, None, Some("/prediction/content"), None, None],
        ),
        row(
            "web_search",
            |request| {
                let mut place = UserLocation::default();
                place.city = Some("Oslo".to_owned());
                request.web_search = Some(WebSearch::new().context_size("low").location(place));
            },
            [None, None, Some("/web_search_options/user_location/approximate/city"), None, None],
        ),
        row(
            "moderation",
            |request| request.moderation = Some(json!({"model": "m"})),
            [None, Some("/moderation/model"), Some("/moderation/model"), None, None],
        ),
        row(
            "safety",
            |request| {
                let threshold = "BLOCK_ONLY_HIGH".to_owned();
                request.safety.insert("HARM_CATEGORY_HARASSMENT".to_owned(), threshold);
            },
            [None, None, None, Some("/safetySettings/0/threshold"), None],
        ),
    ]
}

fn asked(row: &Row, action: OnUnsupported) -> CompletionRequest {
    let mut request = CompletionRequest::new("m").user("Hi").policy(FeaturePolicy::all(action));
    (row.set)(&mut request);
    request
}

fn sent(
    provider: &str,
    protocol: &dyn Protocol,
    request: CompletionRequest,
) -> Result<(Value, Vec<String>), steer::ApiError> {
    let model = ModelConfig::unlisted(ModelId::new(provider, "some-model"));
    let outgoing = protocol.encode(&Call::new(request, model), Delivery::Whole)?;
    let subjects = outgoing.warnings.iter().map(|warning| warning.subject.clone()).collect();
    Ok((serde_json::from_slice(&outgoing.body).unwrap(), subjects))
}

#[test]
fn an_option_stands_in_its_place_or_is_told_and_refused() {
    for row in rows() {
        for ((provider, protocol), place) in apis().into_iter().zip(row.places) {
            let what = format!("{} at {provider}", row.name);
            let (body, told) = sent(provider, protocol, asked(&row, OnUnsupported::Warn)).unwrap();
            match place {
                Some(place) => {
                    assert!(body.pointer(place).is_some(), "{what}: {body}");
                    assert!(!told.iter().any(|subject| subject == row.name), "{what}: {told:?}");
                }
                None => {
                    assert!(told.iter().any(|subject| subject == row.name), "{what}: {told:?} {body}");
                    let refused = sent(provider, protocol, asked(&row, OnUnsupported::Deny)).unwrap_err();
                    assert_eq!(refused.kind(), ErrorKind::UnsupportedFeature, "{what}");
                    assert!(refused.to_string().contains(row.name), "{what}: {refused}");
                }
            }
        }
    }
}

#[test]
fn an_answer_that_is_only_to_be_read_is_refused_by_those_that_keep_none_whatever_the_policy() {
    let resume = row(
        "state.resume",
        |request| request.state.resume = Some(steer::request::Resume::new("resp_1")),
        [None; 5],
    );
    for (provider, protocol) in apis() {
        if provider == "openai" {
            continue;
        }
        let error = sent(provider, protocol, asked(&resume, OnUnsupported::Allow)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnsupportedFeature, "{provider}");
    }
}

#[test]
fn whether_thinking_is_shown_can_be_said_where_there_is_a_choice() {
    let shown = row(
        "thinking_display",
        |request| {
            *request = std::mem::take(request).effort(Effort::High);
            request.parameters.thinking_display = Some(ThinkingDisplay::Summarized);
        },
        [None; 5],
    );
    let told: Vec<bool> = apis()
        .into_iter()
        .map(|(provider, protocol)| {
            let (_, told) = sent(provider, protocol, asked(&shown, OnUnsupported::Warn)).unwrap();
            told.iter().any(|subject| subject == shown.name)
        })
        .collect();
    assert_eq!(told, [false, false, true, false, true]);
}

#[test]
fn a_medium_that_says_its_own_detail_keeps_it_where_the_request_says_another() {
    let mixed = row(
        "media_detail",
        |request| {
            let image = Media::image_url("https://a.example/a.png");
            let parts = vec![image.clone().detail("high").into(), image.into()];
            request.messages = vec![Message::new(Role::User, parts)];
            request.media_detail = Some("low".to_owned());
        },
        [None; 5],
    );
    for (provider, protocol, own, other) in [
        ("openai", apis()[1].1, "/input/0/content/0/detail", "/input/0/content/1/detail"),
        (
            "openai-chat",
            apis()[2].1,
            "/messages/0/content/0/image_url/detail",
            "/messages/0/content/1/image_url/detail",
        ),
    ] {
        let (body, told) = sent(provider, protocol, asked(&mixed, OnUnsupported::Deny)).unwrap();
        let said = [own, other].map(|place| body.pointer(place).and_then(Value::as_str));
        assert_eq!(said, [Some("high"), Some("low")], "{provider}: {body}");
        assert_eq!(told, [""; 0], "{provider}");
    }
    let (body, _) = sent("gemini", &GEMINI, asked(&mixed, OnUnsupported::Deny)).unwrap();
    assert_eq!(body["generationConfig"]["mediaResolution"], "MEDIA_RESOLUTION_LOW");
    assert_eq!(
        body.pointer("/contents/0/parts/0/mediaResolution/level"),
        Some(&json!("MEDIA_RESOLUTION_HIGH"))
    );
    assert_eq!(body.pointer("/contents/0/parts/1/mediaResolution"), None);
}

#[test]
fn a_limit_above_what_the_model_has_is_lowered_and_told_by_every_api() {
    let places = rows()[0].places;
    for ((provider, protocol), place) in apis().into_iter().zip(places) {
        let mut model = ModelConfig::unlisted(ModelId::new(provider, "some-model"));
        model.max_output_tokens = Some(100);
        for (asked, told) in [(100, false), (101, true)] {
            let request = CompletionRequest::new("m").user("Hi").max_output_tokens(asked);
            let outgoing = protocol.encode(&Call::new(request, model.clone()), Delivery::Whole).unwrap();
            let body: Value = serde_json::from_slice(&outgoing.body).unwrap();
            assert_eq!(body.pointer(place.unwrap()), Some(&json!(100)), "{provider}: {body}");
            let warnings: Vec<_> = outgoing
                .warnings
                .iter()
                .filter(|warning| warning.subject == "max_output_tokens")
                .map(|warning| warning.message.as_str())
                .collect();
            let expected: &[&str] =
                if told { &["101 was lowered to 100, the most of the model"] } else { &[] };
            assert_eq!(warnings, expected, "{provider}");
        }
    }
}
