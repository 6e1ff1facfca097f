use steer_core::encode::Losses;
use steer_core::json::Members;
use steer_core::message::{
    ApprovalRequest, ApprovalResponse, Compaction, MediaPart, Opaque, PartMeta, Refusal, SearchResult, Text,
    Thinking, ToolAvailability,
};
use steer_core::model::ModelConfig;
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::request::LostThinking;
use steer_core::{ApiError, Part, RawJson, Tool};

use super::answer::{Said, item_id};
use super::content::{Content, Kind};
use super::conversation::{Conversation, Side};
use super::item::{Given, Item};
use super::reasoning::{Reasoning, encrypted};
use super::{media, tool_part};
use crate::{API, ResponsesDialect};

pub(super) const FOREIGN: &str = "it came from another provider, which alone understands it";

/// `Context` is what reading the conversation decides with and writes down.
pub(super) struct Context<'a, 'x> {
    pub(super) provider: &'a str,
    pub(super) model: &'a ModelConfig,
    pub(super) tools: &'a [Tool],
    pub(super) dialect: &'x ResponsesDialect,
    pub(super) ledger: &'x mut Ledger,
    pub(super) losses: &'x mut Losses,
    /// Whether the vendor keeps what it answered, so that an id is enough to find it.
    pub(super) is_stored: bool,
    /// Whether a part asks for a cache point.
    pub(super) has_cache_point: bool,
    /// In how much detail media are seen that say nothing of it.
    pub(super) detail: Option<&'a str>,
}

impl Context<'_, '_> {
    /// A part of the conversation that the API cannot take; it is left out if this returns.
    pub(super) fn lost(&mut self, subject: &str, why: &str) -> Result<(), ApiError> {
        self.ledger.unsupported(FeatureArea::Content, subject, why)
    }

    /// Whether a part may be sent in the vendor's own terms. What a program made itself, it made for this API.
    pub(super) fn is_ours(&self, meta: &PartMeta) -> bool {
        meta.origin.is_none() || meta.is_from(self.provider, API)
    }

    /// Whether the model that is asked made the part, so that its ids go back: the vendor pairs items by them, and
    /// those of another model's thinking are not sent.
    pub(super) fn is_own(&self, meta: &PartMeta) -> bool {
        meta.is_from(self.provider, API)
            && meta.origin.as_ref().is_some_and(|origin| is_same_model(self.model, &origin.model))
    }

    pub(super) fn extra<'m>(&self, meta: &'m PartMeta) -> Members<'m> {
        meta.extra.as_ref().filter(|_| self.is_ours(meta)).and_then(members).unwrap_or_default()
    }
}

/// The members of an object; `None` where the JSON is something else.
pub(super) fn members(raw: &RawJson) -> Option<Members<'_>> {
    Members::read(raw.get()).ok()
}

/// The answer that a part came with.
pub(super) fn response(meta: &PartMeta) -> Option<&str> {
    meta.origin.as_ref()?.response_id.as_deref()
}

/// A passage as one text.
pub(super) fn passage<'a>(source: &'a str, title: &'a str, texts: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for line in [title, source].into_iter().chain(texts).filter(|line| !line.trim().is_empty()) {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(line);
    }
    text
}

/// Reads a part into the conversation. Calls, thinking and refusals are the assistant's whatever message holds
/// them. `of_result` are the members of a message that holds one result.
pub(super) fn read<'a>(
    part: &'a Part,
    side: Side,
    of_result: Option<&'a RawJson>,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    context.has_cache_point |= part.meta().cache.is_some();
    match part {
        Part::Text(part) => text(part, side, conversation, context),
        Part::Thinking(part) => thinking(part, conversation, context),
        Part::Refusal(part) => refusal(part, conversation, context),
        Part::ToolCall(part) => tool_part::call(part, conversation, context),
        Part::ToolResult(part) => return tool_part::result(part, of_result, conversation, context),
        Part::Media(part) if side == Side::Assistant => return made(part, conversation, context),
        Part::Media(part) => {
            let contents = media::read(&part.media, context)?;
            say(contents, context.extra(&part.meta), side, conversation);
        }
        Part::SearchResult(part) => return search_result(part, side, conversation, context),
        Part::Compaction(part) => return compaction(part, conversation, context),
        Part::Opaque(part) => return opaque(part, side, conversation, context),
        Part::ApprovalRequest(part) => return approval_request(part, conversation, context),
        Part::ApprovalResponse(part) => return approval_response(part, conversation, context),
        Part::ToolAvailability(part) => return tool_change(part, side, conversation, context),
        Part::Source(_) => context.losses.count("source", "the API has no part for a source; it is not sent"),
        Part::ModelHop(_) => {
            context.losses.count("model hop", "the API has no mark of a change of models; it is not sent");
        }
        Part::ContainerFile(_) => context.lost("container file", "the API has no part for it")?,
        _ => context.lost("part", "the API does not take its kind")?,
    }
    Ok(())
}

