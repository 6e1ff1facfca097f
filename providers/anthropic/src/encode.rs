//! A call -> the request of the Messages API: <https://docs.claude.com/en/api/messages>.
//!
//! Two passes: the first borrows from the request, decides and checks everything ([`plan::Plan`]); the second writes
//! the bytes ([`body::Body`]) and can no longer refuse.

mod betas;
mod block;
mod body;
mod cache;
mod choice;
mod citation;
mod conversation;
mod extra;
mod input;
mod media;
mod offered;
mod part;
mod plan;
mod result;
mod sampling;
mod schema;
mod search;
mod thinking;
mod tokens;
mod tools;
mod turn;

use http::{HeaderName, HeaderValue};
use steer_core::protocol::Ledger;
use steer_core::{ApiError, Call, Delivery, ErrorKind, Outgoing};

pub(crate) use tools::MAX_NAME as MAX_TOOL_NAME;

use body::Body;
use plan::Plan;

/// The version of the API that this crate speaks: <https://docs.claude.com/en/api/versioning>.
pub(crate) const VERSION: HeaderValue = HeaderValue::from_static("2023-06-01");

/// The header that names it.
pub(crate) const VERSION_HEADER: HeaderName = HeaderName::from_static("anthropic-version");

/// Writes the request of a call. Equal calls give equal bytes.
pub(crate) fn encode(call: &Call, delivery: Delivery) -> Result<Outgoing, ApiError> {
    let mut ledger = Ledger::new(call.request.policy);
    let plan = Plan::of(call, delivery, &mut ledger)?;
    let mut bytes = Vec::with_capacity(plan.size_hint());
    serde_json::to_writer(&mut bytes, &Body(&plan))
        .map_err(|error| invalid("the request cannot be written as JSON").with_source(error))?;
    let mut outgoing = Outgoing::post("/v1/messages", bytes);
    outgoing.headers.insert(VERSION_HEADER, VERSION);
    if let Some(betas) = plan.betas.header(&call.request.headers, &mut ledger) {
        outgoing.headers.insert(HeaderName::from_static(betas::HEADER), betas);
    }
    outgoing.warnings = ledger.into_warnings();
    Ok(outgoing)
}

/// The request is not one that the API takes; the message says what to change.
fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::InvalidRequest, message)
}
