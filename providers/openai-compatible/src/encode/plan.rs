use steer_core::encode::{BodyOptions, Losses, output_limit};
use steer_core::json::Members;
use steer_core::message::CachePoint;
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, Call, Delivery};

use super::choice::{Choice, ChoiceKind};
use super::content::Content;
use super::conversation::{self, Conversation};
use super::extras::Extras;
use super::format::Format;
use super::invalid;
use super::part::Context;
use super::sampling::Sampling;
use super::thinking::Thinking;
use super::tools::{self, ToolEntry};
use super::turn::{Said, Turn};
use crate::{Dialect, MaxTokens};

/// `Plan` is all that is to be written, decided and checked; texts are borrowed from the request.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) model: &'a str,
    pub(super) messages: Vec<Turn<'a>>,
    pub(super) stream: bool,
    pub(super) stream_usage: bool,
    pub(super) limit: (&'static str, Option<u32>),
    pub(super) tools: Vec<ToolEntry<'a>>,
    pub(super) choice: Choice<'a>,
    pub(super) thinking: Thinking,
    pub(super) format: Option<Format<'a>>,
    pub(super) sampling: Sampling<'a>,
    pub(super) extras: Extras<'a>,
    /// Up to where the vendor caches the prompt by itself.
    pub(super) cache: Option<CachePoint>,
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
        dialect: &Dialect,
        ledger: &mut Ledger,
    ) -> Result<Self, ApiError> {
        let request = &*call.request;
        let extras = Extras::of(call, dialect, ledger)?;
        let sampling = Sampling::of(call, dialect, ledger)?;
        let thinking = Thinking::of(call, dialect, ledger)?;
        let options = BodyOptions::of(call, crate::API);
        let mut tools = tools::read(&request.tools, dialect, ledger)?;
        let mut choice = Choice::of(call, dialect, &mut tools, &options, ledger)?;
        let format = Format::of(request, dialect, ledger)?;
        let messages = messages(call, dialect, ledger)?;
        if dialect.tools_for_calls && tools.is_empty() && !options.has("tools") {
            tools = stubs(&messages);
            if !tools.is_empty() {
                choice.choice = Some(ChoiceKind::Word("none")).filter(|_| dialect.choice_none);
                let how = "the API takes calls in a conversation only with tools; their names were declared";
                ledger.adjusted("tools", how);
            }
        }
        let member = match dialect.max_tokens {
            MaxTokens::MaxTokens => "max_tokens",
            MaxTokens::MaxCompletionTokens => "max_completion_tokens",
        };
        let stream = delivery == Delivery::Stream;
        Ok(Self {
            model: &call.model.id.name,
            messages,
            stream,
            stream_usage: stream && dialect.stream_usage,
            limit: (member, output_limit(call, ledger)),
            tools,
            choice,
            thinking,
            format,
            sampling,
            extras,
            cache: request.cache.filter(|_| dialect.cache_points),
            options,
        })
    }

    /// About how many bytes the body takes.
    pub(super) fn size_hint(&self) -> usize {
        let tools = self.tools.iter().map(ToolEntry::size);
        tools.chain(self.messages.iter().map(Turn::size)).sum::<usize>().saturating_add(512)
    }
}

/// The functions that a conversation calls, each once.
fn stubs<'a>(turns: &[Turn<'a>]) -> Vec<ToolEntry<'a>> {
    let mut stubs: Vec<ToolEntry<'_>> = Vec::new();
    for turn in turns {
        let Turn::Assistant(turn) = turn else { continue };
        for call in &turn.calls {
            if !stubs.iter().any(|stub| stub.name == call.name) {
                stubs.push(ToolEntry::stub(call.name.clone()));
            }
        }
    }
    stubs
}

fn messages<'a>(call: &'a Call, dialect: &Dialect, ledger: &mut Ledger) -> Result<Vec<Turn<'a>>, ApiError> {
    let request = &*call.request;
    let mut losses = Losses::default();
    let system = request.system.texts().any(|(_, cache)| cache.is_some());
    let mut context = Context {
        provider: call.model.id.provider.as_str(),
        dialect,
        ledger,
        losses: &mut losses,
        detail: request.media_detail.as_deref(),
        has_cache_point: (system || request.cache.is_some()) && !dialect.cache_points
            || request.tools.iter().any(tools::has_cache_point),
    };
    let mut turns = Conversation::of(&request.messages, &mut context)?;
    if context.has_cache_point {
        let why = if dialect.cache_points {
            "the API takes cache points in what the user and the program say, and nowhere else"
        } else {
            "the API has no cache points; its vendors cache prompts on their own, or not at all"
        };
        context.ledger.unsupported(FeatureArea::Settings, "cache", why)?;
    }
    losses.report(ledger);
    if !request.system.is_empty() {
        let role = conversation::system_role(request.system.authority, dialect);
        let content = request.system.texts().map(|(text, cache)| {
            let mut content = Content::text(text);
            content.cache = cache.filter(|_| dialect.cache_points);
            content
        });
        let content = content.collect();
        turns.insert(0, Turn::Said(Said { role, name: None, extra: Members::default(), content }));
    }
    if turns.is_empty() {
        return Err(invalid("the request has no message with content; add a user message"));
    }
    Ok(turns)
}
