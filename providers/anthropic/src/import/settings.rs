use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::model::ThinkingDisplay;
use steer_core::{
    CompletionRequest, Delivery, Effort, Origin, Part, ResponseFormat, SystemContext, ThinkingConfig,
    ToolChoice,
};

use super::block;

/// Takes the members that have a place in the request. One that says more than the place holds is taken all the same:
/// what the encoder makes of it is compared with the body afterwards.
pub(super) fn take(members: &mut Record<'_>, request: &mut CompletionRequest, origin: &Arc<Origin>) {
    system(members, request, origin);
    tool_choice(members, request);
    thinking(members, request);
    request.delivery = match members.lenient::<bool>("stream") {
        Some(true) => Delivery::Stream,
        _ => Delivery::Whole,
    };
    let parameters = &mut request.parameters;
    parameters.max_output_tokens = members.lenient("max_tokens");
    parameters.temperature = members.lenient("temperature");
    parameters.top_p = members.lenient("top_p");
    parameters.top_k = members.lenient("top_k");
    parameters.stop_sequences = members.lenient("stop_sequences").unwrap_or_default();
    request.cache = block::cache_point(members);
    request.state.container = members.text("container");
    request.service_tier = members.text("service_tier");
    request.speed = members.text("speed");
    request.region = members.text("inference_geo");
    if let Some(mut metadata) = object(members.get("metadata"))
        && let Some(user) = metadata.text("user_id")
    {
        request.user = Some(user);
        let _ = members.take("metadata");
    }
}

/// <https://docs.claude.com/en/api/messages#body-system>
fn system(members: &mut Record<'_>, request: &mut CompletionRequest, origin: &Arc<Origin>) {
    if let Some(text) = members.text("system") {
        request.system = SystemContext::new(text);
        return;
    }
    let blocks = members.get("system").and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok());
    let text = |raw| match block::read(raw, origin) {
        Part::Text(text) => Some(text),
        _ => None,
    };
    if let Some(prompt) = blocks.and_then(|blocks| blocks.into_iter().map(text).collect()) {
        request.system.prompt = prompt;
        let _ = members.take("system");
    }
}

/// <https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use#forcing-tool-use>
fn tool_choice(members: &mut Record<'_>, request: &mut CompletionRequest) {
    let Some(mut choice) = object(members.get("tool_choice")) else {
        return;
    };
    request.tool_choice = match (choice.text("type").as_deref(), choice.text("name")) {
        (Some("auto"), _) => Some(ToolChoice::Auto),
        (Some("none"), _) => Some(ToolChoice::None),
        (Some("any"), _) => Some(ToolChoice::Required),
        (Some("tool"), Some(name)) => Some(ToolChoice::Tool(name)),
        _ => return,
    };
    request.parallel_tool_calls = choice.lenient("disable_parallel_tool_use").map(|off: bool| !off);
    let _ = members.take("tool_choice");
}

/// <https://docs.claude.com/en/docs/build-with-claude/adaptive-thinking>,
/// <https://docs.claude.com/en/docs/build-with-claude/effort>,
/// <https://docs.claude.com/en/docs/build-with-claude/structured-outputs>
fn thinking(members: &mut Record<'_>, request: &mut CompletionRequest) {
    let mut config = object(members.get("output_config")).unwrap_or_default();
    let effort = config.text("effort").and_then(|word| effort(&word)).map(ThinkingConfig::Effort);
    let mut thinking = object(members.get("thinking")).unwrap_or_default();
    let parameters = &mut request.parameters;
    parameters.thinking = match thinking.text("type").as_deref() {
        Some("disabled" | "between_tools") => Some(ThinkingConfig::Off),
        Some("enabled") => thinking.lenient("budget_tokens").map(ThinkingConfig::Budget).or(effort),
        Some("adaptive") => effort.or(Some(ThinkingConfig::Adaptive)),
        _ => effort,
    };
    parameters.thinking_display = match thinking.text("display").as_deref() {
        Some("summarized") => Some(ThinkingDisplay::Summarized),
        Some("omitted") => Some(ThinkingDisplay::Omitted),
        _ => None,
    };
    if parameters.thinking.is_some() {
        let _ = members.take("thinking");
    }
    let format = object(config.get("format")).and_then(|mut format| {
        let is_schema = format.text("type").as_deref() == Some("json_schema");
        format
            .take("schema")
            .filter(|_| is_schema)
            .and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok())
    });
    request.response_format = format.map(|schema| ResponseFormat::json_schema("answer", schema));
    if request.response_format.is_some() || effort.is_some() {
        let _ = members.take("output_config");
    }
}

fn effort(word: &str) -> Option<Effort> {
    Some(match word {
        "low" => Effort::Low,
        "medium" => Effort::Medium,
        "high" => Effort::High,
        "xhigh" => Effort::XHigh,
        "max" => Effort::Max,
        _ => return None,
    })
}

fn object(raw: Option<&RawValue>) -> Option<Record<'_>> {
    Record::read(raw?.get()).ok()
}
