//! What vendors say when they refuse or fail, and what we make of it: every row is an answer in the shape and the words that
//! the vendor's documentation, its libraries or its users' reports show, with numbers of our own.
#![cfg(all(
    feature = "anthropic",
    feature = "gemini",
    feature = "ollama",
    feature = "openai",
    feature = "openai-compatible"
))]
#![allow(clippy::unwrap_used, reason = "only tests are here")]

mod negative;
mod positive;

use steer::http_types::{HeaderMap, StatusCode};
use steer::{ApiError, ErrorKind, Protocol};

static MESSAGES: steer::anthropic::Messages = steer::anthropic::Messages;
static RESPONSES: steer::openai::Responses =
    steer::openai::Responses::new(steer::openai::ResponsesDialect::original());
static CHAT: steer::openai_compatible::Chat = steer::openai_compatible::Chat::new(steer::openai::DIALECT);
static GEMINI: steer::gemini::GenerateContent = steer::gemini::GenerateContent::new();
static OLLAMA: steer::ollama::Chat = steer::ollama::Chat;

/// Who answers.
#[derive(Clone, Copy, Debug)]
enum Vendor {
    Anthropic,
    /// OpenAI, and xAI, which speak Responses.
    OpenAi,
    /// Whoever speaks Chat Completions.
    Chat,
    Gemini,
    Ollama,
}

use Vendor::{Anthropic, Chat, Gemini, Ollama, OpenAi};

/// Who answers, with which status and body.
type Answer = (Vendor, u16, &'static str);

impl Vendor {
    fn protocol(self) -> &'static dyn Protocol {
        match self {
            Anthropic => &MESSAGES,
            OpenAi => &RESPONSES,
            Chat => &CHAT,
            Gemini => &GEMINI,
            Ollama => &OLLAMA,
        }
    }

    fn says(self, status: u16, body: &str) -> ApiError {
        let status = StatusCode::from_u16(status).unwrap();
        self.protocol().failure(status, &HeaderMap::new(), body.as_bytes()).into()
    }
}

/// The rows that are not what they should be.
fn wrong(kind: ErrorKind, retryable: bool, rows: &[Answer]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (vendor, status, body) in rows {
        let error = vendor.says(*status, body);
        if (error.kind(), error.is_retryable()) != (kind, retryable) {
            let found = (error.kind(), error.is_retryable());
            wrong.push(format!(
                "{vendor:?} {status} {body}\n    is {found:?} and should be {kind:?}, {retryable}"
            ));
        }
    }
    wrong
}
