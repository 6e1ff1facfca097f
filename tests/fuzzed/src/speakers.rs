//! Who writes requests, and reads them again.

use steer_core::{ApiError, Call, CompletionRequest, ModelConfig, ModelId, Outgoing, Protocol};

/// `Speaker` is a provider in one of its wire formats.
pub(crate) struct Speaker {
    pub(crate) provider: &'static str,
    pub(crate) api: &'static str,
    protocol: &'static dyn Protocol,
    read: fn(&[u8]) -> Result<CompletionRequest, ApiError>,
}

static ANTHROPIC: steer_anthropic::Messages = steer_anthropic::Messages;
static CHAT: steer_openai::Chat = steer_openai::Chat::new(steer_openai::DIALECT);
static COMPATIBLE: steer_openai::Chat =
    steer_openai::Chat::new(steer_openai_compatible::Dialect::compatible());
static GEMINI: steer_gemini::GenerateContent = steer_gemini::GenerateContent::new();
static OLLAMA: steer_ollama::Chat = steer_ollama::Chat;
static RESPONSES: steer_openai::Responses =
    steer_openai::Responses::new(steer_openai::ResponsesDialect::original());

pub(crate) const SPEAKERS: [Speaker; 6] = [
    Speaker::new("anthropic", "anthropic-messages", &ANTHROPIC, steer_anthropic::import),
    Speaker::new("openai", "openai-chat", &CHAT, steer_openai_compatible::import),
    Speaker::new("openai-compatible", "openai-chat", &COMPATIBLE, steer_openai_compatible::import),
    Speaker::new("openai", "openai-responses", &RESPONSES, steer_openai::import),
    Speaker::new("gemini", "gemini", &GEMINI, steer_gemini::import),
    Speaker::new("ollama", "ollama-chat", &OLLAMA, steer_ollama::import),
];

impl Speaker {
    const fn new(
        provider: &'static str,
        api: &'static str,
        protocol: &'static dyn Protocol,
        read: fn(&[u8]) -> Result<CompletionRequest, ApiError>,
    ) -> Self {
        Self { provider, api, protocol, read }
    }

    /// What would be sent. No catalog lists the model, so that none of the adjustments to single models applies.
    pub(crate) fn write(&self, request: &CompletionRequest) -> Result<Outgoing, ApiError> {
        // Where the address names the model, the body does not.
        let name = if request.model.is_empty() { "a-model" } else { request.model.as_str() };
        let model = ModelConfig::unlisted(ModelId::new(self.provider, name));
        let delivery = request.delivery;
        self.protocol.encode(&Call::new(request.clone(), model), delivery)
    }

    /// A body as our types.
    pub(crate) fn read(&self, body: &[u8]) -> Result<CompletionRequest, ApiError> {
        (self.read)(body)
    }
}

/// A request as a store gives it back, which may sort members and drop white space.
pub(crate) fn stored(request: &CompletionRequest) -> CompletionRequest {
    let stored = serde_json::to_string(request).expect("a request is JSON");
    let reformatted: serde_json::Value = serde_json::from_str(&stored).expect("it is JSON");
    serde_json::from_value(reformatted).expect("what was stored can be loaded")
}
