use serde_json::Value;
use steer_core::json::Record;
use steer_core::{CompletionRequest, Delivery, Effort, ResponseFormat, ThinkingConfig};

use crate::API;

/// Takes the members that have a place in the request. One that says more than the place holds is taken all the same:
/// what the encoder makes of it is compared with the body afterwards.
pub(super) fn take(members: &mut Record<'_>, request: &mut CompletionRequest) {
    request.delivery = match members.lenient::<bool>("stream") {
        Some(false) => Delivery::Whole,
        _ => Delivery::Stream,
    };
    request.parameters.thinking = thinking(members);
    request.response_format = format(members);
    if members.lenient::<bool>("logprobs") == Some(true) {
        request.logprobs = Some(members.lenient("top_logprobs").unwrap_or_default());
    }
    options(members, request);
}

/// <https://docs.ollama.com/api/chat#body-think>
fn thinking(members: &mut Record<'_>) -> Option<ThinkingConfig> {
    if let Some(is_on) = members.lenient::<bool>("think") {
        return Some(if is_on { ThinkingConfig::Adaptive } else { ThinkingConfig::Off });
    }
    let level: Value = serde_json::from_str(members.get("think")?.get()).ok()?;
    let effort = match level.as_str()? {
        "low" => Effort::Low,
        "medium" => Effort::Medium,
        "high" => Effort::High,
        _ => return None,
    };
    let _ = members.take("think");
    Some(ThinkingConfig::Effort(effort))
}

/// <https://docs.ollama.com/capabilities/structured-outputs>
fn format(members: &mut Record<'_>) -> Option<ResponseFormat> {
    let format = match serde_json::from_str(members.get("format")?.get()).ok()? {
        Value::String(word) if word == "json" => ResponseFormat::JsonObject,
        schema @ Value::Object(_) => ResponseFormat::json_schema("answer", schema),
        _ => return None,
    };
    let _ = members.take("format");
    Some(format)
}

/// <https://docs.ollama.com/modelfile#valid-parameters-and-values>; those without a type stay in the body.
fn options(members: &mut Record<'_>, request: &mut CompletionRequest) {
    let Some(mut options) = members.get("options").and_then(|raw| Record::read(raw.get()).ok()) else {
        return;
    };
    let _ = members.take("options");
    let parameters = &mut request.parameters;
    parameters.temperature = options.lenient("temperature");
    parameters.top_p = options.lenient("top_p");
    parameters.top_k = options.lenient("top_k");
    parameters.presence_penalty = options.lenient("presence_penalty");
    parameters.frequency_penalty = options.lenient("frequency_penalty");
    parameters.seed = options.lenient("seed");
    parameters.max_output_tokens = options.lenient("num_predict");
    parameters.stop_sequences = options.lenient("stop").unwrap_or_default();
    if let Some(rest) = options.into_extra().and_then(|rest| rest.parse::<Value>().ok()) {
        request.provider_options.entry(API.to_owned()).or_default().insert("options".to_owned(), rest);
    }
}
