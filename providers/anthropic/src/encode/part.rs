use std::borrow::Cow;

use steer_core::encode::{Losses, tool_name};
use steer_core::json::Members;
use steer_core::message::{
    Compaction, Executor, ModelHop, Opaque, PartMeta, SearchResult, Text, Thinking, ToolAvailability,
    ToolCallPart, ToolResultPart, Visibility,
};
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::request::LostThinking;
use steer_core::{ApiError, Part};

use super::betas::{self, Betas};
use super::block::{Block, CallBlock, ChangedTool, Kind, ResultBlock};
use super::citation::WireCitation;
use super::conversation::Conversation;
use super::extra;
use super::input::Input;
use super::media::MediaBlock;
use super::offered::Offered;
use super::result::ResultContent;
use super::search::Passage;
use super::tools::MAX_NAME;
use super::turn::Side;
use crate::API;

const FOREIGN: &str = "it came from another provider, which alone understands it";

/// `Context` is what reading the conversation decides with and writes down.
pub(super) struct Context<'a, 'x> {
    pub(super) provider: &'a str,
    pub(super) ledger: &'x mut Ledger,
    pub(super) losses: &'x mut Losses,
    pub(super) betas: &'x mut Betas,
    pub(super) offered: Offered<'a, 'x>,
}

impl Context<'_, '_> {
    /// A part of the conversation that the API cannot take; it is left out if this returns.
    pub(super) fn lost(&mut self, subject: &str, why: &str) -> Result<(), ApiError> {
        self.ledger.unsupported(FeatureArea::Content, subject, why)
    }

    /// Whether a part may be sent in the vendor's own terms. What a program made itself, it made for this API.
    fn is_ours(&self, meta: &PartMeta) -> bool {
        meta.origin.is_none() || meta.is_from(self.provider, API)
    }
}

/// Reads a part into the conversation. Calls, thinking and refusals are the assistant's whatever message holds
/// them, and results of the program's tools the user's.
pub(super) fn read<'a>(
    part: &'a Part,
    side: Side,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    let ours = context.is_ours(part.meta());
    let kind = match part {
        Part::ToolCall(part) => return tool_call(part, ours, conversation, context),
        Part::ToolResult(part) => return tool_result(part, ours, conversation, context),
        Part::ToolAvailability(part) => return tool_changes(part, ours, conversation, context),
        Part::Text(part) => text(part, ours, context),
        Part::Thinking(part) => match thinking(part, ours, context) {
            None if context.ledger.lost_thinking() == LostThinking::AsText => {
                thinking_as_text(part, conversation, context);
                return Ok(());
            }
            kind => kind,
        },
        Part::Refusal(part) if part.text.trim().is_empty() => None,
        Part::Refusal(part) => {
            context.losses.count("refusal", "the API has no part for a refusal; it is sent as text");
            Some(Kind::Text { text: &part.text, citations: Vec::new() })
        }
        Part::Media(_) | Part::SearchResult(_) | Part::ContainerFile(_) if side != Side::User => {
            context.lost("media", "the API takes media, search results and files from the user only")?;
            None
        }
        Part::Media(part) => MediaBlock::of(&part.media, context)?.map(Kind::Media),
        Part::SearchResult(part) => Some(Kind::Passage(passage(part, context)?)),
        Part::ContainerFile(part) if ours => Some(Kind::ContainerUpload(&part.file_id)),
        Part::ContainerFile(_) => context.lost("container file", FOREIGN).map(|()| None)?,
        Part::Compaction(part) if ours => Some(compaction(part)),
        Part::Compaction(_) => context.lost("compaction", FOREIGN).map(|()| None)?,
        Part::ModelHop(part) => model_hop(part, ours, context),
        Part::Opaque(part) if ours && part.api == API && context.offered.refuses(&part.kind) => {
            context.losses.count("tool list", "what a server that the request does not name has is not sent");
            return Ok(());
        }
        Part::Opaque(part) if ours && part.api == API => {
            push_raw(part, side, conversation, context);
            return Ok(());
        }
        Part::Opaque(_) => context.lost("opaque part", FOREIGN).map(|()| None)?,
        Part::ApprovalRequest(_) => context.lost("approval request", "the API has none").map(|()| None)?,
        Part::ApprovalResponse(_) => context.lost("approval response", "the API has none").map(|()| None)?,
        // It says where an answer came from, and no model reads it again.
        Part::Source(_) => {
            context.losses.count("source", "the API has no part for a source; it is not sent");
            None
        }
        _ => context.lost("part", "the API does not take its kind").map(|()| None)?,
    };
    let side = match part {
        Part::Thinking(_) | Part::Refusal(_) | Part::Compaction(_) | Part::ModelHop(_) => Side::Assistant,
        _ => side,
    };
    match kind {
        Some(kind) => {
            let block = block(kind, part.meta(), ours, context);
            conversation.push(side, block, context);
        }
        None if part.meta().cache.is_some() => {
            context.losses.count("cache_control", "a part that is not sent cannot hold a cache point");
        }
        None => {}
    }
    Ok(())
}

