use steer_core::encode::{BodyOptions, tool_name};
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, CompletionRequest, ToolChoice};

use super::tools::ToolEntry;
use super::{MAX_NAME, invalid};

const NO_CHOICE: &str = "the API cannot force a call of a tool";

/// Applies the choice of tools: the API has no such member, so those that may not be called leave the list.
///
/// # Errors
/// The policy denies that a call is not forced, or the choice names no tool of the request's.
pub(super) fn apply(
    request: &CompletionRequest,
    tools: &mut Vec<ToolEntry<'_>>,
    given: &BodyOptions<'_>,
    ledger: &mut Ledger,
) -> Result<(), ApiError> {
    match &request.tool_choice {
        None | Some(ToolChoice::Auto) => Ok(()),
        Some(ToolChoice::None) => {
            keep(tools, &[], ledger);
            Ok(())
        }
        Some(ToolChoice::Required) => {
            if tools.is_empty() && !given.has("tools") {
                return Err(invalid("the tool choice forces a call, but the request has no tools; add them"));
            }
            ledger.unsupported(FeatureArea::Tools, "tool_choice", NO_CHOICE)
        }
        Some(ToolChoice::Tool(name)) => {
            allow(std::slice::from_ref(name), tools, given, ledger)?;
            ledger.unsupported(FeatureArea::Tools, "tool_choice", NO_CHOICE)
        }
        Some(ToolChoice::Allowed { tools: names, required }) => {
            allow(names, tools, given, ledger)?;
            if *required {
                ledger.unsupported(FeatureArea::Tools, "tool_choice", NO_CHOICE)?;
            }
            Ok(())
        }
        Some(_) => Err(invalid("the API has no such choice of tools")),
    }
}

fn allow(
    names: &[String],
    tools: &mut Vec<ToolEntry<'_>>,
    given: &BodyOptions<'_>,
    ledger: &mut Ledger,
) -> Result<(), ApiError> {
    let is_there = |name: &String| tools.iter().any(|tool| tool.name == tool_name(name, MAX_NAME));
    if !names.is_empty() && !names.iter().any(is_there) && !given.has("tools") {
        return Err(invalid(
            "none of the tools of the choice is among the request's tools; add them or allow others",
        ));
    }
    keep(tools, names, ledger);
    Ok(())
}

fn keep(tools: &mut Vec<ToolEntry<'_>>, names: &[String], ledger: &mut Ledger) {
    let all = tools.len();
    tools.retain(|tool| names.iter().any(|name| tool.name == tool_name(name, MAX_NAME)));
    if tools.len() < all {
        ledger.adjusted(
            "tool_choice",
            "the API has no choice of tools; those that may not be called were not sent",
        );
    }
}
