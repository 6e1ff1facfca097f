use std::borrow::Cow;

use steer_core::encode::tool_name;
use steer_core::message::{Executor, ToolCallPart, ToolResultPart};
use steer_core::tools::ToolInput;
use steer_core::{ApiError, RawJson};

use super::answer::item_id;
use super::call::{CallInput, CallItem};
use super::conversation::{Conversation, answer_of};
use super::item::{Given, Item};
use super::output::OutputKind;
use super::part::{Context, members, response};
use super::tools::MAX_NAME;

/// Reads a call. Those of the vendor's own tools go back in the vendor's own terms.
pub(super) fn call<'a>(
    part: &'a ToolCallPart,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) {
    let response = response(&part.meta);
    let is_ours = context.is_ours(&part.meta);
    let is_provider = part.executor == Executor::Provider;
    let call = &part.call;
    if let Some(raw) = part.meta.replay.as_ref().filter(|_| is_ours) {
        let item = Item::Raw { raw, needs_thinking: is_provider };
        if is_provider {
            return conversation.push(item, response);
        }
        let id = conversation.call_id(call);
        let kind = part.kind.as_deref().map_or(OutputKind::Function, OutputKind::of);
        // The vendor's own JSON holds the id as it was given.
        let id = if id == call.id { id } else { Cow::Borrowed(call.id.as_str()) };
        return conversation.call(call, id, kind, item, response);
    }
    if is_provider {
        context.losses.count("tool call", "a call that a provider ran itself is not sent");
        return;
    }
    let name = tool_name(&call.name, MAX_NAME);
    if name != call.name {
        context
            .losses
            .count("tool_call", "a call's tool has a name that the API does not take; it was rewritten");
    }
    let call_id = conversation.call_id(call);
    let (input, kind) = match &call.input {
        ToolInput::Json(text) => (arguments(text), answer_of(&call.name, context)),
        ToolInput::Text(text) if context.dialect.custom_tools => (CallInput::Text(text), OutputKind::Custom),
        ToolInput::Text(text) => {
            context.losses.count("tool_call", "a call with free text is sent as one with an argument");
            let text = serde_json::Value::from(text.as_str());
            (CallInput::Arguments(Cow::Owned(format!("{{\"raw\":{text}}}"))), OutputKind::Function)
        }
    };
    let has_status = context.dialect.call_status && matches!(input, CallInput::Arguments(_));
    let item = Item::Call(CallItem {
        call_id: Cow::clone(&call_id),
        id: item_id(part.item_id.as_deref()).filter(|_| context.is_own(&part.meta)),
        name,
        namespace: part.namespace.as_deref().filter(|_| is_ours),
        input,
        status: part.status.as_deref().filter(|_| is_ours && has_status),
        caller: part.caller.as_ref().filter(|_| is_ours),
        extra: context.extra(&part.meta),
    });
    conversation.call(call, call_id, kind, item, response);
}

/// Reads a result. `of_message` are the members of the message, where it holds no other.
pub(super) fn result<'a>(
    part: &'a ToolResultPart,
    of_message: Option<&'a RawJson>,
    conversation: &mut Conversation<'a>,
    context: &mut Context<'a, '_>,
) -> Result<(), ApiError> {
    if part.preliminary {
        context.losses.count("tool_result", "a result of which more follows is not sent");
        return Ok(());
    }
    let raw = part.meta.replay.as_ref().filter(|_| context.is_ours(&part.meta));
    match (part.executor, raw) {
        (Executor::Provider, Some(raw)) => {
            conversation.push(Item::Raw { raw, needs_thinking: true }, response(&part.meta));
            Ok(())
        }
        (Executor::Provider, None) => {
            context.losses.count("tool result", "a result that a provider's own tool gave is not sent");
            Ok(())
        }
        (_, Some(raw)) => {
            conversation.raw_result(part, Item::Given(Given::Raw(raw)));
            Ok(())
        }
        (_, None) => {
            let of_part = part.meta.extra.as_ref().filter(|_| context.is_ours(&part.meta));
            let extra = of_part.or(of_message).and_then(members).unwrap_or_default();
            conversation.result(part, extra, context)
        }
    }
}

fn arguments(text: &str) -> CallInput<'_> {
    CallInput::Arguments(Cow::Borrowed(if text.trim().is_empty() { "{}" } else { text }))
}
