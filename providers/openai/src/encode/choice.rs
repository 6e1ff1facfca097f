use serde::ser::{Serialize, SerializeMap, Serializer};
use steer_core::encode::{BodyOptions, tool_name};
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, Call, ToolChoice};

use super::invalid;
use super::tools::{MAX_NAME, ToolEntry, ToolReference};
use crate::{API, ResponsesDialect};

/// `Choice` is which tools the model may or must call:
/// <https://platform.openai.com/docs/guides/function-calling#tool-choice>.
#[derive(Debug, Default)]
pub(super) struct Choice<'a> {
    pub(super) choice: Option<ChoiceKind<'a>>,
    pub(super) parallel: Option<bool>,
}

#[derive(Debug)]
pub(super) enum ChoiceKind<'a> {
    Word(&'static str),
    One(ToolReference<'a>),
    Allowed { mode: &'static str, tools: Vec<ToolReference<'a>> },
}

impl<'a> Choice<'a> {
    /// Reads the choice. Where the dialect cannot name a set of tools in it, the others leave the list.
    pub(super) fn of(
        call: &'a Call,
        dialect: &ResponsesDialect,
        tools: &mut Vec<ToolEntry<'a>>,
        options: &BodyOptions<'_>,
        ledger: &mut Ledger,
    ) -> Result<Self, ApiError> {
        let given = call.request.tool_choice.as_ref();
        if tools.is_empty() && !options.has("tools") {
            let is_forced = match given {
                Some(ToolChoice::Required | ToolChoice::Tool(_)) => true,
                Some(ToolChoice::Allowed { required, .. }) => *required,
                _ => false,
            };
            // Without tools there is nothing to choose from.
            return if is_forced {
                Err(invalid("the tool choice forces a call, but the request has no tools; add them"))
            } else {
                Ok(Self::default())
            };
        }
        let choice = match given {
            None => None,
            Some(ToolChoice::Auto) => Some(ChoiceKind::Word("auto")),
            Some(ToolChoice::None) => Some(ChoiceKind::Word("none")),
            Some(ToolChoice::Required) => Some(ChoiceKind::Word("required")),
            Some(ToolChoice::Tool(name)) => Some(ChoiceKind::One(one(name, tools, options)?)),
            Some(ToolChoice::Allowed { tools: names, required }) => {
                // A choice that stands as it stood in a body is of the tools that stood beside it.
                let is_kept = call.request.kept(API).is_some_and(|kept| kept.contains_key("tool_choice"));
                let takes_sets = dialect.allowed_tools || is_kept;
                Some(allowed(names, *required, takes_sets, tools, ledger)?)
            }
            Some(_) => return Err(invalid("the API has no such choice of tools")),
        };
        Ok(Self { choice, parallel: parallel(call, dialect, ledger)? })
    }
}

fn one<'a>(
    name: &'a str,
    tools: &[ToolEntry<'a>],
    options: &BodyOptions<'_>,
) -> Result<ToolReference<'a>, ApiError> {
    match tools.iter().find(|tool| tool.is_called(name)) {
        Some(tool) => Ok(tool.reference()),
        None if options.has("tools") => Ok(ToolReference::named("function", tool_name(name, MAX_NAME))),
        None => Err(invalid(format!(
            "the tool choice forces `{}`, which is none of the request's tools",
            name.escape_debug()
        ))),
    }
}

fn allowed<'a>(
    names: &[String],
    required: bool,
    takes_sets: bool,
    tools: &mut Vec<ToolEntry<'a>>,
    ledger: &mut Ledger,
) -> Result<ChoiceKind<'a>, ApiError> {
    if names.is_empty() && !required {
        return Ok(ChoiceKind::Word("none"));
    }
    let is_allowed = |tool: &ToolEntry<'_>| names.iter().any(|name| tool.is_called(name));
    if !tools.iter().any(is_allowed) {
        return Err(invalid(
            "none of the allowed tools is among the request's tools; add them or allow others",
        ));
    }
    let mode = if required { "required" } else { "auto" };
    if takes_sets {
        let tools = tools.iter().filter(|tool| is_allowed(tool)).map(ToolEntry::reference).collect();
        return Ok(ChoiceKind::Allowed { mode, tools });
    }
    let all = tools.len();
    tools.retain(is_allowed);
    if tools.len() < all {
        ledger.adjusted(
            "tool_choice",
            "the API has no set of allowed tools; only those were sent, so the prompt cached with all tools is not \
             used",
        );
    }
    Ok(ChoiceKind::Word(mode))
}

fn parallel(call: &Call, dialect: &ResponsesDialect, ledger: &mut Ledger) -> Result<Option<bool>, ApiError> {
    let given = call.request.parallel_tool_calls;
    if given.is_some() && !dialect.parallel_switch {
        let why = "the API has no such setting";
        ledger.unsupported(FeatureArea::Settings, "parallel_tool_calls", why)?;
        return Ok(None);
    }
    Ok(given)
}

impl Serialize for ChoiceKind<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Word(word) => serializer.serialize_str(word),
            Self::One(tool) => tool.serialize(serializer),
            Self::Allowed { mode, tools } => {
                let mut map = serializer.serialize_map(Some(3))?;
                map.serialize_entry("type", "allowed_tools")?;
                map.serialize_entry("mode", mode)?;
                map.serialize_entry("tools", tools)?;
                map.end()
            }
        }
    }
}
