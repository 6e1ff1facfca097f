use std::collections::BTreeMap;

use serde_json::Value;
use steer_core::json::Record;
use steer_core::{CompletionRequest, ToolChoice};

use super::{content, generation, member};

/// Takes the members that have a place in the request. One that says more than the place holds is taken all the same:
/// what the encoder makes of it is compared with the body afterwards.
pub(super) fn take(members: &mut Record<'_>, request: &mut CompletionRequest) {
    system(members, request);
    tool_choice(members, request);
    if let Some(config) = member::object(member::take(members, "generationConfig", "generation_config")) {
        generation::read(config, request);
    }
    request.state.cached_content = member::text(members, "cachedContent", "cached_content");
    request.state.store = members.lenient("store");
    request.service_tier = member::text(members, "serviceTier", "service_tier");
    safety(members, request);
    request.metadata = members.lenient("labels").unwrap_or_default();
}

/// <https://ai.google.dev/gemini-api/docs/safety-settings>
fn safety(members: &mut Record<'_>, request: &mut CompletionRequest) {
    for name in ["safetySettings", "safety_settings"] {
        let list: Vec<BTreeMap<String, String>> =
            members.get(name).and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
        let one =
            |setting: &BTreeMap<String, String>| match (setting.get("category"), setting.get("threshold")) {
                (Some(category), Some(threshold)) if setting.len() == 2 => {
                    Some((category.clone(), threshold.clone()))
                }
                _ => None,
            };
        if let Some(safety) = list.iter().map(one).collect::<Option<BTreeMap<_, _>>>()
            && !safety.is_empty()
        {
            request.safety = safety;
            let _ = members.take(name);
        }
    }
}

/// <https://ai.google.dev/gemini-api/docs/text-generation#system-instructions>
fn system(members: &mut Record<'_>, request: &mut CompletionRequest) {
    for name in ["systemInstruction", "system_instruction"] {
        if let Some(prompt) = members.get(name).and_then(content::prompt) {
            request.system.prompt = prompt;
            let _ = members.take(name);
        }
    }
}

/// <https://ai.google.dev/api/caching#ToolConfig>
fn tool_choice(members: &mut Record<'_>, request: &mut CompletionRequest) {
    let Some(mut config) = member::object(member::take(members, "toolConfig", "tool_config")) else { return };
    // The encoder sets it where it has to be.
    let _: Option<Value> = member::lenient(
        &mut config,
        "includeServerSideToolInvocations",
        "include_server_side_tool_invocations",
    );
    if let Some(mut calling) =
        member::object(member::take(&mut config, "functionCallingConfig", "function_calling_config"))
    {
        let names: Vec<String> =
            member::lenient(&mut calling, "allowedFunctionNames", "allowed_function_names")
                .unwrap_or_default();
        request.tool_choice = match (calling.text("mode").as_deref(), names.as_slice()) {
            (Some("NONE"), _) => Some(ToolChoice::None),
            (Some("ANY"), []) => Some(ToolChoice::Required),
            (Some("ANY"), [name]) => Some(ToolChoice::Tool(name.clone())),
            (Some("ANY"), _) => Some(ToolChoice::Allowed { tools: names, required: true }),
            (Some("VALIDATED"), [_, ..]) => Some(ToolChoice::Allowed { tools: names, required: false }),
            (Some("AUTO" | "VALIDATED"), _) => Some(ToolChoice::Auto),
            _ => None,
        };
    }
    member::keep_rest(request, "toolConfig", config);
}
