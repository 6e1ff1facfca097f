//! The providers that conversations go to and come from. A further one is a line of the table.

use steer::{Call, CompletionRequest, Delivery, ModelConfig, ModelId, Outgoing, Protocol};

/// `Target` is one provider and the wire format that it speaks.
pub struct Target {
    pub provider: &'static str,
    pub api: &'static str,
    protocol: &'static dyn Protocol,
    /// What it takes as the id and as the name of a tool call.
    pub is_id: fn(&str) -> bool,
    pub is_name: fn(&str) -> bool,
}

static MESSAGES: steer::anthropic::Messages = steer::anthropic::Messages;
static OPENAI: steer::openai::Chat = steer::openai::Chat::new(steer::openai::DIALECT);
static COMPATIBLE: steer::openai::Chat =
    steer::openai::Chat::new(steer::openai_compatible::Dialect::compatible());
static RESPONSES: steer::openai::Responses =
    steer::openai::Responses::new(steer::openai::ResponsesDialect::original());
static GEMINI: steer::gemini::GenerateContent = steer::gemini::GenerateContent::new();
static OLLAMA: steer::ollama::Chat = steer::ollama::Chat;

pub static TARGETS: &[Target] = &[
    Target::new("anthropic", "anthropic-messages", &MESSAGES, plain::<64>, plain::<128>),
    Target::new("openai", "openai-chat", &OPENAI, plain::<40>, plain::<64>),
    Target::new("openai", "openai-responses", &RESPONSES, plain::<64>, plain::<64>),
    Target::new("openai-compatible", "openai-chat", &COMPATIBLE, |id| !id.is_empty(), plain::<64>),
    // Its older models give no ids, and find results by name and order.
    Target::new("gemini", "gemini", &GEMINI, |_| true, identifier),
    // Its older servers give no ids either.
    Target::new("ollama", "ollama-chat", &OLLAMA, |_| true, plain::<64>),
];

impl Target {
    const fn new(
        provider: &'static str,
        api: &'static str,
        protocol: &'static dyn Protocol,
        is_id: fn(&str) -> bool,
        is_name: fn(&str) -> bool,
    ) -> Self {
        Self { provider, api, protocol, is_id, is_name }
    }

    /// What would be sent, and what it loses.
    pub fn encode(&self, request: CompletionRequest) -> Result<Outgoing, steer::ApiError> {
        let model = ModelConfig::unlisted(ModelId::new(self.provider, "some-model"));
        self.protocol.encode(&Call::new(request, model), Delivery::Whole)
    }
}

/// A letter or `_`, and up to 63 letters, digits, `_`, `.`, `:` and `-`.
fn identifier(text: &str) -> bool {
    let text = text.replace(['.', ':'], "_");
    plain::<64>(&text) && text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
}

fn plain<const MOST: usize>(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=MOST).contains(&text.len()) && text.bytes().all(is_plain)
}