/// Adds what any part may carry.
fn block<'a>(kind: Kind<'a>, meta: &'a PartMeta, ours: bool, context: &mut Context<'a, '_>) -> Block<'a> {
    let mut block = Block::new(kind);
    block.cache = meta.cache;
    if ours {
        match &meta.replay {
            Some(raw) if block.cache.is_none() || extra::members(raw).is_some() => {
                block.kind = Kind::Raw(raw)
            }
            _ => block.extra = extra_of(meta, ours),
        }
    }
    // <https://docs.claude.com/en/docs/build-with-claude/prompt-caching#what-cannot-be-cached>
    if block.cache.is_some() && matches!(block.kind, Kind::Thinking { .. } | Kind::RedactedThinking(_)) {
        context.losses.count("cache_control", "thinking cannot hold a cache point");
        block.cache = None;
    }
    block
}

fn extra_of(meta: &PartMeta, ours: bool) -> Members<'_> {
    meta.extra.as_ref().filter(|_| ours).and_then(extra::members).unwrap_or_default()
}

fn text<'a>(part: &'a Text, ours: bool, context: &mut Context<'a, '_>) -> Option<Kind<'a>> {
    // The API refuses blank text.
    if part.text.trim().is_empty() {
        return None;
    }
    let mut citations = Vec::new();
    for citation in &part.citations {
        match WireCitation::of(citation).filter(|_| ours) {
            Some(citation) => citations.push(citation),
            None => context.losses.count("citation", "only a citation of the same provider can be sent back"),
        }
    }
    Some(Kind::Text { text: &part.text, citations })
}

/// Thinking goes back signed and unchanged, or not at all:
/// <https://docs.claude.com/en/docs/build-with-claude/extended-thinking#preserving-thinking-blocks>.
fn thinking<'a>(part: &'a Thinking, ours: bool, context: &mut Context<'a, '_>) -> Option<Kind<'a>> {
    let seal = part.seal.as_ref().map(|seal| seal.data.as_str()).filter(|data| !data.is_empty());
    match seal {
        Some(data) if ours && part.visibility == Visibility::Redacted => Some(Kind::RedactedThinking(data)),
        Some(signature) if ours => Some(Kind::Thinking { text: part.text(), signature }),
        Some(_) => {
            context.losses.count("thinking", "thinking of another provider is not sent as thinking");
            None
        }
        None => {
            context.losses.count("thinking", "thinking without a signature is not sent as thinking");
            None
        }
    }
}

/// What can be read of thinking, as text of the assistant's.
fn thinking_as_text<'a>(
    part: &'a Thinking,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) {
    for section in part.sections.iter().filter(|section| !section.text.trim().is_empty()) {
        let text = Kind::Text { text: &section.text, citations: Vec::new() };
        conversation.push(Side::Assistant, Block::new(text), context);
    }
}

fn passage<'a>(part: &'a SearchResult, context: &mut Context<'a, '_>) -> Result<Passage<'a>, ApiError> {
    let mut texts = Vec::with_capacity(part.content.len());
    for content in &part.content {
        match content {
            Part::Text(text) if text.text.trim().is_empty() => {}
            Part::Text(text) => texts.push(text.text.as_str()),
            _ => context.lost("search result", "the API takes texts only in a search result")?,
        }
    }
    Ok(Passage { source: &part.source, title: &part.title, texts, citations: part.citations })
}

/// A compaction that failed has no content; an empty one is refused.
fn compaction(part: &Compaction) -> Kind<'_> {
    let summary = part.summary.as_deref().filter(|summary| !summary.trim().is_empty());
    Kind::Compaction { summary, encrypted: part.encrypted.as_deref() }
}

fn model_hop<'a>(part: &'a ModelHop, ours: bool, context: &mut Context<'a, '_>) -> Option<Kind<'a>> {
    match (&part.from, &part.to, &part.meta.replay) {
        (Some(from), Some(to), _) if ours => Some(Kind::Fallback { from, to }),
        (_, _, Some(raw)) if ours => Some(Kind::Raw(raw)),
        _ => {
            context
                .losses
                .count("model hop", "only the provider that changed the model takes the mark of it");
            None
        }
    }
}

fn push_raw<'a>(
    part: &'a Opaque,
    side: Side,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) {
    let mut block = Block::new(Kind::Raw(&part.json));
    block.cache = part.meta.cache.filter(|_| extra::members(&part.json).is_some());
    conversation.push(side, block, context);
}

