use serde::Deserialize;
use serde_json::value::RawValue;
use steer_core::Tool;
use steer_core::message::ToolCallPart;
use steer_core::tools::ToolInput;

/// The name under which some models call several functions at once, though nobody offered them a tool of that name:
/// <https://community.openai.com/t/model-tries-to-call-unknown-function-multi-tool-use-parallel/490653>.
const WRAPPER: &str = "multi_tool_use.parallel";

#[derive(Deserialize)]
struct Wrapped<'a> {
    #[serde(borrow)]
    tool_uses: Vec<Use<'a>>,
}

#[derive(Deserialize)]
struct Use<'a> {
    recipient_name: &'a str,
    #[serde(borrow)]
    parameters: &'a RawValue,
}

/// Whether a call of this name stands for several calls of the request's own tools.
pub(super) fn is_wrapper(name: &str, tools: &[Tool]) -> bool {
    name == WRAPPER && !tools.is_empty() && !has_tool(tools, WRAPPER)
}

/// The calls that such a call stands for, their ids made of its own; `None` where it cannot be read as such, or where it
/// calls something that the request does not offer.
pub(super) fn expand(part: &ToolCallPart, tools: &[Tool]) -> Option<Vec<ToolCallPart>> {
    let Wrapped { tool_uses } = serde_json::from_str(part.call.raw()).ok()?;
    let calls = tool_uses.into_iter().zip(1..).map(|(one, number)| {
        let name = one.recipient_name.strip_prefix("functions.").unwrap_or(one.recipient_name);
        if !has_tool(tools, name) {
            return None;
        }
        let mut call = part.clone();
        call.call.id = format!("{}_{number}", part.call.id);
        name.clone_into(&mut call.call.name);
        call.call.input = ToolInput::Json(one.parameters.get().to_owned());
        // The item's id is that of a call that does not go back.
        call.item_id = None;
        Some(call)
    });
    calls.collect::<Option<Vec<_>>>().filter(|calls| !calls.is_empty())
}

fn has_tool(tools: &[Tool], name: &str) -> bool {
    tools.iter().any(|tool| match tool {
        Tool::Function(tool) => tool.schema.name == name,
        Tool::Custom(tool) => tool.name == name,
        _ => false,
    })
}
