use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};
use steer_core::encode::BodyOptions;
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, Call, ToolChoice};

use super::invalid;
use super::tools::{self, ToolEntry, ToolReference};
use crate::Dialect;

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
    /// Reads the choice. Where the dialect cannot name tools in it, the others leave the list.
    pub(super) fn of(
        call: &'a Call,
        dialect: &Dialect,
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
            // Without tools the API refuses both members, and there is nothing to choose from.
            return if is_forced {
                Err(invalid("the tool choice forces a call, but the request has no tools; add them"))
            } else {
                Ok(Self::default())
            };
        }
        let choice = match given {
            None => None,
            Some(ToolChoice::Auto) => Some(ChoiceKind::Word("auto")),
            Some(ToolChoice::None) => none(dialect, tools, ledger),
            Some(ToolChoice::Required) => Some(ChoiceKind::Word(dialect.force_word)),
            Some(ToolChoice::Tool(name)) => Some(one(name, dialect, tools, options, ledger)?),
            Some(ToolChoice::Allowed { tools: names, required }) => {
                allowed(names, *required, dialect, tools, ledger)?
            }
            Some(_) => return Err(invalid("the API has no such choice of tools")),
        };
        let parallel = parallel(call, dialect, ledger)?.filter(|_| !tools.is_empty() || options.has("tools"));
        Ok(Self { choice, parallel })
    }
}

/// No call may be made. Where the dialect has no word for it, the tools leave the list.
fn none<'a>(
    dialect: &Dialect,
    tools: &mut Vec<ToolEntry<'_>>,
    ledger: &mut Ledger,
) -> Option<ChoiceKind<'a>> {
    if dialect.choice_none {
        return Some(ChoiceKind::Word("none"));
    }
    tools.clear();
    let how = "the API answers badly where it has tools and may not call one; they were not sent";
    ledger.adjusted("tool_choice", how);
    None
}

fn one<'a>(
    name: &'a str,
    dialect: &Dialect,
    tools: &mut Vec<ToolEntry<'a>>,
    options: &BodyOptions<'_>,
    ledger: &mut Ledger,
) -> Result<ChoiceKind<'a>, ApiError> {
    let sent = tools::sent_name(name, tools);
    let place = tools.iter().position(|tool| tool.name == sent);
    if place.is_none() && !options.has("tools") {
        let name = name.escape_debug();
        return Err(invalid(format!(
            "the tool choice forces `{name}`, which is none of the request's tools"
        )));
    }
    if dialect.force_one {
        let entry = place.and_then(|place| tools.get(place));
        return Ok(ChoiceKind::One(entry.map_or_else(|| ToolReference::function(sent), ToolReference::to)));
    }
    if place.is_some() {
        tools.retain(|tool| tool.name == sent);
    }
    ledger.adjusted(
        "tool_choice",
        "the API cannot force a tool by its name; it was sent alone, and a call is forced",
    );
    Ok(ChoiceKind::Word(dialect.force_word))
}

fn allowed<'a>(
    names: &[String],
    required: bool,
    dialect: &Dialect,
    tools: &mut Vec<ToolEntry<'a>>,
    ledger: &mut Ledger,
) -> Result<Option<ChoiceKind<'a>>, ApiError> {
    if names.is_empty() && !required {
        return Ok(none(dialect, tools, ledger));
    }
    let sent: Vec<Cow<'_, str>> = names.iter().map(|name| tools::sent_name(name, tools)).collect();
    let is_allowed = |tool: &ToolEntry<'_>| sent.contains(&tool.name);
    if !tools.iter().any(is_allowed) {
        return Err(invalid(
            "none of the allowed tools is among the request's tools; add them or allow others",
        ));
    }
    if dialect.allowed_tools {
        let mode = if required { "required" } else { "auto" };
        let tools = tools.iter().filter(|tool| is_allowed(tool)).map(ToolReference::to).collect();
        return Ok(Some(ChoiceKind::Allowed { mode, tools }));
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
    Ok(Some(ChoiceKind::Word(if required { dialect.force_word } else { "auto" })))
}

fn parallel(call: &Call, dialect: &Dialect, ledger: &mut Ledger) -> Result<Option<bool>, ApiError> {
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
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("type", "allowed_tools")?;
                map.serialize_entry("allowed_tools", &AllowedTools { mode, tools })?;
                map.end()
            }
        }
    }
}

#[derive(serde::Serialize)]
struct AllowedTools<'x, 'a> {
    mode: &'static str,
    tools: &'x [ToolReference<'a>],
}
