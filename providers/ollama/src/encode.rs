//! A call -> the request of `/api/chat`: <https://docs.ollama.com/api/chat>.
//!
//! Two passes: the first borrows from the request, decides and checks everything ([`plan::Plan`]); the second writes
//! the bytes ([`body::Body`]) and can no longer refuse.

mod answer;
mod body;
mod call;
mod choice;
mod conversation;
mod format;
mod input;
mod joined;
mod media;
mod options;
mod part;
mod plan;
mod thinking;
mod tools;
mod turn;

use steer_core::protocol::Ledger;
use steer_core::{ApiError, Call, Delivery, ErrorKind, Outgoing};

use body::Body;
use plan::Plan;

/// The longest name of a tool. The server takes any; what the models were trained on are short and plain ones.
pub(crate) const MAX_NAME: usize = 64;

/// Writes the request of a call. Equal calls give equal bytes.
pub(crate) fn encode(call: &Call, delivery: Delivery) -> Result<Outgoing, ApiError> {
    let mut ledger = Ledger::new(call.request.policy);
    let plan = Plan::of(call, delivery, &mut ledger)?;
    let mut bytes = Vec::with_capacity(plan.size_hint());
    serde_json::to_writer(&mut bytes, &Body(&plan))
        .map_err(|error| invalid("the request cannot be written as JSON").with_source(error))?;
    let mut outgoing = Outgoing::post("/api/chat", bytes);
    outgoing.warnings = ledger.into_warnings();
    Ok(outgoing)
}

/// The request is not one that the API takes; the message says what to change.
fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::InvalidRequest, message)
}
