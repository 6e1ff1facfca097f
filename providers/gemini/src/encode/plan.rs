use std::collections::BTreeMap;

use steer_core::encode::{BodyOptions, Losses, refuse_rare};
use steer_core::model::ThinkingMode;
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, Call, Capability, CompletionRequest};

use super::choice::ToolConfig;
use super::content::WirePart;
use super::conversation::Conversation;
use super::generation::GenerationConfig;
use super::part::Context;
use super::tools::Tools;
use super::turn::Turn;
use crate::names::Names;
use crate::{API, SchemaForm};

/// `Plan` is all that is to be written, decided and checked; texts are borrowed from the request.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) system: Vec<WirePart<'a>>,
    pub(super) tools: Tools<'a>,
    pub(super) choice: ToolConfig<'a>,
    pub(super) turns: Vec<Turn<'a>>,
    pub(super) generation: GenerationConfig<'a>,
    pub(super) cached_content: Option<&'a str>,
    pub(super) service_tier: Option<&'a str>,
    pub(super) store: Option<bool>,
    pub(super) safety: &'a BTreeMap<String, String>,
    pub(super) labels: &'a BTreeMap<String, String>,
    pub(super) options: BodyOptions<'a>,
}

impl<'a> Plan<'a> {
    /// Decides how a call is written.
    ///
    /// # Errors
    /// The API would refuse the request, or the policy denies what has to be left out.
    pub(super) fn of(call: &'a Call, form: SchemaForm, ledger: &mut Ledger) -> Result<Self, ApiError> {
        let request = &*call.request;
        refuse_settings(request, ledger)?;
        refuse_rare(call, |name| matches!(name, "safety" | "image" | "media_detail"), ledger)?;
        let generation = GenerationConfig::of(call, form, ledger)?;
        let options = BodyOptions::of(call, API);
        let names = Names::of(&request.tools);
        let tools = Tools::of(&request.tools, &names, form, ledger)?;
        let choice = ToolConfig::of(request, &tools, &names, &options, ledger)?;
        let mut losses = Losses::default();
        let mut context = Context {
            provider: call.model.id.provider.as_str(),
            names: &names,
            ledger,
            losses: &mut losses,
            needs_ids: call.model.supports(Capability::ToolCallIds) == Some(true),
            signs_calls: call.model.known.then(|| call.model.thinking_modes.contains(&ThinkingMode::Effort)),
        };
        let (notes, turns) = Conversation::of(&request.messages, &mut context)?;
        losses.report(ledger);
        let mut plan = Self {
            system: system(request, notes),
            tools,
            choice,
            turns,
            generation,
            cached_content: request.state.cached_content.as_deref(),
            service_tier: request.service_tier.as_deref(),
            store: request.state.store,
            safety: &request.safety,
            labels: &request.metadata,
            options,
        };
        plan.leave_to_the_cache(ledger);
        Ok(plan)
    }

    /// About how many bytes the body takes.
    pub(super) fn size_hint(&self) -> usize {
        let system = self.system.iter().map(WirePart::size);
        let turns = self.turns.iter().map(Turn::size);
        system.chain(turns).sum::<usize>().saturating_add(self.tools.size()).saturating_add(512)
    }

    /// A cached content holds prompt and tools, and the API refuses them beside it:
    /// <https://ai.google.dev/gemini-api/docs/caching#considerations>.
    fn leave_to_the_cache(&mut self, ledger: &mut Ledger) {
        if self.cached_content.is_none() {
            return;
        }
        for (name, is_set) in [
            ("system", !self.system.is_empty()),
            ("tools", !self.tools.is_empty()),
            ("tool_choice", !self.choice.is_empty()),
        ] {
            if is_set {
                ledger.adjusted(name, "it is left out, since the cached content brings its own");
            }
        }
        self.system.clear();
        self.tools = Tools::default();
        self.choice = ToolConfig::default();
    }
}

/// The prompt, the notes from before the conversation, and last what changes from run to run.
fn system<'a>(request: &'a CompletionRequest, notes: Vec<WirePart<'a>>) -> Vec<WirePart<'a>> {
    let mut parts: Vec<_> = request.system.texts().map(|(text, _)| WirePart::text(text)).collect();
    let environment = request.system.environment.as_ref().filter(|text| !text.trim().is_empty());
    let end = parts.len().saturating_sub(usize::from(environment.is_some()));
    parts.splice(end..end, notes);
    parts
}

/// Settings that have no place in the API.
fn refuse_settings(request: &CompletionRequest, ledger: &mut Ledger) -> Result<(), ApiError> {
    let state = &request.state;
    let has_cache_point = request.cache.is_some() || request.system.texts().any(|(_, cache)| cache.is_some());
    for (name, is_set) in [
        ("verbosity", request.verbosity.is_some()),
        ("cache", has_cache_point),
        ("cache_key", request.cache_key.is_some()),
        ("user", request.user.is_some()),
        ("state.previous_response_id", state.previous_response_id.is_some()),
        ("state.conversation", state.conversation.is_some()),
        ("state.container", state.container.is_some()),
    ] {
        if is_set {
            ledger.unsupported(FeatureArea::Settings, name, "the API has no such setting")?;
        }
    }
    Ok(())
}
