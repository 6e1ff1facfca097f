use std::borrow::Cow;

use steer_core::encode::Losses;
use steer_core::message::{
    Executor, MediaPart, PartMeta, Seal, SealKind, SearchResult, Text, Thinking, ToolCallPart, ToolResultPart,
};
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::request::LostThinking;
use steer_core::{ApiError, Part};

use super::content::{Kind, WireCall, WirePart, WireResponse};
use super::conversation::Conversation;
use super::input::Input;
use super::media::WireMedia;
use super::result;
use super::turn::Side;
use crate::API;
use crate::names::Names;

const FOREIGN: &str = "it came from another provider, which alone understands it";

/// `Context` is what reading the conversation decides with and writes down.
pub(super) struct Context<'a, 'x> {
    pub(super) provider: &'a str,
    pub(super) names: &'x Names,
    pub(super) ledger: &'x mut Ledger,
    pub(super) losses: &'x mut Losses,
    /// Whether the model insists on signed calls, and takes media inside of responses; `None` where nothing is known.
    pub(super) signs_calls: Option<bool>,
    /// Whether the model wants an id with every call.
    pub(super) needs_ids: bool,
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

/// Reads a part into the conversation. Calls, thinking and refusals are the model's whatever message holds them, and
/// results of the program's tools the user's.
pub(super) fn read<'a>(
    part: &'a Part,
    side: Side,
    is_note: bool,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    let meta = part.meta();
    let ours = context.is_ours(meta);
    if meta.cache.is_some() {
        context.losses.count("cache_control", "the API has no cache points; name a cached content instead");
    }
    let replay = meta.replay.as_ref().filter(|_| ours);
    let wire = match part {
        Part::ToolCall(part) => return tool_call(part, ours, conversation, context),
        Part::ToolResult(part) => return tool_result(part, ours, conversation, context),
        Part::Text(_) | Part::Thinking(_) | Part::Media(_) if replay.is_some() => {
            replay.map(|raw| WirePart::new(Kind::Raw(raw)))
        }
        Part::Text(part) => text(part, side, ours, context),
        Part::Thinking(part) => thinking(part, ours, context),
        Part::Refusal(part) if part.text.trim().is_empty() => None,
        Part::Refusal(part) => {
            context.losses.count("refusal", "the API has no part for a refusal; it is sent as text");
            Some(WirePart::text(&part.text))
        }
        Part::Media(part) => media(part, ours, context)?,
        Part::SearchResult(part) => Some(passage(part, context)?),
        Part::Opaque(part) if ours && part.api == API => Some(WirePart::new(Kind::Raw(&part.json))),
        Part::Opaque(_) => context.lost("opaque part", FOREIGN).map(|()| None)?,
        Part::Source(_) => {
            context.losses.count("source", "the API has no part for a source");
            None
        }
        Part::ModelHop(_) => {
            context
                .losses
                .count("model hop", "only the provider that changed the model takes the mark of it");
            None
        }
        Part::Compaction(_) => context.lost("compaction", FOREIGN).map(|()| None)?,
        Part::ContainerFile(_) => context.lost("container file", "the API has none").map(|()| None)?,
        Part::ToolAvailability(_) => context.lost("tool change", "the API has none").map(|()| None)?,
        Part::ApprovalRequest(_) => context.lost("approval request", "the API has none").map(|()| None)?,
        Part::ApprovalResponse(_) => context.lost("approval response", "the API has none").map(|()| None)?,
        _ => context.lost("part", "the API does not take its kind").map(|()| None)?,
    };
    let Some(wire) = wire else { return Ok(()) };
    match part {
        Part::Thinking(_) | Part::Refusal(_) => conversation.push(Side::Model, wire),
        _ if is_note => conversation.push_note(wire),
        _ => conversation.push(side, wire),
    }
    Ok(())
}

/// A signature goes back with its own part, to its origin alone.
fn signature<'a>(
    seal: &'a Option<Seal>,
    subject: &'static str,
    ours: bool,
    context: &mut Context<'a, '_>,
) -> Option<&'a str> {
    let seal = seal.as_ref().filter(|seal| !seal.data.is_empty())?;
    if ours && seal.kind == SealKind::Signature {
        return Some(&seal.data);
    }
    context.losses.count(subject, "only the provider that signed a part takes its signature");
    None
}

fn text<'a>(part: &'a Text, side: Side, ours: bool, context: &mut Context<'a, '_>) -> Option<WirePart<'a>> {
    let signature = signature(&part.seal, "signature", ours, context);
    if !part.citations.is_empty() {
        context.losses.count("citation", "the API has no citations in a conversation");
    }
    // An empty text is sent for the sake of its signature alone, and the user has something to say.
    let is_blank = part.text.is_empty() || (side == Side::User && part.text.trim().is_empty());
    if is_blank && signature.is_none() {
        return None;
    }
    Some(WirePart { signature, ..WirePart::text(&part.text) })
}

