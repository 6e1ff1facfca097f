//! A call -> the request of Chat Completions: <https://platform.openai.com/docs/api-reference/chat/create>, as far as
//! a dialect takes it.
//!
//! Two passes: the first borrows from the request, decides and checks everything ([`plan::Plan`]); the second writes
//! the bytes ([`body::Body`]) and can no longer refuse.

mod answer;
mod assistant;
mod body;
mod call;
mod choice;
mod content;
mod conversation;
mod extras;
mod format;
mod media;
mod part;
mod plan;
mod sampling;
mod schema;
mod thinking;
mod tools;
mod turn;

use http::{HeaderName, HeaderValue};
use steer_core::protocol::Ledger;
use steer_core::{ApiError, Call, Delivery, ErrorKind, Outgoing};

use crate::Dialect;
pub use schema::{strict_answer_schema, strict_tool_schema};
pub(crate) use tools::MAX_NAME as MAX_TOOL_NAME;

use body::Body;
use plan::Plan;

/// Writes the request of a call as a dialect takes it. Equal calls give equal bytes.
pub(crate) fn encode(call: &Call, delivery: Delivery, dialect: &Dialect) -> Result<Outgoing, ApiError> {
    let mut ledger = Ledger::new(call.request.policy);
    let plan = Plan::of(call, delivery, dialect, &mut ledger)?;
    let mut bytes = Vec::with_capacity(plan.size_hint());
    serde_json::to_writer(&mut bytes, &Body(&plan))
        .map_err(|error| invalid("the request cannot be written as JSON").with_source(error))?;
    let mut outgoing = Outgoing::post(dialect.path, bytes);
    if let (Some(name), Some(key)) = (dialect.cache_key_header, call.request.cache_key.as_deref()) {
        let value = HeaderValue::from_str(key).map_err(|_| {
            invalid("cache_key is sent in a header and has characters that cannot stand there")
        })?;
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| invalid("the dialect's `cache_key_header` is no name of a header"))?;
        outgoing.headers.insert(name, value);
    }
    outgoing.warnings = ledger.into_warnings();
    Ok(outgoing)
}

/// The request is not one that the API takes; the message says what to change.
fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::InvalidRequest, message)
}
