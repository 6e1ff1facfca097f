//! A call -> the request of the Responses API: <https://platform.openai.com/docs/api-reference/responses/create>, as
//! far as a dialect takes it.
//!
//! Two passes: the first borrows from the request, decides and checks everything ([`plan::Plan`]); the second writes
//! the bytes ([`body::Body`]) and can no longer refuse.

mod answer;
mod body;
mod call;
mod choice;
mod content;
mod conversation;
pub(crate) mod extras;
mod format;
mod item;
mod media;
mod output;
mod pairing;
mod part;
mod plan;
mod reasoning;
mod resume;
mod sampling;
mod thinking;
mod tool_part;
mod tools;

use steer_core::protocol::Ledger;
use steer_core::{ApiError, Call, Delivery, ErrorKind, Outgoing};

use crate::ResponsesDialect;
pub(crate) use tools::MAX_NAME as MAX_TOOL_NAME;

use body::Body;
use plan::Plan;

/// Writes the request of a call as a dialect takes it. Equal calls give equal bytes.
pub(crate) fn encode(
    call: &Call,
    delivery: Delivery,
    dialect: &ResponsesDialect,
) -> Result<Outgoing, ApiError> {
    if let Some(resume) = call.request.state.resume.as_ref().filter(|_| dialect.server_state) {
        return resume::resume(call, resume, delivery, dialect);
    }
    let mut ledger = Ledger::new(call.request.policy);
    let plan = Plan::of(call, delivery, dialect, &mut ledger)?;
    let mut bytes = Vec::with_capacity(plan.size_hint());
    serde_json::to_writer(&mut bytes, &Body(&plan))
        .map_err(|error| invalid("the request cannot be written as JSON").with_source(error))?;
    let mut outgoing = Outgoing::post(dialect.path, bytes);
    outgoing.warnings = ledger.into_warnings();
    Ok(outgoing)
}

/// The request is not one that the API takes; the message says what to change.
fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::InvalidRequest, message)
}
