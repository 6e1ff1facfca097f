use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;
use steer_core::ApiError;
use steer_core::encode::{Joined, Object};
use steer_core::json::Members;
use steer_core::message::ToolCaller;
use steer_core::tools::{ToolOutcome, ToolResult, ToolResultContent};

use super::call::Caller;
use super::content::{Content, Kind};
use super::media::{self, MediaContent};
use super::part::{Context, passage};
use crate::API;

/// What stands in the place of a result that nobody gave.
const NO_RESULT: &str = "no result was given";

/// The format has no mark of a failed call, so the text says it.
const ERROR: &str = "Error: ";

/// `Output` is the result of a call: <https://platform.openai.com/docs/guides/function-calling>.
#[derive(Debug)]
pub(super) struct Output<'a> {
    pub(super) call_id: Cow<'a, str>,
    pub(super) kind: OutputKind,
    pub(super) caller: Option<&'a ToolCaller>,
    /// Members of the vendor's that have no type.
    pub(super) extra: Members<'a>,
    is_failed: bool,
    prefix: &'static str,
    content: Vec<Content<'a>>,
    value: Option<&'a Value>,
    /// Whether the API wants JSON as the text, since the tool says what JSON it gives.
    is_json: bool,
}

/// `OutputKind` is what kind of call is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OutputKind {
    Function,
    /// A function whose tool has an `output_schema`.
    JsonFunction,
    Custom,
    /// <https://platform.openai.com/docs/guides/tools-computer-use>
    Computer,
    /// <https://platform.openai.com/docs/guides/tools-local-shell>
    LocalShell,
    /// <https://platform.openai.com/docs/guides/tools-shell>
    Shell,
    /// <https://platform.openai.com/docs/guides/tools-apply-patch>
    ApplyPatch,
    /// <https://platform.openai.com/docs/guides/tools-tool-search>
    ToolSearch,
}

impl OutputKind {
    /// What answers a call of this kind.
    pub(super) fn of(call: &str) -> Self {
        match call {
            "custom_tool_call" | "custom_tool_call_output" => Self::Custom,
            "computer_call" | "computer_call_output" => Self::Computer,
            "local_shell_call" | "local_shell_call_output" => Self::LocalShell,
            "shell_call" | "shell_call_output" => Self::Shell,
            "apply_patch_call" | "apply_patch_call_output" => Self::ApplyPatch,
            "tool_search_call" | "tool_search_output" => Self::ToolSearch,
            _ => Self::Function,
        }
    }

    /// Whether a text can answer it.
    pub(super) fn has_text(self) -> bool {
        !matches!(self, Self::Computer | Self::ToolSearch)
    }

    fn word(self) -> &'static str {
        match self {
            Self::Function | Self::JsonFunction => "function_call_output",
            Self::Custom => "custom_tool_call_output",
            Self::Computer => "computer_call_output",
            Self::LocalShell => "local_shell_call_output",
            Self::Shell => "shell_call_output",
            Self::ApplyPatch => "apply_patch_call_output",
            Self::ToolSearch => "tool_search_output",
        }
    }
}

impl<'a> Output<'a> {
    pub(super) fn of(
        result: &'a ToolResult,
        call_id: Cow<'a, str>,
        kind: OutputKind,
        context: &mut Context<'a, '_>,
    ) -> Result<Self, ApiError> {
        let mut output = Self::missing(call_id, kind);
        output.content.clear();
        output.is_failed = result.outcome != ToolOutcome::Ok;
        for content in &result.content {
            output.add(content, context)?;
        }
        if let [ToolResultContent::Json { value }] = &*result.content {
            output.value = Some(value);
        }
        if result.outcome == ToolOutcome::Error {
            let first = output.content.first().and_then(Content::plain_text);
            let says_so = first.and_then(|text| text.trim_start().get(..5));
            if !says_so.is_some_and(|word| word.eq_ignore_ascii_case("error")) {
                output.prefix = if output.content.is_empty() { "Error" } else { ERROR };
            }
        }
        output.check(context)?;
        Ok(output)
    }

    /// The answer of a call that has none.
    pub(super) fn missing(call_id: Cow<'a, str>, kind: OutputKind) -> Self {
        Self {
            call_id,
            kind,
            caller: None,
            extra: Members::default(),
            is_failed: true,
            prefix: "",
            content: vec![Content::text(NO_RESULT)],
            value: None,
            is_json: kind == OutputKind::JsonFunction,
        }
    }

    pub(super) fn says(&self, word: &str) -> bool {
        self.content.iter().any(|content| content.says(word))
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        self.content.iter().map(Content::size).sum::<usize>().saturating_add(160)
    }

    fn add(&mut self, content: &'a ToolResultContent, context: &mut Context<'a, '_>) -> Result<(), ApiError> {
        match content {
            ToolResultContent::Text { text } if text.is_empty() => {}
            ToolResultContent::Text { text } => self.content.push(Content::text(text)),
            ToolResultContent::Json { value } => self.content.push(Content::text(value.to_string())),
            ToolResultContent::Media(medium) => self.content.extend(media::read(medium, context)?),
            ToolResultContent::SearchResult(found) => {
                context.losses.count("search result", "a search result is sent as text");
                let texts = found.content.iter().map(String::as_str);
                self.content.push(Content::text(passage(&found.source, &found.title, texts)));
            }
            ToolResultContent::ToolReference { tool_name } => {
                context.losses.count("tool_result", "a reference to a tool is sent as its name");
                self.content.push(Content::text(tool_name));
            }
            ToolResultContent::Opaque { api, json, .. } if api == API => {
                match serde_json::from_str::<&RawValue>(json) {
                    Ok(raw) => self.content.push(Content::new(Kind::Raw(raw))),
                    Err(_) => context.lost("tool_result", "an opaque part of it is not JSON")?,
                }
            }
            ToolResultContent::Opaque { .. } => {
                context.lost("tool_result", "an opaque part of it came from another API")?;
            }
            _ => context.lost("tool_result", "a part is of a kind that the API does not take")?,
        }
        Ok(())
    }

