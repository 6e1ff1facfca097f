//! A call -> the request of `generateContent`: <https://ai.google.dev/api/generate-content>.
//!
//! Two passes: the first borrows from the request, decides and checks everything ([`plan::Plan`]); the second writes
//! the bytes ([`body::Body`]) and can no longer refuse.

mod body;
mod choice;
mod content;
mod conversation;
mod format;
mod generation;
mod input;
mod media;
mod part;
mod path;
mod plan;
mod result;
mod schema;
mod thinking;
mod tools;
mod turn;

use steer_core::protocol::Ledger;
use steer_core::{ApiError, Call, Delivery, ErrorKind, Outgoing};

use crate::SchemaForm;
use body::Body;
pub(crate) use path::{path, resource};
use plan::Plan;

/// Writes the request of a call. Equal calls give equal bytes.
pub(crate) fn encode(call: &Call, delivery: Delivery, form: SchemaForm) -> Result<Outgoing, ApiError> {
    let mut ledger = Ledger::new(call.request.policy);
    let plan = Plan::of(call, form, &mut ledger)?;
    let mut bytes = Vec::with_capacity(plan.size_hint());
    serde_json::to_writer(&mut bytes, &Body(&plan))
        .map_err(|error| invalid("the request cannot be written as JSON").with_source(error))?;
    let method = match delivery {
        Delivery::Stream => ":streamGenerateContent",
        _ => ":generateContent",
    };
    let mut outgoing = Outgoing::post(path(&call.model.id.name, method)?, bytes);
    if delivery == Delivery::Stream {
        outgoing.query.push(("alt".to_owned(), "sse".to_owned()));
    }
    outgoing.warnings = ledger.into_warnings();
    Ok(outgoing)
}

/// The request is not one that the API takes; the message says what to change.
fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::InvalidRequest, message)
}