fn is_same_model(model: &ModelConfig, answered: &str) -> bool {
    // The answer names the dated version of a model that is asked for by its name alone.
    let is_dated = |name: &str| {
        let date = answered.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
        date.is_some_and(|date| date.len() >= 8 && date.bytes().all(|b| b.is_ascii_digit() || b == b'-'))
    };
    let names = model.aliases.iter().map(String::as_str);
    names.chain([&*model.id.name]).any(|name| name == answered || is_dated(name))
}

fn say<'a>(
    contents: impl IntoIterator<Item = Content<'a>>,
    extra: Members<'a>,
    side: Side,
    conversation: &mut Conversation<'a>,
) {
    let mut extra = Some(extra);
    for mut content in contents {
        content.extra = extra.take().unwrap_or_default();
        if let Some(turn) = conversation.said(side) {
            turn.content.push(content);
        }
    }
}

fn text<'a>(part: &'a Text, side: Side, conversation: &mut Conversation<'a>, context: &mut Context<'a, '_>) {
    if side != Side::Assistant {
        if !part.text.trim().is_empty() {
            say([Content::text(part.text.as_str())], context.extra(&part.meta), side, conversation);
        }
        return;
    }
    let is_ours = context.is_ours(&part.meta);
    let replays = part.citations.iter().filter_map(|citation| citation.replay.as_ref());
    let annotations: Vec<_> = replays.filter(|_| is_ours).map(RawJson::nested).collect();
    if annotations.len() < part.citations.len() {
        context.losses.count("citation", "the API takes citations of its own only");
    }
    let id = item_id(part.id.as_deref()).filter(|_| context.is_own(&part.meta));
    let phase = part.phase.as_deref().filter(|_| is_ours);
    let extra = context.extra(&part.meta);
    if let Some(answer) = conversation.answer(id, phase, response(&part.meta)) {
        answer.content.push(Said::Text { text: &part.text, annotations, extra });
    }
}

/// Thinking goes back to the model that thought it, encrypted, or by its id where the vendor keeps it.
fn thinking<'a>(part: &'a Thinking, conversation: &mut Conversation<'a>, context: &mut Context<'a, '_>) {
    let is_known = encrypted(part).is_some() || (context.is_stored && part.id.is_some());
    let item = match &part.meta.replay {
        _ if !context.is_own(&part.meta) || !is_known => Item::Gap,
        // An id that the API refuses can be left out; the vendor's own JSON has it.
        Some(raw) if part.id.is_none() || item_id(part.id.as_deref()).is_some() => {
            Item::Reasoning(Reasoning::Raw(raw))
        }
        _ => Item::Reasoning(Reasoning::Typed(part)),
    };
    let is_empty = part.sections.is_empty() && part.seal.is_none() && part.id.is_none();
    let is_lost = matches!(item, Item::Gap) && !is_empty;
    conversation.push(item, response(&part.meta));
    let texts = part.sections.iter().map(|section| section.text.as_str());
    let mut texts = texts.filter(|text| !text.trim().is_empty()).peekable();
    let is_foreign = !context.is_ours(&part.meta);
    if is_lost
        && is_foreign
        && context.ledger.lost_thinking() == LostThinking::AsText
        && texts.peek().is_some()
    {
        context.losses.count("thinking", "thinking of another provider is sent as text");
        for text in texts {
            answer_text(text, conversation);
        }
    } else if is_lost {
        context.losses.count("thinking", "thinking is not sent back");
    }
}

fn refusal<'a>(part: &'a Refusal, conversation: &mut Conversation<'a>, context: &mut Context<'a, '_>) {
    if part.text.trim().is_empty() {
        return;
    }
    let extra = context.extra(&part.meta);
    let (id, phase) = conversation.last_answer();
    if let Some(answer) = conversation.answer(id, phase, response(&part.meta)) {
        answer.content.push(Said::Refusal { text: &part.text, extra });
    }
}

/// What a model made: to its origin in the vendor's own terms, and elsewhere as what is spoken in it.
fn made<'a>(
    part: &'a MediaPart,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    if let Some(raw) = part.meta.replay.as_ref().filter(|_| context.is_ours(&part.meta)) {
        conversation.push(Item::Raw { raw, needs_thinking: true }, response(&part.meta));
        return Ok(());
    }
    let transcript = part.generated.as_ref().and_then(|generated| generated.transcript.as_deref());
    match transcript.filter(|text| !text.trim().is_empty()) {
        Some(text) => {
            context.losses.count("audio", "a sound that a model made is sent as what is spoken in it");
            answer_text(text, conversation);
            Ok(())
        }
        None => context.lost("media", "the API takes no media from the assistant but its own"),
    }
}

