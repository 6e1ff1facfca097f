use steer_core::encode::{BodyOptions, Losses, refuse_rare};
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, Call, CompletionRequest, Delivery};

use super::conversation::Conversation;
use super::format::Format;
use super::options::Options;
use super::part::Context;
use super::thinking::Think;
use super::tools::{self, ToolEntry};
use super::turn::{Side, Turn};
use super::{choice, invalid};
use crate::API;

/// `Plan` is all that is to be written, decided and checked; texts are borrowed from the request.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) model: &'a str,
    pub(super) streams: bool,
    pub(super) turns: Vec<Turn<'a>>,
    pub(super) tools: Vec<ToolEntry<'a>>,
    pub(super) thinking: Option<Think>,
    pub(super) format: Option<Format<'a>>,
    pub(super) options: Options<'a>,
    /// For each token how likely it was, and so many of the likeliest others.
    pub(super) logprobs: Option<u32>,
    /// What the request itself wants in the body.
    pub(super) given: BodyOptions<'a>,
}

impl<'a> Plan<'a> {
    /// Decides how a call is written.
    ///
    /// # Errors
    /// The API would refuse the request, or the policy denies what has to be left out.
    pub(super) fn of(call: &'a Call, delivery: Delivery, ledger: &mut Ledger) -> Result<Self, ApiError> {
        let request = &*call.request;
        refuse_settings(call, ledger)?;
        let given = BodyOptions::of(call, API);
        let options = Options::of(call, ledger)?;
        let mut tools = tools::read(&request.tools, ledger)?;
        choice::apply(request, &mut tools, &given, ledger)?;
        let mut losses = Losses::default();
        let mut context = Context { provider: call.model.id.provider.as_str(), ledger, losses: &mut losses };
        let mut turns = Vec::new();
        turns.extend(system(request));
        turns.extend(Conversation::of(&request.messages, &mut context)?);
        losses.report(ledger);
        Ok(Self {
            model: &call.model.id.name,
            streams: delivery == Delivery::Stream,
            turns,
            tools,
            thinking: Think::of(call, ledger)?,
            format: Format::of(request)?,
            options,
            logprobs: request.logprobs,
            given,
        })
    }

    /// About how many bytes the body takes.
    pub(super) fn size_hint(&self) -> usize {
        let tools = self.tools.iter().map(ToolEntry::size);
        self.turns.iter().map(Turn::size).chain(tools).sum::<usize>().saturating_add(512)
    }
}

/// The prompt, and last what changes from run to run.
fn system(request: &CompletionRequest) -> Option<Turn<'_>> {
    let mut turn = Turn::of(Side::System);
    for (text, _) in request.system.texts() {
        turn.text(text);
    }
    Some(turn).filter(|turn| !turn.is_empty())
}

/// Settings that have no place in the API.
fn refuse_settings(call: &Call, ledger: &mut Ledger) -> Result<(), ApiError> {
    let (request, state) = (&*call.request, &call.request.state);
    if request.candidates == Some(0) {
        return Err(invalid("candidates is 0; ask for one answer at least"));
    }
    refuse_rare(call, |_| false, ledger)?;
    let has_cache_point = request.cache.is_some()
        || request.system.texts().any(|(_, cache)| cache.is_some())
        || request.tools.iter().any(tools::has_cache_point);
    for (name, is_set) in [
        ("parallel_tool_calls", request.parallel_tool_calls == Some(false)),
        ("verbosity", request.verbosity.is_some()),
        ("cache", has_cache_point),
        ("cache_key", request.cache_key.is_some()),
        ("user", request.user.is_some()),
        ("metadata", !request.metadata.is_empty()),
        ("service_tier", request.service_tier.is_some()),
        ("modalities", request.modalities.iter().any(|word| word != "text")),
        ("speech", request.speech.is_some()),
        ("candidates", request.candidates.is_some_and(|count| count > 1)),
        ("thinking_display", call.parameters.thinking_display.is_some()),
        ("state.store", state.store == Some(true)),
        ("state.previous_response_id", state.previous_response_id.is_some()),
        ("state.conversation", state.conversation.is_some()),
        ("state.container", state.container.is_some()),
        ("state.cached_content", state.cached_content.is_some()),
    ] {
        if is_set {
            ledger.unsupported(FeatureArea::Settings, name, "the API has no such setting")?;
        }
    }
    Ok(())
}