/// <https://ai.google.dev/gemini-api/docs/thought-signatures>
fn thinking<'a>(part: &'a Thinking, ours: bool, context: &mut Context<'a, '_>) -> Option<WirePart<'a>> {
    if !ours {
        return thinking_as_text(part, context);
    }
    let signature = signature(&part.seal, "thinking", ours, context);
    let text = part.text();
    if text.is_empty() && signature.is_none() {
        return None;
    }
    Some(WirePart { thought: true, signature, ..WirePart::text(text) })
}

/// What can be read of thinking of another provider, as text of the model's where the policy says so.
fn thinking_as_text<'a>(part: &'a Thinking, context: &mut Context<'a, '_>) -> Option<WirePart<'a>> {
    let text = part.text();
    let has_seal = part.seal.as_ref().is_some_and(|seal| !seal.data.is_empty());
    if text.trim().is_empty() && !has_seal {
        return None;
    }
    if !text.trim().is_empty() && context.ledger.lost_thinking() == LostThinking::AsText {
        context.losses.count("thinking", "thinking of another provider is sent as text");
        return Some(WirePart::text(text));
    }
    context.losses.count("thinking", "thinking of another provider is not sent");
    None
}

fn media<'a>(
    part: &'a MediaPart,
    ours: bool,
    context: &mut Context<'a, '_>,
) -> Result<Option<WirePart<'a>>, ApiError> {
    let signature = signature(&part.seal, "signature", ours, context);
    let transcript = part.generated.as_ref().and_then(|generated| generated.transcript.as_deref());
    if transcript.is_some_and(|transcript| !transcript.trim().is_empty()) {
        context.losses.count("media", "what is spoken in a sound is not sent beside it");
    }
    let thought = ours && part.generated.as_ref().is_some_and(|generated| generated.in_thinking);
    let media = WireMedia::of(&part.media, context)?;
    Ok(media.map(|media| WirePart { kind: Kind::Media(media), thought, signature }))
}

/// A passage is told as text.
fn passage<'a>(part: &'a SearchResult, context: &mut Context<'a, '_>) -> Result<WirePart<'a>, ApiError> {
    context.losses.count("search result", "the API has no part for a search result; it is sent as text");
    let mut text = format!("{} ({})", part.title, part.source);
    for content in &part.content {
        match content {
            Part::Text(passage) => {
                text.push_str("\n\n");
                text.push_str(&passage.text);
            }
            _ => context.lost("search result", "only the texts of a search result can be sent")?,
        }
    }
    Ok(WirePart::text(text))
}

fn tool_call<'a>(
    part: &'a ToolCallPart,
    ours: bool,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    let replay = part.meta.replay.as_ref().filter(|_| ours);
    if part.executor != Executor::Client {
        match replay {
            Some(raw) => conversation.push(Side::Model, WirePart::new(Kind::Raw(raw))),
            None => context.losses.count("tool call", "a call that another provider ran is not sent"),
        }
        return Ok(());
    }
    let name = context.names.sent(&part.call.name);
    if name != part.call.name {
        context
            .losses
            .count("tool_call", "a call's tool has a name that the API does not take; it was rewritten");
    }
    let signature = signature(&part.seal, "signature", ours, context);
    let is_foreign = !ours;
    conversation.call(&part.call, name, is_foreign, |id, name| {
        // The vendor's own JSON holds id and name as they were given.
        if let Some(raw) = replay.filter(|_| id == part.call.id && name == part.call.name) {
            return WirePart::new(Kind::Raw(raw));
        }
        let kind = Kind::Call(WireCall { id, name, args: Input::of(&part.call) });
        WirePart { kind, thought: false, signature }
    });
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
    if part.executor != Executor::Client {
        match part.meta.replay.as_ref().filter(|_| ours) {
            Some(raw) => conversation.push(Side::Model, WirePart::new(Kind::Raw(raw))),
            None => context.losses.count("tool result", "a result that another provider gave is not sent"),
        }
        return Ok(());
    }
    let (response, mut media) = result::read(&part.result, context)?;
    // Older models take media from the user only: https://ai.google.dev/gemini-api/docs/function-calling#multimodal
    let beside = if context.signs_calls == Some(false) { std::mem::take(&mut media) } else { Vec::new() };
    let replay = part.meta.replay.as_ref().filter(|_| ours);
    let wrap = |id: Cow<'a, str>, name: Cow<'a, str>| {
        WirePart::new(match replay {
            Some(raw) => Kind::Raw(raw),
            None => Kind::Response(WireResponse { id, name, response, media }),
        })
    };
    conversation.answer(&part.result, wrap, context)?;
    if !beside.is_empty() {
        context.losses.count("tool_result", "the model takes no media in a result; the user shows them");
    }
    for media in beside {
        conversation.push(Side::User, WirePart::new(Kind::Media(media)));
    }
    Ok(())
}