fn tool_call<'a>(
    part: &'a ToolCallPart,
    ours: bool,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    let is_client = part.executor == Executor::Client;
    if !is_client && !ours {
        context.losses.count("tool call", "a call that another provider ran is not sent");
        return Ok(());
    }
    if !is_client && conversation.is_refused(&part.call.id) {
        let why = "a call of a tool of the vendor's that the request does not offer is not sent";
        context.losses.count("tool call", why);
        return Ok(());
    }
    let toolset = part.namespace.as_deref().filter(|_| ours);
    let id = if is_client {
        conversation.call(&part.call, toolset, context)
    } else {
        conversation.provider_call(&part.call.id)
    };
    let name = tool_name(&part.call.name, MAX_NAME);
    if is_client && name != part.call.name {
        context
            .losses
            .count("tool_use", "a call's tool has a name that the API does not take; it was rewritten");
    }
    // The vendor's own JSON holds the id as it was given.
    let is_as_given = id == part.call.id;
    let kind = Kind::Call(CallBlock {
        kind: if is_client { "tool_use" } else { part.kind.as_deref().unwrap_or("server_tool_use") },
        id,
        name,
        input: Input::of(&part.call),
        server: part.server_label.as_deref().filter(|_| ours && !is_client),
        toolset,
        caller: part.caller.as_ref().filter(|_| ours),
    });
    let mut block = block(kind, &part.meta, ours && is_as_given, context);
    if !is_as_given {
        block.extra = extra_of(&part.meta, ours);
    }
    conversation.push(Side::Assistant, block, context);
    Ok(())
}

fn tool_result<'a>(
    part: &'a ToolResultPart,
    ours: bool,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    if part.preliminary {
        context.losses.count("tool_result", "a result of which more follows is not sent");
        return Ok(());
    }
    let is_error = part.result.is_error();
    let caller = part.caller.as_ref().filter(|_| ours);
    if part.executor == Executor::Client {
        let content = ResultContent::of(&part.result.content, context)?;
        let wrap = |call_id: Cow<'a, str>, toolset: Option<&'a str>| {
            let result = ResultBlock { kind: "tool_result", call_id, content, is_error, toolset, caller };
            Block { kind: Kind::Result(result), cache: part.meta.cache, extra: extra_of(&part.meta, ours) }
        };
        return conversation.answer(&part.result, wrap, context);
    }
    let Some(kind) = part.kind.as_deref().filter(|_| ours) else {
        context.losses.count("tool result", "a result that another provider gave is not sent");
        return Ok(());
    };
    if conversation.is_refused(&part.result.call_id) {
        context.losses.count("tool result", "what such a tool gave back is not sent either");
        return Ok(());
    }
    let call_id = conversation.provider_answer(&part.result.call_id)?;
    let content = ResultContent::replayed(&part.result.content, context)?;
    // Only this kind has the flag; the others say it in their content.
    let is_error = is_error && kind == "mcp_tool_result";
    let result = ResultBlock { kind, call_id, content, is_error, toolset: None, caller };
    let block = block(Kind::Result(result), &part.meta, ours, context);
    conversation.push(Side::Assistant, block, context);
    Ok(())
}

/// <https://docs.claude.com/en/docs/build-with-claude/mid-conversation-system-messages>
fn tool_changes<'a>(
    part: &'a ToolAvailability,
    ours: bool,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    let mut changes = Vec::new();
    match &part.json {
        Some(raw) if ours => changes.push(Kind::Raw(raw)),
        Some(_) if is_unread(part) => return context.lost("tool change", FOREIGN),
        _ => {
            changes.extend(part.add.iter().map(|name| Kind::ToolAddition(ChangedTool::Reference(name))));
            let define = |schema| Kind::ToolAddition(ChangedTool::Definition(schema));
            changes.extend(part.define.iter().map(define));
            changes.extend(part.remove.iter().map(|name| Kind::ToolRemoval(ChangedTool::Reference(name))));
        }
    }
    if !changes.is_empty() {
        need_betas(part, context);
    }
    for kind in changes {
        conversation.push(Side::System, Block::new(kind), context);
    }
    Ok(())
}

/// Whether only the vendor's own JSON says what changes.
fn is_unread(part: &ToolAvailability) -> bool {
    part.add.is_empty() && part.define.is_empty() && part.remove.is_empty()
}

/// A change of the tools is a beta feature, and their definition in the middle of a conversation another one.
pub(super) fn need_betas(part: &ToolAvailability, context: &mut Context<'_, '_>) {
    context.betas.need(betas::TOOL_CHANGES);
    if !part.define.is_empty() {
        context.betas.need(betas::INLINE_TOOLS);
    }
}
