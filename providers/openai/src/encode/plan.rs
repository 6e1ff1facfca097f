use steer_core::encode::{BodyOptions, Losses, output_limit};
use steer_core::json::Members;
use steer_core::message::Role;
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, Call, Delivery, Message};

use super::choice::Choice;
use super::content::Content;
use super::conversation::{Conversation, note_role};
use super::extras::Extras;
use super::format::TextConfig;
use super::invalid;
use super::item::{Item, Said};
use super::part::Context;
use super::sampling::Sampling;
use super::thinking::Thinking;
use super::tools::{self, ToolEntry};
use crate::{API, ResponsesDialect, SystemPlace};

/// What an answer of JSON is asked for with, where the conversation does not ask for it.
const ANSWER_IN_JSON: &str = "Answer in JSON.";

/// `Plan` is all that is to be written, decided and checked; texts are borrowed from the request.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) model: &'a str,
    pub(super) instructions: Vec<&'a str>,
    pub(super) input: Vec<Item<'a>>,
    pub(super) stream: bool,
    pub(super) max_output_tokens: Option<u32>,
    pub(super) tools: Vec<ToolEntry<'a>>,
    pub(super) choice: Choice<'a>,
    pub(super) thinking: Thinking<'a>,
    pub(super) text: TextConfig<'a>,
    pub(super) sampling: Sampling,
    pub(super) extras: Extras<'a>,
    pub(super) options: BodyOptions<'a>,
}

impl<'a> Plan<'a> {
    /// Decides how a call is written.
    ///
    /// # Errors
    /// The API would refuse the request, or the policy denies what has to be left out.
    pub(super) fn of(
        call: &'a Call,
        delivery: Delivery,
        dialect: &ResponsesDialect,
        ledger: &mut Ledger,
    ) -> Result<Self, ApiError> {
        let request = &*call.request;
        let extras = Extras::of(call, dialect, ledger)?;
        let sampling = Sampling::of(call, dialect, ledger)?;
        let thinking = Thinking::of(call, dialect, ledger)?;
        let options = BodyOptions::of(call, API);
        let mut tools = tools::read(&request.tools, dialect, ledger)?;
        let choice = Choice::of(call, dialect, &mut tools, &options, ledger)?;
        let text = TextConfig::of(request, dialect, ledger)?;
        let mut input = input(call, dialect, &extras, ledger)?;
        let mut has_system = !request.system.is_empty();
        if has_system && dialect.keeps_instructions && extras.previous().is_some() {
            has_system = false;
            let how =
                "the API goes on with the prompt of the answer that it kept; the prompt was not sent again";
            ledger.adjusted("system", how);
        }
        let instructions: Vec<&str> = match dialect.system {
            SystemPlace::Instructions if has_system => request.system.texts().map(|(text, _)| text).collect(),
            _ => Vec::new(),
        };
        let role = note_role(request.system.authority, dialect);
        if dialect.system == SystemPlace::Message && has_system {
            let content = request.system.texts().map(|(text, _)| Content::text(text)).collect();
            input.insert(0, Item::Said(Said { role, extra: Members::default(), content }));
        }
        // <https://platform.openai.com/docs/guides/structured-outputs#json-mode>
        let is_kept = input.iter().all(|item| matches!(item, Item::Kept { .. })) && !input.is_empty();
        if text.wants_json()
            && !input.iter().any(|item| item.says("json"))
            && !is_kept
            && !options.has("input")
        {
            ledger.adjusted("response_format", "the model is told to answer in JSON, as the API asks for");
            input.insert(0, said(note_role(None, dialect), ANSWER_IN_JSON));
        }
        if input.is_empty() && !extras.goes_on() && !options.has("input") && !options.has("prompt") {
            if instructions.is_empty() {
                return Err(invalid("the request has no message with content; add a user message"));
            }
            ledger.adjusted("messages", "the API wants a message; an empty one of the user's was added");
            input.push(said("user", ""));
        }
        Ok(Self {
            model: &call.model.id.name,
            instructions,
            input,
            stream: delivery == Delivery::Stream,
            max_output_tokens: output_limit(call, ledger),
            tools,
            choice,
            thinking,
            text,
            sampling,
            extras,
            options,
        })
    }

    /// About how many bytes the body takes.
    pub(super) fn size_hint(&self) -> usize {
        let tools = self.tools.iter().map(ToolEntry::size);
        let instructions = self.instructions.iter().map(|text| text.len().saturating_add(text.len() / 16));
        let input = self.input.iter().map(Item::size);
        tools.chain(instructions).chain(input).sum::<usize>().saturating_add(512)
    }
}

fn said<'a>(role: &'static str, text: &'a str) -> Item<'a> {
    Item::Said(Said { role, extra: Members::default(), content: vec![Content::text(text)] })
}

fn input<'a>(
    call: &'a Call,
    dialect: &ResponsesDialect,
    extras: &Extras<'_>,
    ledger: &mut Ledger,
) -> Result<Vec<Item<'a>>, ApiError> {
    let request = &*call.request;
    let mut losses = Losses::default();
    let system = request.system.texts().any(|(_, cache)| cache.is_some());
    let mut context = Context {
        provider: call.model.id.provider.as_str(),
        model: &call.model,
        tools: &request.tools,
        dialect,
        ledger,
        losses: &mut losses,
        detail: request.media_detail.as_deref(),
        is_stored: extras.is_stored(),
        has_cache_point: system
            || request.cache.is_some()
            || request.tools.iter().any(tools::has_cache_point),
    };
    let stored = stored(&request.messages, extras, &context);
    let items = Conversation::of(&request.messages, stored, extras.goes_on(), &mut context)?;
    if context.has_cache_point {
        let why =
            "the vendor caches prompts on its own; cache points of its own come with `provider_options`";
        context.ledger.unsupported(FeatureArea::Settings, "cache", why)?;
    }
    losses.report(ledger);
    Ok(items)
}

/// How many messages the vendor has, which are refused if they are sent again: those up to the answer that the call
/// goes on from; of a conversation, those up to its last answer.
/// <https://platform.openai.com/docs/guides/conversation-state>
fn stored(messages: &[Message], extras: &Extras<'_>, context: &Context<'_, '_>) -> usize {
    if !extras.goes_on() {
        return 0;
    }
    let is_kept = |message: &Message| {
        message.role == Role::Assistant
            && message.parts.iter().any(|part| {
                let meta = part.meta();
                let response = meta.origin.as_ref().and_then(|origin| origin.response_id.as_deref());
                meta.is_from(context.provider, API)
                    && response.is_some()
                    && (extras.previous().is_none() || extras.previous() == response)
            })
    };
    messages.iter().rposition(is_kept).map_or(0, |last| last.saturating_add(1))
}
