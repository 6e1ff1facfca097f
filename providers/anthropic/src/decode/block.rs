use serde_json::value::RawValue;
use steer_core::json::{Json, JsonText, Record};
use steer_core::message::{
    Citation, Compaction, ContainerFile, Executor, ModelHop, Opaque, Seal, Text, Thinking, ToolCallPart,
    ToolCaller, ToolResultPart, Visibility,
};
use steer_core::tools::{ToolOutcome, ToolResultContent};
use steer_core::{Part, ToolCall, ToolResult};

use super::citation;
use crate::API;

/// `Block` is a content block as it is sent: a part, and what of it goes out as deltas.
/// <https://docs.claude.com/en/api/messages#response-content>
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) part: Part,
    /// Text, or thinking, or the arguments of a call, according to the part.
    pub(crate) content: String,
    pub(crate) citations: Vec<Citation>,
    pub(crate) seal: Option<Seal>,
    /// Where another model took over, its name.
    pub(crate) model: Option<String>,
}

/// Reads a block. What is not an object with a known type becomes an opaque part.
pub(crate) fn read(json: Json<'_>) -> Result<Block, serde_json::Error> {
    let mut members = Record::scan(json.get())?;
    let kind = members.borrowed_text("type").unwrap_or_default();
    let mut block = Block::new(Part::Text(Text::default()));
    block.part = match &*kind {
        "text" => {
            block.content = strict(&mut members, "text")?;
            let citations: Vec<&RawValue> = match members.take_json("citations") {
                Some(raw) => serde_json::from_str(raw.get())?,
                None => Vec::new(),
            };
            block.citations = citations.into_iter().map(citation::read).collect();
            Part::Text(Text::default())
        }
        "thinking" => {
            block.content = strict(&mut members, "thinking")?;
            block.seal = members.text("signature").filter(|data| !data.is_empty()).map(Seal::signature);
            Part::Thinking(Thinking::default())
        }
        "redacted_thinking" => {
            let mut thinking = Thinking::default();
            thinking.visibility = Visibility::Redacted;
            thinking.seal = Some(Seal::encrypted(strict(&mut members, "data")?));
            Part::Thinking(thinking)
        }
        "tool_use" | "server_tool_use" | "mcp_tool_use" => {
            // The empty object stands for arguments that are still to come, or for none.
            let input = members.take_json("input").map(Json::get).filter(|input| !is_empty_object(input));
            block.content = input.unwrap_or_default().to_owned();
            Part::ToolCall(call(&kind, &mut members))
        }
        "compaction" => {
            let mut compaction = Compaction::default();
            compaction.summary = members.text("content");
            compaction.encrypted = members.text("encrypted_content");
            Part::Compaction(compaction)
        }
        "fallback" => {
            let mut hop = ModelHop::default();
            hop.from = model(members.get_json("from"));
            hop.to = model(members.get_json("to"));
            hop.trigger = trigger(members.get_json("trigger"));
            hop.meta.replay = Some(json.to_raw()?);
            block.model.clone_from(&hop.to);
            // The vendor's JSON holds them all.
            members = Record::default();
            Part::ModelHop(hop)
        }
        "container_upload" if members.get_json("file_id").is_some() => {
            Part::ContainerFile(ContainerFile::new(strict(&mut members, "file_id")?))
        }
        _ if kind.ends_with("_tool_result") && members.get_json("tool_use_id").is_some() => {
            Part::ToolResult(result(kind.into_owned(), &mut members))
        }
        _ => {
            members = Record::default();
            Part::Opaque(Opaque::new(API, kind, json.to_raw()?))
        }
    };
    block.part.meta_mut().extra = members.into_extra();
    Ok(block)
}

impl Block {
    pub(crate) fn new(part: Part) -> Self {
        Self { part, content: String::new(), citations: Vec::new(), seal: None, model: None }
    }
}

/// A call: of the program's tools, of the vendor's own, or of a tool server that the vendor reaches.
fn call(kind: &str, members: &mut Record<'_>) -> ToolCallPart {
    let (id, name) = (members.text("id").unwrap_or_default(), members.text("name").unwrap_or_default());
    let mut part = ToolCallPart::new(ToolCall::new(id, name, String::new()));
    part.caller = caller(members);
    part.server_label = members.text("server_name");
    part.namespace = members.text("toolset_name");
    if kind != "tool_use" {
        part.executor = Executor::Provider;
        part.kind = Some(kind.to_owned());
    }
    part
}

/// The result of a call that the vendor ran; its content is kept as it is, since parts of it are encrypted.
fn result(kind: String, members: &mut Record<'_>) -> ToolResultPart {
    let call_id = members.text("tool_use_id").unwrap_or_default();
    let mut outcome = ToolOutcome::Ok;
    let content = members.take_json("content").map(|raw| {
        let inner = Record::scan(raw.get()).ok().and_then(|mut inner| inner.text("type"));
        if inner.as_ref().is_some_and(|kind| kind.ends_with("_error")) {
            outcome = ToolOutcome::Error;
        }
        let kind = inner.unwrap_or_else(|| kind.clone());
        ToolResultContent::Opaque { api: API.to_owned(), kind, json: raw.get().to_owned() }
    });
    // The flag stays among the extra members too, where it was sent, so that it goes back.
    if members.get_json("is_error").is_some_and(|raw| raw.get() == "true") {
        outcome = ToolOutcome::Error;
    }
    let result = ToolResult::new(call_id, content.into_iter().collect()).outcome(outcome);
    let mut part = ToolResultPart::new(result);
    part.executor = Executor::Provider;
    part.caller = caller(members);
    part.kind = Some(kind);
    part
}

/// Who made a call: the model itself, or a program that the vendor ran for it.
/// <https://docs.claude.com/en/docs/agents-and-tools/tool-use/programmatic-tool-calling>
fn caller(members: &mut Record<'_>) -> Option<ToolCaller> {
    let mut inner = Record::scan(members.take_json("caller")?.get()).ok()?;
    Some(match inner.text("type")?.as_str() {
        "direct" => ToolCaller::Direct,
        kind => ToolCaller::Program { kind: kind.to_owned(), call_id: inner.text("tool_id") },
    })
}

fn model(raw: Option<Json<'_>>) -> Option<String> {
    Record::scan(raw?.get()).ok()?.text("model")
}

fn trigger(raw: Option<Json<'_>>) -> Option<String> {
    let raw = raw?;
    serde_json::from_str(raw.get()).ok().or_else(|| Record::scan(raw.get()).ok()?.text("type"))
}

/// A member that is the content itself: missing and null are empty, another type is an error.
fn strict(members: &mut Record<'_>, key: &str) -> Result<String, serde_json::Error> {
    match members.take_json(key) {
        Some(json) => JsonText::read(json).map(JsonText::into_owned),
        None => Ok(String::new()),
    }
}

fn is_empty_object(json: &str) -> bool {
    json.trim_start_matches('{').trim_end_matches('}').trim().is_empty()
}
