//! A body into our types and back.

use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;
use steer::http_types::StatusCode;
use steer::{
    ApiError, Call, CompletionRequest, ModelConfig, ModelId, Provider, ProviderRegistry, ProviderSettings,
    Registration, Tool,
};
use steer_testkit::transport::{Response, ScriptedTransport};

use super::compare::{differences, normalised};
use crate::verdict::Obstacle;

/// `Speakers` are the providers that write bodies again, and what reads them.
pub(super) struct Speakers {
    registry: ProviderRegistry,
    /// The wire format that each speaks, its id, and the provider.
    providers: Vec<(String, String, Arc<dyn Provider>)>,
}

/// `Round` is what came of one body.
#[derive(Default)]
pub(super) struct Round {
    /// What is wrong; nothing where all is well.
    pub(super) faults: Vec<String>,
    /// Messages and tools that have types, and how many of them are sent as they stood in the body.
    pub(super) pieces: Pieces,
    /// What the request says that the encoders warn of; it must be nothing that they leave out.
    pub(super) has_kept_settings: bool,
}

/// `Pieces` counts messages and tools.
#[derive(Clone, Copy, Default)]
pub(super) struct Pieces {
    pub(super) all: usize,
    pub(super) kept: usize,
}

impl Speakers {
    pub(super) fn new(registrations: impl Iterator<Item = Registration>) -> Result<Self, Obstacle> {
        let (registry, _) = ProviderRegistry::new(registrations)?;
        // Nothing is sent.
        let transport = Arc::new(ScriptedTransport::handler(|_| Response::new(StatusCode::NOT_FOUND)));
        let mut providers = Vec::new();
        for config in registry.all() {
            let registration = registry.registration_for(config)?;
            let settings = ProviderSettings::new(config.clone(), Arc::clone(&transport) as _);
            let provider = (registration.build)(settings)?;
            providers.push((config.api_format.clone(), config.id.to_string(), provider));
        }
        Ok(Self { registry, providers })
    }

    /// Whether bodies of a wire format can be read and written.
    pub(super) fn reads(&self, api: &str) -> bool {
        self.registry.importable().contains(api) && self.providers.iter().any(|(speaks, ..)| speaks == api)
    }

    /// Reads a body and writes it again.
    pub(super) fn round(&self, api: &str, body: &RawValue) -> Round {
        let mut round = Round::default();
        if let Err(fault) = self.try_round(api, body, &mut round) {
            round.faults.push(fault);
        }
        round
    }

    fn try_round(&self, api: &str, body: &RawValue, round: &mut Round) -> Result<(), String> {
        let said = |what: &str, error: &dyn std::fmt::Display| format!("{what}: {error}");
        let wanted: Value = serde_json::from_str(body.get()).map_err(|error| said("no JSON", &error))?;
        let wanted = normalised(&wanted);
        let request = self.registry.import(api, body.get()).map_err(|error| said("not read", &error))?;
        (round.pieces, round.has_kept_settings) = (pieces(&request, api), request.kept(api).is_some());
        let stored = serde_json::to_string(&request).map_err(|error| said("not stored", &error))?;
        let loaded: CompletionRequest =
            serde_json::from_str(&stored).map_err(|error| said("not loaded", &error))?;
        for (_, id, provider) in self.providers.iter().filter(|(speaks, ..)| speaks == api) {
            let written = write(&**provider, id, &request).map_err(|error| said(id, &error))?;
            let got: Value = serde_json::from_slice(&written).map_err(|error| said(id, &error))?;
            let found = differences(&wanted, &normalised(&got));
            round.faults.extend(found.into_iter().map(|difference| format!("{id}: {difference}")));
            if write(&**provider, id, &loaded).map_err(|error| said(id, &error))? != written {
                round.faults.push(format!("{id}: a stored request gives another body"));
            }
            let again =
                self.registry.import(api, &written).map_err(|error| said("not read again", &error))?;
            if write(&**provider, id, &again).map_err(|error| said(id, &error))? != written {
                round.faults.push(format!("{id}: what was written, read again, gives another body"));
            }
        }
        Ok(())
    }
}

/// The body that a provider would send. No catalog lists the model, so that none of the adjustments to single models
/// applies.
fn write(provider: &dyn Provider, id: &str, request: &CompletionRequest) -> Result<Vec<u8>, ApiError> {
    // Where the address names the model, the body does not.
    let name = if request.model.is_empty() { "unnamed" } else { request.model.as_str() };
    let model = ModelConfig::unlisted(ModelId::new(id, name));
    let outgoing = provider.preview(&Call::new(request.clone(), model))?;
    Ok(outgoing.map(|request| request.into_body().to_vec()).unwrap_or_default())
}

fn pieces(request: &CompletionRequest, api: &str) -> Pieces {
    let functions = || {
        request.tools.iter().filter_map(|tool| match tool {
            Tool::Function(tool) => Some(tool),
            _ => None,
        })
    };
    let kept = request.messages.iter().filter(|message| message.kept(api).is_some()).count();
    Pieces {
        all: request.messages.len().saturating_add(functions().count()),
        kept: kept.saturating_add(functions().filter(|tool| tool.kept(api).is_some()).count()),
    }
}
