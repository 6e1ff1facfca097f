use std::borrow::Cow;

use serde_json::value::RawValue;
use steer_core::encode::{Losses, tool_name};
use steer_core::json::Members;
use steer_core::message::{
    CachePoint, Compaction, Executor, MediaPart, Opaque, PartMeta, Refusal, SearchResult, Text, Thinking,
    ToolCallPart, ToolResultPart,
};
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::request::LostThinking;
use steer_core::tools::{MediaKind, ToolInput};
use steer_core::{ApiError, Part, RawJson};

use super::answer::Answer;
use super::call::{CallEntry, CallKind};
use super::content::{Content, Kind};
use super::conversation::Conversation;
use super::media;
use super::tools::MAX_NAME;
use super::turn::Side;
use crate::{API, Dialect, ThinkingReplay};

pub(super) const FOREIGN: &str = "it came from another provider, which alone understands it";

/// `Context` is what reading the conversation decides with and writes down.
pub(super) struct Context<'a, 'x> {
    pub(super) provider: &'a str,
    pub(super) dialect: &'x Dialect,
    pub(super) ledger: &'x mut Ledger,
    pub(super) losses: &'x mut Losses,
    /// Whether a part asks for a cache point that cannot be sent.
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
    fn is_ours(&self, meta: &PartMeta) -> bool {
        meta.origin.is_none() || meta.is_from(self.provider, API)
    }

    /// The cache point of what the user says, where the API has any.
    fn cache_point(&mut self, meta: &PartMeta, side: Side) -> Option<CachePoint> {
        let has_place = self.dialect.cache_points && side != Side::Assistant;
        self.has_cache_point |= meta.cache.is_some() && !has_place;
        meta.cache.filter(|_| has_place)
    }

    fn extra<'m>(&self, meta: &'m PartMeta) -> Members<'m> {
        meta.extra.as_ref().filter(|_| self.is_ours(meta)).and_then(members).unwrap_or_default()
    }
}

/// The members of an object; `None` where the JSON is something else.
pub(super) fn members(raw: &RawJson) -> Option<Members<'_>> {
    Members::read(raw.get()).ok()
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
    let says = matches!(part, Part::Text(_)) || matches!(part, Part::Media(_)) && side == Side::User;
    context.has_cache_point |= part.meta().cache.is_some() && !says;
    match part {
        Part::Text(part) => text(part, side, conversation, context),
        Part::Thinking(part) => thinking(part, conversation, context),
        Part::Refusal(part) => refusal(part, conversation, context),
        Part::ToolCall(part) => tool_call(part, conversation, context),
        Part::ToolResult(part) => return tool_result(part, of_result, conversation, context),
        Part::Media(part) if side == Side::Assistant => return made(part, conversation, context),
        Part::Media(part) if side == Side::User => {
            let mut contents = media::read(&part.media, context)?;
            let cache = context.cache_point(&part.meta, side);
            if let Some(last) = contents.last_mut() {
                last.cache = cache;
            }
            say(contents, part_extra(&part.meta, context), side, conversation);
        }
        Part::Media(_) => context.lost("media", "the API takes media from the user only")?,
        Part::SearchResult(part) => return search_result(part, side, conversation, context),
        Part::Compaction(part) => return compaction(part, conversation, context),
        Part::Opaque(part) => return opaque(part, side, conversation, context),
        Part::Source(_) => context.losses.count("source", "the API has no part for a source; it is not sent"),
        Part::ModelHop(_) => {
            context.losses.count("model hop", "the API has no mark of a change of models; it is not sent");
        }
        Part::ContainerFile(_) => context.lost("container file", "the API has no containers")?,
        Part::ApprovalRequest(_) => context.lost("approval request", "the API has none")?,
        Part::ApprovalResponse(_) => context.lost("approval response", "the API has none")?,
        Part::ToolAvailability(_) => {
            context.lost("tool change", "the API does not change tools in the middle of a conversation")?;
        }
        _ => context.lost("part", "the API does not take its kind")?,
    }
    Ok(())
}