fn search_result<'a>(
    part: &'a SearchResult,
    side: Side,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    let mut texts = Vec::with_capacity(part.content.len());
    for content in &part.content {
        match content {
            Part::Text(text) => texts.push(text.text.as_str()),
            _ => context.lost("search result", "the API takes texts only in a search result")?,
        }
    }
    context.losses.count("search result", "a search result is sent as text");
    let text = passage(&part.source, &part.title, texts.into_iter());
    if !text.is_empty() {
        let side = if side == Side::Assistant { Side::User } else { side };
        say([Content::text(text)], Members::default(), side, conversation);
    }
    Ok(())
}

/// <https://platform.openai.com/docs/guides/compaction>
fn compaction<'a>(
    part: &'a Compaction,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    if let Some(raw) = part.meta.replay.as_ref().filter(|_| context.is_ours(&part.meta)) {
        conversation.push(Item::Raw { raw, needs_thinking: false }, response(&part.meta));
        return Ok(());
    }
    let Some(summary) = part.summary.as_deref().filter(|summary| !summary.trim().is_empty()) else {
        return context.lost("compaction", FOREIGN);
    };
    context.losses.count("compaction", "the summary of earlier turns is sent as the assistant's text");
    answer_text(summary, conversation);
    Ok(())
}

/// A text that stands for something else, as a message of its own.
fn answer_text<'a>(text: &'a str, conversation: &mut Conversation<'a>) {
    conversation.pause();
    if let Some(answer) = conversation.answer(None, None, None) {
        answer.content.push(Said::Text { text, annotations: Vec::new(), extra: Members::default() });
    }
    conversation.pause();
}

fn opaque<'a>(
    part: &'a Opaque,
    side: Side,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    if part.api != API || !context.is_ours(&part.meta) {
        return context.lost("opaque part", FOREIGN);
    }
    let raw = &part.json;
    match (side, part.kind.as_str()) {
        // The kinds of contents; all others are items.
        (Side::Assistant, kind) if is_content(kind) => {
            let (id, phase) = conversation.last_answer();
            if let Some(answer) = conversation.answer(id, phase, response(&part.meta)) {
                answer.content.push(Said::Raw(raw));
            }
        }
        (Side::Assistant, _) => {
            conversation.push(Item::Raw { raw, needs_thinking: false }, response(&part.meta));
        }
        (_, kind) if is_content(kind) => {
            say([Content::new(Kind::Raw(raw.nested()))], Members::default(), side, conversation);
        }
        _ => conversation.push(Item::Given(Given::Raw(raw)), None),
    }
    Ok(())
}

/// Whether a part of this kind stands in a message: <https://platform.openai.com/docs/api-reference/responses/create>.
fn is_content(kind: &str) -> bool {
    kind.starts_with("input_")
        || kind == "summary_text"
        || matches!(kind, "output_text" | "output_audio" | "text")
}

/// <https://platform.openai.com/docs/guides/tools-connectors-mcp#approvals>
fn approval_request<'a>(
    part: &'a ApprovalRequest,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    match part.meta.replay.as_ref().filter(|_| context.is_ours(&part.meta)) {
        Some(raw) => {
            conversation.ask(&part.approval_id);
            conversation.push(Item::Raw { raw, needs_thinking: true }, response(&part.meta));
            Ok(())
        }
        None => context.lost("approval request", FOREIGN),
    }
}

fn approval_response<'a>(
    part: &'a ApprovalResponse,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    if !conversation.is_asked(&part.approval_id) {
        return context.lost("approval response", "nothing before it asks for the approval");
    }
    let given = Given::Approval {
        id: &part.approval_id,
        approved: part.approved,
        reason: part.reason.as_deref(),
        extra: context.extra(&part.meta),
    };
    conversation.push(Item::Given(given), None);
    Ok(())
}

/// Tools that are there from now on: <https://platform.openai.com/docs/guides/tools-tool-search>.
fn tool_change<'a>(
    part: &'a ToolAvailability,
    side: Side,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    let raw = part.meta.replay.as_ref().or(part.json.as_ref());
    match raw.filter(|_| context.is_ours(&part.meta)) {
        Some(raw) if side == Side::Assistant => {
            conversation.push(Item::Raw { raw, needs_thinking: false }, response(&part.meta));
            Ok(())
        }
        Some(raw) => {
            conversation.push(Item::Given(Given::Raw(raw)), None);
            Ok(())
        }
        None => context.lost(
            "tool change",
            "the API takes changes of tools in its own terms only; give the item as it documents it",
        ),
    }
}