    /// Whether the kind of call takes the answer.
    fn check(&mut self, context: &mut Context<'a, '_>) -> Result<(), ApiError> {
        let is_text = |content: &Content<'_>| content.plain_text().is_some();
        match self.kind {
            OutputKind::Computer if self.raw().is_none() && self.screenshot().is_none() => {
                return Err(super::invalid("the result of a computer's call is an image; give a screenshot"));
            }
            OutputKind::ToolSearch
                if self.raw().is_none() && self.value.is_none_or(|tools| !tools.is_array()) =>
            {
                return Err(super::invalid(
                    "the result of a search for tools is the JSON list of their entries",
                ));
            }
            OutputKind::JsonFunction
            | OutputKind::LocalShell
            | OutputKind::Shell
            | OutputKind::ApplyPatch
                if self.raw().is_none() && !self.content.iter().all(is_text) =>
            {
                context.lost("tool_result", "the result of such a call holds text only")?;
                self.content.retain(is_text);
            }
            _ => {}
        }
        Ok(())
    }

    /// The output in the vendor's own terms.
    fn raw(&self) -> Option<&'a RawValue> {
        match &*self.content {
            [Content { kind: Kind::Raw(raw), .. }] => Some(raw),
            _ => None,
        }
    }

    fn screenshot(&self) -> Option<&MediaContent<'a>> {
        self.content.iter().find_map(|content| match &content.kind {
            Kind::Media(image @ MediaContent::Image { .. }) => Some(image),
            _ => None,
        })
    }

    fn texts(&self) -> Vec<&str> {
        self.content.iter().filter_map(Content::plain_text).collect()
    }
}

impl Serialize for Output<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut item = Object::new(serializer.serialize_map(None)?);
        item.member("type", self.kind.word())?;
        item.member(if self.kind == OutputKind::LocalShell { "id" } else { "call_id" }, &self.call_id)?;
        let state = if self.is_failed { "failed" } else { "completed" };
        match self.kind {
            OutputKind::ApplyPatch => item.member("status", state)?,
            OutputKind::ToolSearch => {
                item.member("execution", "client")?;
                item.member("status", "completed")?;
            }
            _ => {}
        }
        self.write(&mut item)?;
        item.optional("caller", self.caller.map(Caller::of).as_ref())?;
        item.end(&self.extra, &["call_id"])
    }
}

impl Output<'_> {
    fn write<M: SerializeMap>(&self, item: &mut Object<M>) -> Result<(), M::Error> {
        let name = if self.kind == OutputKind::ToolSearch { "tools" } else { "output" };
        let takes_parts = matches!(self.kind, OutputKind::Function | OutputKind::Custom);
        match (self.kind, self.raw(), self.value) {
            (_, Some(raw), _) if !takes_parts => item.member(name, raw),
            (OutputKind::Computer, ..) => match self.screenshot() {
                Some(image) => item.member(name, &Screenshot(image)),
                None => Ok(()),
            },
            (OutputKind::ToolSearch, _, Some(tools)) => item.member(name, tools),
            (OutputKind::ToolSearch, ..) => item.member(name, &[(); 0]),
            (OutputKind::Shell, _, Some(value @ Value::Array(_))) => item.member(name, value),
            (OutputKind::Shell, ..) => item.member(name, &[ShellOutput::of(self)]),
            _ if takes_parts && !self.is_one_text() => item.member(name, &Parts(self)),
            _ => item.member(name, &Text(self)),
        }
    }

    fn is_one_text(&self) -> bool {
        match &*self.content {
            [] => true,
            [one] => one.plain_text().is_some(),
            _ => false,
        }
    }
}

/// All texts as one.
struct Text<'x, 'a>(&'x Output<'a>);

impl fmt::Display for Text<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.0.prefix, Joined(&self.0.texts(), "\n"))
    }
}

impl Serialize for Text<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_json {
            let text = self.to_string();
            if serde_json::from_str::<serde::de::IgnoredAny>(&text).is_err() {
                return serializer.collect_str(&Value::String(text));
            }
        }
        if self.0.prefix.is_empty() {
            return Joined(&self.0.texts(), "\n").serialize(serializer);
        }
        serializer.collect_str(self)
    }
}

/// The parts one by one.
struct Parts<'x, 'a>(&'x Output<'a>);

impl Serialize for Parts<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mark = (!self.0.prefix.is_empty()).then(|| Content::text(self.0.prefix.trim_end()));
        serializer.collect_seq(mark.iter().chain(&self.0.content))
    }
}

struct Screenshot<'x, 'a>(&'x MediaContent<'a>);

impl Serialize for Screenshot<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("type", "computer_screenshot")?;
        if let MediaContent::Image { source, .. } = self.0 {
            source.write(&mut map)?;
        }
        map.end()
    }
}

/// What a command printed, as one chunk.
#[derive(serde::Serialize)]
struct ShellOutput<'x, 'a> {
    stdout: Text<'x, 'a>,
    stderr: &'static str,
    outcome: ShellOutcome,
}

#[derive(serde::Serialize)]
struct ShellOutcome {
    #[serde(rename = "type")]
    kind: &'static str,
    exit_code: u8,
}

impl<'x, 'a> ShellOutput<'x, 'a> {
    fn of(output: &'x Output<'a>) -> Self {
        let outcome = ShellOutcome { kind: "exit", exit_code: u8::from(output.is_failed) };
        Self { stdout: Text(output), stderr: "", outcome }
    }
}