fn part_extra<'a>(meta: &'a PartMeta, context: &Context<'a, '_>) -> Members<'a> {
    context.extra(meta)
}

fn say<'a>(contents: Vec<Content<'a>>, extra: Members<'a>, side: Side, conversation: &mut Conversation<'a>) {
    let mut extra = Some(extra);
    for mut content in contents {
        content.extra = extra.take().unwrap_or_default();
        if let Some(turn) = conversation.said(side) {
            turn.content.push(content);
        }
    }
}

fn text<'a>(part: &'a Text, side: Side, conversation: &mut Conversation<'a>, context: &mut Context<'a, '_>) {
    if !part.citations.is_empty() {
        context.losses.count("citation", "the API has no place for the citations of a text");
    }
    let cache = context.cache_point(&part.meta, side);
    if side == Side::Assistant {
        if let Some(turn) = conversation.assistant(context) {
            turn.text(part.text.as_str());
        }
    } else if !part.text.trim().is_empty()
        && let Some(turn) = conversation.said(side)
    {
        let mut content = Content::text(part.text.as_str());
        content.cache = cache;
        content.extra = context.extra(&part.meta);
        turn.content.push(content);
    }
}

/// Thinking goes back to where it came from, if it is wanted there.
fn thinking<'a>(part: &'a Thinking, conversation: &mut Conversation<'a>, context: &mut Context<'a, '_>) {
    let replay = context.dialect.thinking_replay;
    let is_own = part.meta.is_from(context.provider, API);
    let details = part.meta.replay.as_ref().and_then(details);
    let texts = || part.sections.iter().map(|section| section.text.as_str()).filter(|text| !text.is_empty());
    let has_text = texts().next().is_some();
    if !has_text && details.is_none() && part.seal.is_none() {
        return;
    }
    let Some(turn) = conversation.assistant(context) else { return };
    match (replay, details) {
        (ThinkingReplay::Details, Some(details)) if is_own => return turn.details(details),
        (ThinkingReplay::Details, None) if is_own && has_text => return turn.thinking("reasoning", texts()),
        (ThinkingReplay::Text(member) | ThinkingReplay::EveryTurn(member), _) if is_own && has_text => {
            return turn.thinking(member, texts());
        }
        _ => turn.pause(),
    }
    if !is_own && has_text && context.ledger.lost_thinking() == LostThinking::AsText {
        for text in texts() {
            turn.text(text);
            turn.pause();
        }
        context.losses.count("thinking", "thinking of another provider is sent as text");
        return;
    }
    context.losses.count("thinking", "thinking is not sent back");
}

/// The details of one thinking part: a list, or one of them.
fn details(raw: &RawJson) -> Option<Vec<&RawValue>> {
    let details: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_else(|_| vec![raw.nested()]);
    Some(details).filter(|details| !details.is_empty())
}

fn refusal<'a>(part: &'a Refusal, conversation: &mut Conversation<'a>, context: &mut Context<'a, '_>) {
    if part.text.trim().is_empty() {
        return;
    }
    let has_member = context.dialect.extras;
    if !has_member {
        context.losses.count("refusal", "the API has no member for a refusal; it is sent as text");
    }
    if let Some(turn) = conversation.assistant(context) {
        if has_member {
            turn.refusal(&part.text);
        } else {
            turn.pause();
            turn.text(part.text.as_str());
            turn.pause();
        }
    }
}

/// What a model made: a sound goes back by its id, or as what is spoken in it.
fn made<'a>(
    part: &'a MediaPart,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    let generated = part.generated.as_ref();
    let is_sound = part.media.kind == MediaKind::Audio;
    let id = generated.and_then(|generated| generated.id.as_deref());
    let transcript = generated.and_then(|generated| generated.transcript.as_deref());
    let is_own = part.meta.is_from(context.provider, API);
    let Some(turn) = conversation.assistant(context) else { return Ok(()) };
    match (id, transcript) {
        (Some(id), _) if is_sound && is_own && turn.audio.is_none() => {
            turn.audio = Some(id);
            Ok(())
        }
        (_, Some(transcript)) if !transcript.trim().is_empty() => {
            turn.pause();
            turn.text(transcript);
            turn.pause();
            context.losses.count("audio", "a sound that a model made is sent as what is spoken in it");
            Ok(())
        }
        _ => context.lost("media", "the API takes no media from the assistant but its own sounds"),
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
    if text.is_empty() {
        return Ok(());
    }
    if side == Side::Assistant {
        if let Some(turn) = conversation.assistant(context) {
            turn.pause();
            turn.text(text);
            turn.pause();
        }
    } else {
        say(vec![Content::text(text)], Members::default(), side, conversation);
    }
    Ok(())
}

