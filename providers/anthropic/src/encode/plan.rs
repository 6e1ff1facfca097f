use serde_json::Value;
use steer_core::encode::{BodyOptions, Losses, refuse_rare};
use steer_core::message::CachePoint;
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, Call, CompletionRequest, Delivery, ResponseFormat};

use super::betas::{self, Betas};
use super::block::{Block, Kind};
use super::choice::Choice;
use super::conversation::Conversation;
use super::offered::Offered;
use super::part::Context;
use super::sampling::Sampling;
use super::thinking::Thinking;
use super::tools::{self, ToolEntry};
use super::turn::Turn;
use super::{cache, schema, tokens};
use crate::API;

/// `Plan` is all that is to be written, decided and checked; texts are borrowed from the request.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) model: &'a str,
    pub(super) max_tokens: u32,
    pub(super) stream: bool,
    pub(super) tools: Vec<ToolEntry<'a>>,
    pub(super) choice: Option<Choice<'a>>,
    pub(super) system: Vec<Block<'a>>,
    pub(super) messages: Vec<Turn<'a>>,
    pub(super) thinking: Thinking,
    pub(super) format: Option<Value>,
    pub(super) sampling: Sampling<'a>,
    pub(super) cache: Option<CachePoint>,
    pub(super) container: Option<&'a str>,
    pub(super) user: Option<&'a str>,
    pub(super) service_tier: Option<&'a str>,
    pub(super) speed: Option<&'a str>,
    pub(super) region: Option<&'a str>,
    pub(super) context_management: Option<&'a Value>,
    pub(super) options: BodyOptions<'a>,
    pub(super) betas: Betas,
    /// How many cache points the tools have that are sent as they stood in a body.
    kept_points: usize,
}

impl<'a> Plan<'a> {
    /// Decides how a call is written.
    ///
    /// # Errors
    /// The API would refuse the request, or the policy denies what has to be left out.
    pub(super) fn of(call: &'a Call, delivery: Delivery, ledger: &mut Ledger) -> Result<Self, ApiError> {
        let request = &*call.request;
        refuse_settings(request, ledger)?;
        let takes =
            |name: &str| matches!(name, "speed" | "region" | "eager_input" | "state.context_management");
        refuse_rare(call, takes, ledger)?;
        let mut thinking = Thinking::of(call, ledger)?;
        let max_tokens = tokens::max_tokens(call, &mut thinking, ledger)?;
        let sampling = Sampling::of(call, &thinking, ledger)?;
        let options = BodyOptions::of(call, API);
        let mut tools = tools::read(&request.tools, ledger)?;
        let choice = Choice::of(call, thinking.is_on(), &mut tools, &options, ledger)?;
        let (mut losses, mut betas) = (Losses::default(), Betas::default());
        let mut context = Context {
            provider: call.model.id.provider.as_str(),
            ledger,
            losses: &mut losses,
            betas: &mut betas,
            offered: Offered::new(&tools, &options),
        };
        let (notes, messages) = Conversation::of(&request.messages, &mut context)?;
        losses.report(ledger);
        let mut plan = Self {
            model: &call.model.id.name,
            max_tokens,
            stream: delivery == Delivery::Stream,
            tools,
            choice,
            system: system(request, notes),
            messages,
            thinking,
            format: format(request, ledger)?,
            sampling,
            cache: request.cache,
            container: request.state.container.as_deref(),
            user: request.user.as_deref(),
            service_tier: request.service_tier.as_deref(),
            speed: request.speed.as_deref(),
            region: request.region.as_deref(),
            context_management: request.state.context_management.as_ref(),
            options,
            betas,
            kept_points: request.tools.iter().filter(|tool| tools::is_kept_point(tool)).count(),
        };
        if plan.context_management.is_some() {
            plan.betas.need(betas::CONTEXT_MANAGEMENT);
        }
        plan.limit_cache_points(ledger);
        Ok(plan)
    }

    /// About how many bytes the body takes.
    pub(super) fn size_hint(&self) -> usize {
        let tools = self.tools.iter().map(ToolEntry::size);
        let blocks = self.system.iter().map(Block::size);
        tools.chain(blocks).chain(self.messages.iter().map(Turn::size)).sum::<usize>().saturating_add(512)
    }

    fn limit_cache_points(&mut self, ledger: &mut Ledger) {
        let kept_messages: usize = self.messages.iter().map(|turn| turn.kept_points).sum();
        let kept = self.kept_points.saturating_add(kept_messages);
        let reserved = kept.saturating_add(usize::from(self.cache.is_some()));
        let tools = self.tools.iter_mut().map(|tool| &mut tool.cache);
        let system = self.system.iter_mut().map(|block| &mut block.cache);
        let messages =
            self.messages.iter_mut().flat_map(|turn| turn.results.iter_mut().chain(&mut turn.blocks));
        let points = tools.chain(system).chain(messages.map(|block| &mut block.cache));
        cache::limit(points, reserved, ledger);
    }
}

/// The prompt, the notes from before the conversation, and last what changes from run to run.
fn system<'a>(request: &'a CompletionRequest, notes: Vec<Block<'a>>) -> Vec<Block<'a>> {
    let block = |(text, cache)| {
        let mut block = Block::new(Kind::Text { text, citations: Vec::new() });
        block.cache = cache;
        block
    };
    let mut blocks: Vec<_> = request.system.texts().map(block).collect();
    let environment = request.system.environment.as_ref().filter(|text| !text.trim().is_empty());
    let end = blocks.len().saturating_sub(usize::from(environment.is_some()));
    blocks.splice(end..end, notes);
    blocks
}

fn format(request: &CompletionRequest, ledger: &mut Ledger) -> Result<Option<Value>, ApiError> {
    match &request.response_format {
        Some(ResponseFormat::JsonSchema { schema, description, .. }) => {
            let mut schema = schema::answer(schema, "response_format", ledger)?;
            if let (Some(description), Value::Object(members)) = (description, &mut schema) {
                members.entry("description").or_insert_with(|| description.as_str().into());
            }
            Ok(Some(schema))
        }
        None | Some(ResponseFormat::Text) => Ok(None),
        Some(_) => {
            let why = "the API has no JSON mode without a schema; give one";
            ledger.unsupported(FeatureArea::Settings, "response_format", why)?;
            Ok(None)
        }
    }
}

/// Settings that have no place in the API.
fn refuse_settings(request: &CompletionRequest, ledger: &mut Ledger) -> Result<(), ApiError> {
    let state = &request.state;
    for (name, is_set) in [
        ("verbosity", request.verbosity.is_some()),
        ("logprobs", request.logprobs.is_some()),
        ("speech", request.speech.is_some()),
        ("modalities", request.modalities.iter().any(|modality| modality != "text")),
        ("candidates", request.candidates.is_some_and(|count| count > 1)),
        ("cache_key", request.cache_key.is_some()),
        ("metadata", !request.metadata.is_empty()),
        ("state.store", state.store == Some(true)),
        ("state.previous_response_id", state.previous_response_id.is_some()),
        ("state.conversation", state.conversation.is_some()),
        ("state.cached_content", state.cached_content.is_some()),
    ] {
        if is_set {
            ledger.unsupported(FeatureArea::Settings, name, "the API has no such setting")?;
        }
    }
    Ok(())
}
