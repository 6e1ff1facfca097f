use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::request::WebSearch;
use steer_core::{CompletionRequest, Delivery, ToolChoice};

use super::{format, object, thinking};

/// Takes the members that have a place in the request. One that says more than the place holds is taken all the same:
/// what the encoder makes of it is compared with the body afterwards.
pub(super) fn take(members: &mut Record<'_>, request: &mut CompletionRequest) {
    request.delivery = match members.lenient::<bool>("stream") {
        Some(true) => Delivery::Stream,
        _ => Delivery::Whole,
    };
    // The encoder asks for the usage of a stream where a dialect has to.
    let _ = members.take("stream_options");
    request.tool_choice = tool_choice(members);
    request.parallel_tool_calls = members.lenient("parallel_tool_calls");
    request.response_format = format::take(members);
    request.candidates = members.lenient("n");
    request.user = members.text("safety_identifier").or_else(|| members.text("user"));
    request.state.store = members.lenient("store");
    request.metadata = members.lenient("metadata").unwrap_or_default();
    request.service_tier = members.text("service_tier");
    request.verbosity = members.text("verbosity");
    request.cache_key = members.text("prompt_cache_key");
    request.cache_retention = members.text("prompt_cache_retention");
    request.modalities = members.lenient("modalities").unwrap_or_default();
    request.prediction = prediction(members);
    request.web_search = web_search(members);
    let parameters = &mut request.parameters;
    parameters.logit_bias = members.lenient("logit_bias").unwrap_or_default();
    parameters.thinking = thinking::read(members);
    let limit = members.lenient("max_completion_tokens");
    parameters.max_output_tokens = limit.or_else(|| members.lenient("max_tokens"));
    parameters.temperature = members.lenient("temperature");
    parameters.top_p = members.lenient("top_p");
    parameters.top_k = members.lenient("top_k");
    parameters.presence_penalty = members.lenient("presence_penalty");
    parameters.frequency_penalty = members.lenient("frequency_penalty");
    parameters.seed = members.lenient("seed");
    parameters.stop_sequences = match members.text("stop") {
        Some(stop) => vec![stop],
        None => members.lenient("stop").unwrap_or_default(),
    };
}

/// <https://platform.openai.com/docs/guides/predicted-outputs>
fn prediction(members: &mut Record<'_>) -> Option<String> {
    let content = object(members.get("prediction"))?.text("content")?;
    let _ = members.take("prediction");
    Some(content)
}

/// <https://platform.openai.com/docs/guides/tools-web-search?api-mode=chat>
fn web_search(members: &mut Record<'_>) -> Option<WebSearch> {
    let mut given = object(members.get("web_search_options"))?;
    let mut search = WebSearch::new();
    search.context_size = given.text("search_context_size");
    let place = object(given.get("user_location"));
    search.location = place.and_then(|mut place| place.lenient("approximate"));
    let _ = members.take("web_search_options");
    Some(search)
}

/// <https://platform.openai.com/docs/guides/function-calling#tool-choice>
fn tool_choice(members: &mut Record<'_>) -> Option<ToolChoice> {
    if let Some(word) = members.text("tool_choice") {
        return Some(match word.as_str() {
            "none" => ToolChoice::None,
            "required" | "any" => ToolChoice::Required,
            _ => ToolChoice::Auto,
        });
    }
    let mut choice = object(members.get("tool_choice"))?;
    let kind = choice.text("type").unwrap_or_else(|| "function".to_owned());
    let mut inner = object(choice.take(&kind))?;
    let found = if kind == "allowed_tools" {
        let name = |raw: &RawValue| {
            let mut tool = object(Some(raw))?;
            let kind = tool.text("type")?;
            object(tool.take(&kind))?.text("name")
        };
        let tools: Vec<&RawValue> = serde_json::from_str(inner.take("tools")?.get()).ok()?;
        let tools = tools.into_iter().map(name).collect::<Option<_>>()?;
        ToolChoice::Allowed { tools, required: inner.text("mode").as_deref() == Some("required") }
    } else {
        ToolChoice::Tool(inner.text("name")?)
    };
    let _ = members.take("tool_choice");
    Some(found)
}