fn compaction<'a>(
    part: &'a Compaction,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    let Some(summary) = part.summary.as_deref().filter(|summary| !summary.trim().is_empty()) else {
        return context.lost("compaction", FOREIGN);
    };
    context.losses.count("compaction", "the summary of earlier turns is sent as the assistant's text");
    if let Some(turn) = conversation.assistant(context) {
        turn.pause();
        turn.text(summary);
        turn.pause();
    }
    Ok(())
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
    if side == Side::Assistant {
        if let Some(turn) = conversation.assistant(context) {
            turn.raw(&part.json);
        }
    } else {
        say(vec![Content::new(Kind::Raw(&part.json))], Members::default(), side, conversation);
    }
    Ok(())
}

fn tool_call<'a>(part: &'a ToolCallPart, conversation: &mut Conversation<'a>, context: &mut Context<'a, '_>) {
    let call = &part.call;
    if part.executor == Executor::Provider {
        context.losses.count("tool call", "a call that a provider ran itself is not sent");
        return;
    }
    let ours = context.is_ours(&part.meta);
    let name = tool_name(&call.name, MAX_NAME);
    if name != call.name {
        context
            .losses
            .count("tool_call", "a call's tool has a name that the API does not take; it was rewritten");
    }
    let id = conversation.call_id(call);
    let is_legacy = ours && part.kind.as_deref() == Some("function_call");
    let has_legacy = |conversation: &mut Conversation<'a>| {
        conversation.assistant(context).is_some_and(|turn| !turn.calls.is_empty())
    };
    let kind = match (&call.input, &part.meta.replay) {
        _ if is_legacy && !has_legacy(conversation) => CallKind::Legacy(arguments(call.raw())),
        // The vendor's own JSON holds the id and the name as they were given.
        (_, Some(raw)) if ours && is_whole(raw) && id == call.id && name == call.name => CallKind::Raw(raw),
        (ToolInput::Json(text), _) => CallKind::Function(arguments(text)),
        (ToolInput::Text(text), _) if context.dialect.custom_tools => CallKind::Custom(text),
        (ToolInput::Text(text), _) => {
            context.losses.count("tool_call", "a call with free text is sent as one with an argument");
            let text = serde_json::Value::from(text.as_str());
            CallKind::Function(Cow::Owned(format!("{{\"raw\":{text}}}")))
        }
    };
    let seal = part.meta.replay.as_ref().filter(|raw| ours && !is_whole(raw));
    let extra = context.extra(&part.meta);
    conversation.call(
        call,
        CallEntry { id, name, kind, seal, extra, answer: None, has_kept_answer: false },
        context,
    );
}

/// Whether this is the JSON of a whole call, and not only what some gateways pass on with one.
fn is_whole(raw: &RawJson) -> bool {
    members(raw).is_some_and(|members| members.get("function").is_some() || members.get("custom").is_some())
}

fn arguments(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(if text.trim().is_empty() { "{}" } else { text })
}

fn tool_result<'a>(
    part: &'a ToolResultPart,
    extra: Option<&'a RawJson>,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    if part.preliminary {
        context.losses.count("tool_result", "a result of which more follows is not sent");
        return Ok(());
    }
    if part.executor == Executor::Provider {
        context.losses.count("tool result", "a result that a provider's own tool gave is not sent");
        return Ok(());
    }
    let answer = Answer::of(&part.result, context)?.with_extra(extra);
    conversation.answer(&part.result, answer, context)
}
