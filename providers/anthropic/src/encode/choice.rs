use std::borrow::Cow;

use serde::Serialize;
use steer_core::encode::BodyOptions;
use steer_core::protocol::Ledger;
use steer_core::{ApiError, Call, ToolChoice};

use super::invalid;
use super::tools::{self, ToolEntry};

/// `Choice` is which tools the model may or must call:
/// <https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use#forcing-tool-use>.
#[derive(Debug, Serialize)]
pub(super) struct Choice<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    disable_parallel_tool_use: bool,
}

impl<'a> Choice<'a> {
    /// Reads the choice. Where only some tools are allowed, the others leave the list.
    pub(super) fn of(
        call: &'a Call,
        is_thinking: bool,
        tools: &mut Vec<ToolEntry<'_>>,
        options: &BodyOptions<'_>,
        ledger: &mut Ledger,
    ) -> Result<Option<Self>, ApiError> {
        let request = &call.request;
        let (mut kind, mut name) = match &request.tool_choice {
            None if request.parallel_tool_calls == Some(false) => ("auto", None),
            None => return Ok(None),
            Some(ToolChoice::Auto) => ("auto", None),
            Some(ToolChoice::None) => ("none", None),
            Some(ToolChoice::Required) => ("any", None),
            Some(ToolChoice::Tool(name)) => ("tool", Some(tools::sent_name(name, tools))),
            Some(ToolChoice::Allowed { tools: allowed, required }) => {
                (allow(allowed, *required, tools, ledger)?, None)
            }
            Some(_) => return Err(invalid("the API has no such choice of tools")),
        };
        let is_forced = matches!(kind, "any" | "tool");
        if tools.is_empty() && !options.has("tools") {
            // Without tools the API refuses the member, and there is nothing to choose from.
            return if is_forced {
                Err(invalid("the tool choice forces a call, but the request has no tools; add them"))
            } else {
                Ok(None)
            };
        }
        if is_forced && is_thinking {
            ledger.adjusted(
                "tool_choice",
                "the API does not force a call while the model thinks; it may call one",
            );
            (kind, name) = ("auto", None);
        }
        let disable_parallel_tool_use = request.parallel_tool_calls == Some(false) && kind != "none";
        Ok(Some(Self { kind, name, disable_parallel_tool_use }))
    }
}

fn allow(
    allowed: &[String],
    required: bool,
    tools: &mut Vec<ToolEntry<'_>>,
    ledger: &mut Ledger,
) -> Result<&'static str, ApiError> {
    if allowed.is_empty() && !required {
        return Ok("none");
    }
    let all = tools.len();
    let sent: Vec<Cow<'_, str>> = allowed.iter().map(|name| tools::sent_name(name, tools)).collect();
    tools.retain(|tool| sent.contains(&tool.name));
    if tools.is_empty() {
        return Err(invalid(
            "none of the allowed tools is among the request's tools; add them or allow others",
        ));
    }
    if tools.len() < all {
        ledger.adjusted(
            "tool_choice",
            "the API has no set of allowed tools; only those were sent, so the prompt cached with all tools is \
             not used",
        );
    }
    Ok(if required { "any" } else { "auto" })
}
