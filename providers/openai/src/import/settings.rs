use serde_json::value::RawValue;
use serde_json::{Map, Value};
use steer_core::json::Record;
use steer_core::model::ThinkingDisplay;
use steer_core::{CompletionRequest, Delivery, Effort, ResponseFormat, ThinkingConfig, ToolChoice};

use super::object;
use crate::API;
use crate::encode::extras::{ENCRYPTED, LOGPROBS};

/// Takes the members that have a place in the request. One that says more than the place holds is taken all the same:
/// what the encoder makes of it is compared with the body afterwards.
pub(super) fn take(members: &mut Record<'_>, request: &mut CompletionRequest) {
    request.delivery = match members.lenient::<bool>("stream") {
        Some(true) => Delivery::Stream,
        _ => Delivery::Whole,
    };
    request.tool_choice = tool_choice(members);
    request.parallel_tool_calls = members.lenient("parallel_tool_calls");
    request.user = members.text("safety_identifier").or_else(|| members.text("user"));
    // The vendor keeps answers unless it is told not to.
    request.state.store = Some(members.lenient("store").unwrap_or(true));
    request.state.previous_response_id = members.text("previous_response_id");
    request.state.conversation = conversation(members);
    request.metadata = members.lenient("metadata").unwrap_or_default();
    request.service_tier = members.text("service_tier");
    request.cache_key = members.text("prompt_cache_key");
    request.cache_retention = members.text("prompt_cache_retention");
    request.state.background = members.lenient("background");
    request.state.truncation = members.text("truncation");
    request.state.include = include(members);
    request.logprobs = members.lenient("top_logprobs");
    let parameters = &mut request.parameters;
    parameters.max_output_tokens = members.lenient("max_output_tokens");
    parameters.temperature = members.lenient("temperature");
    parameters.top_p = members.lenient("top_p");
    text(members, request);
    reasoning(members, request);
}

/// What the body asks for beyond what follows from its other settings, which goes without saying.
fn include(members: &mut Record<'_>) -> Vec<String> {
    let mut include: Vec<String> = members.lenient("include").unwrap_or_default();
    include.retain(|name| name != ENCRYPTED && name != LOGPROBS);
    include
}

/// <https://platform.openai.com/docs/guides/conversation-state>
fn conversation(members: &mut Record<'_>) -> Option<String> {
    let id = members.text("conversation").or_else(|| object(members.get("conversation"))?.text("id"))?;
    let _ = members.take("conversation");
    Some(id)
}

/// <https://platform.openai.com/docs/guides/structured-outputs>
fn text(members: &mut Record<'_>, request: &mut CompletionRequest) {
    let Some(mut text) = object(members.get("text")) else { return };
    let _ = members.take("text");
    request.verbosity = text.text("verbosity");
    request.response_format = text.get("format").and_then(format);
    if request.response_format.is_some() {
        let _ = text.take("format");
    }
    keep(request, "text", &text);
}

fn format(raw: &RawValue) -> Option<ResponseFormat> {
    let mut format = object(Some(raw))?;
    Some(match format.text("type")?.as_str() {
        "text" => ResponseFormat::Text,
        "json_object" => ResponseFormat::JsonObject,
        "json_schema" => ResponseFormat::JsonSchema {
            name: format.text("name").unwrap_or_default(),
            description: format.text("description"),
            schema: serde_json::from_str::<Value>(format.take("schema")?.get()).ok()?,
            strict: format.lenient("strict"),
        },
        _ => return None,
    })
}

/// <https://platform.openai.com/docs/guides/reasoning>
fn reasoning(members: &mut Record<'_>, request: &mut CompletionRequest) {
    let Some(mut reasoning) = object(members.get("reasoning")) else { return };
    let _ = members.take("reasoning");
    let effort = reasoning.get("effort").and_then(|raw| effort(raw.get().trim_matches('"')));
    request.parameters.thinking = effort;
    if effort.is_some() {
        let _ = reasoning.take("effort");
    }
    if let Some(raw) = reasoning.get("summary") {
        request.parameters.thinking_display = Some(ThinkingDisplay::Summarized);
        // Which summary, only the API itself can be told.
        if raw.get() == "\"auto\"" {
            let _ = reasoning.take("summary");
        }
    }
    request.parameters.thinking_style = reasoning.text("mode");
    request.parameters.thinking_context = reasoning.text("context");
    keep(request, "reasoning", &reasoning);
}

fn effort(word: &str) -> Option<ThinkingConfig> {
    Some(ThinkingConfig::Effort(match word {
        "none" => return Some(ThinkingConfig::Off),
        "minimal" => Effort::Minimal,
        "low" => Effort::Low,
        "medium" => Effort::Medium,
        "high" => Effort::High,
        "xhigh" => Effort::XHigh,
        "max" => Effort::Max,
        _ => return None,
    }))
}

/// Keeps what of a member has no type, to be merged into what the encoder writes.
fn keep(request: &mut CompletionRequest, name: &str, members: &Record<'_>) {
    let rest: Map<String, Value> = members
        .rest()
        .filter_map(|(name, raw)| Some((name.to_owned(), serde_json::from_str(raw.get()).ok()?)))
        .collect();
    if !rest.is_empty() {
        request.provider_options.entry(API.to_owned()).or_default().insert(name.to_owned(), rest.into());
    }
}

/// <https://platform.openai.com/docs/guides/function-calling#tool-choice>
fn tool_choice(members: &mut Record<'_>) -> Option<ToolChoice> {
    let choice = match members.get("tool_choice")?.get() {
        "\"auto\"" => ToolChoice::Auto,
        "\"none\"" => ToolChoice::None,
        "\"required\"" => ToolChoice::Required,
        _ => one(members.get("tool_choice")?)?,
    };
    let _ = members.take("tool_choice");
    Some(choice)
}

fn one(raw: &RawValue) -> Option<ToolChoice> {
    let mut choice = object(Some(raw))?;
    let kind = choice.text("type")?;
    if kind != "allowed_tools" {
        return Some(ToolChoice::Tool(called(raw)?));
    }
    let tools: Vec<&RawValue> = serde_json::from_str(choice.take("tools")?.get()).ok()?;
    let tools = tools.into_iter().map(called).collect::<Option<_>>()?;
    Some(ToolChoice::Allowed { tools, required: choice.text("mode").as_deref() == Some("required") })
}

/// What a choice calls a tool by: the label of its server, its name, or its kind.
fn called(raw: &RawValue) -> Option<String> {
    let mut tool = object(Some(raw))?;
    tool.text("server_label").or_else(|| tool.text("name")).or_else(|| tool.text("type"))
}
