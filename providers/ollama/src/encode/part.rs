use steer_core::encode::{Losses, tool_name};
use steer_core::message::{
    Compaction, Executor, MediaPart, Opaque, PartMeta, Refusal, SearchResult, Text, Thinking, ToolCallPart,
    ToolResultPart,
};
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::request::LostThinking;
use steer_core::{ApiError, Part};

use super::answer::Answer;
use super::call::{CallEntry, CallKind};
use super::conversation::Conversation;
use super::input::Input;
use super::turn::Side;
use super::{MAX_NAME, media};
use crate::API;

const FOREIGN: &str = "it came from another provider, which alone understands it";

/// `Context` is what reading the conversation decides with and writes down.
pub(super) struct Context<'a, 'x> {
    pub(super) provider: &'a str,
    pub(super) ledger: &'x mut Ledger,
    pub(super) losses: &'x mut Losses,
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

/// Reads a part into the conversation. Calls, thinking and refusals are the assistant's whatever message holds them.
pub(super) fn read<'a>(
    part: &'a Part,
    side: Side,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    if part.meta().cache.is_some() {
        context
            .losses
            .count("cache_control", "the API has no cache points; the server keeps prompts by itself");
    }
    match part {
        Part::Text(part) => text(part, side, conversation, context),
        Part::Thinking(part) => thinking(part, conversation, context),
        Part::Refusal(part) => refusal(part, conversation, context),
        Part::Media(part) => return medium(part, side, conversation, context),
        Part::SearchResult(part) => return search_result(part, side, conversation, context),
        Part::ToolCall(part) => tool_call(part, conversation, context),
        Part::ToolResult(part) => return tool_result(part, conversation, context),
        Part::Compaction(part) => return compaction(part, conversation, context),
        Part::Opaque(part) => return opaque(part, conversation, context),
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

/// A passage as one text.
pub(super) fn passage<'a>(source: &'a str, title: &'a str, texts: impl Iterator<Item = &'a str>) -> String {
    let lines = [title, source].into_iter().chain(texts).filter(|line| !line.trim().is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn text<'a>(part: &'a Text, side: Side, conversation: &mut Conversation<'a>, context: &mut Context<'a, '_>) {
    if !part.citations.is_empty() {
        context.losses.count("citation", "the API has no place for the citations of a text");
    }
    // Blank texts count within what the assistant said on end only.
    if (side == Side::Assistant || !part.text.trim().is_empty())
        && let Some(turn) = conversation.turn(side)
    {
        turn.text(part.text.as_str());
    }
}

/// Thinking goes back to where it came from: <https://docs.ollama.com/capabilities/thinking>.
fn thinking<'a>(part: &'a Thinking, conversation: &mut Conversation<'a>, context: &mut Context<'a, '_>) {
    let texts = || part.sections.iter().map(|section| section.text.as_str()).filter(|text| !text.is_empty());
    let Some(turn) = conversation.turn(Side::Assistant) else { return };
    turn.pause();
    if part.meta.is_from(context.provider, API) {
        if part.seal.is_some() {
            context.losses.count("thinking", "the API has no signatures of thinking");
        }
        if !turn.thinking.is_empty() && texts().next().is_some() {
            turn.thinking.push("\n\n");
        }
        turn.thinking.extend(texts());
        return;
    }
    if texts().next().is_some() && context.ledger.lost_thinking() == LostThinking::AsText {
        texts().for_each(|text| turn.paragraph(text));
        context.losses.count("thinking", "thinking of another provider is sent as text");
    } else if texts().next().is_some() || part.seal.is_some() {
        context.losses.count("thinking", "thinking of another provider is not sent");
    }
}

fn refusal<'a>(part: &'a Refusal, conversation: &mut Conversation<'a>, context: &mut Context<'a, '_>) {
    if part.text.trim().is_empty() {
        return;
    }
    context.losses.count("refusal", "the API has no part for a refusal; it is sent as text");
    if let Some(turn) = conversation.turn(Side::Assistant) {
        turn.paragraph(part.text.as_str());
    }
}

fn medium<'a>(
    part: &'a MediaPart,
    side: Side,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    let transcript = part.generated.as_ref().and_then(|generated| generated.transcript.as_deref());
    if let Some(transcript) = transcript.filter(|text| !text.trim().is_empty()) {
        context.losses.count("audio", "a sound that a model made is sent as what is spoken in it");
        if let Some(turn) = conversation.turn(side) {
            turn.paragraph(transcript);
        }
        return Ok(());
    }
    for shown in media::read(&part.media, context)? {
        if let Some(turn) = conversation.turn(side) {
            turn.show(shown);
        }
    }
    Ok(())
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
    if let Some(turn) = conversation.turn(side) {
        turn.paragraph(passage(&part.source, &part.title, texts.into_iter()));
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
    if let Some(turn) = conversation.turn(Side::Assistant) {
        turn.paragraph(summary);
    }
    Ok(())
}

/// A call of a kind that has no type here goes back as it came.
fn opaque<'a>(
    part: &'a Opaque,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    if part.api != API || !context.is_ours(&part.meta) {
        return context.lost("opaque part", FOREIGN);
    }
    if let Some(turn) = conversation.turn(Side::Assistant) {
        turn.pause();
        let kind = CallKind::Other(&part.json);
        turn.calls.push(CallEntry::new("".into(), "".into(), kind));
    }
    Ok(())
}

fn tool_call<'a>(part: &'a ToolCallPart, conversation: &mut Conversation<'a>, context: &mut Context<'a, '_>) {
    let call = &part.call;
    if part.executor == Executor::Provider {
        context.losses.count("tool call", "a call that a provider ran itself is not sent");
        return;
    }
    let name = tool_name(&call.name, MAX_NAME);
    if name != call.name {
        context
            .losses
            .count("tool_call", "a call's tool has a name that models do not write; it was rewritten");
    }
    let replay = part.meta.replay.as_ref().filter(|_| context.is_ours(&part.meta) && name == call.name);
    let input = Input::of(call);
    if replay.is_none() && input.is_wrapped() {
        context.losses.count("tool_call", "arguments that are no object are sent as the member `raw` of one");
    }
    conversation.call(call, |id| {
        // The vendor's own JSON holds the id and the name as they were given.
        let kind = match replay.filter(|_| id == call.id) {
            Some(raw) => CallKind::Raw(raw),
            None => CallKind::Function(input),
        };
        CallEntry::new(id, name, kind)
    });
}

fn tool_result<'a>(
    part: &'a ToolResultPart,
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
    let answer = Answer::of(&part.result, context)?;
    conversation.answer(&part.result, answer, context)
}
