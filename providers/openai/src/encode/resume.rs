use steer_core::protocol::Ledger;
use steer_core::request::Resume;
use steer_core::{ApiError, Call, Delivery, Outgoing};

use super::extras::ENCRYPTED;
use super::invalid;
use crate::ResponsesDialect;

/// Reads an answer that the vendor keeps, such as one that it made in the background:
/// <https://platform.openai.com/docs/api-reference/responses/get>.
pub(super) fn resume(
    call: &Call,
    resume: &Resume,
    delivery: Delivery,
    dialect: &ResponsesDialect,
) -> Result<Outgoing, ApiError> {
    let id = resume.response_id.as_str();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    // What stands in the path must not lead elsewhere.
    if id.is_empty() || id.starts_with('.') || !id.bytes().all(is_plain) {
        return Err(invalid("state.resume: the id of the answer is not one that the vendor gives"));
    }
    let mut outgoing = Outgoing::get(format!("{}/{id}", dialect.path));
    let mut ask = |name: &str, value: String| outgoing.query.push((name.to_owned(), value));
    match (delivery, resume.after) {
        (Delivery::Stream, after) => {
            ask("stream", "true".to_owned());
            if let Some(after) = after {
                ask("starting_after", after.to_string());
            }
        }
        (_, Some(_)) => return Err(invalid("state.resume: only a stream can be read behind an event")),
        _ => {}
    }
    let mut ledger = Ledger::new(call.request.policy);
    for wanted in &call.request.state.include {
        // It is refused here: thinking is sealed for those that keep answers themselves.
        if wanted == ENCRYPTED {
            ledger.adjusted(
                "state.include",
                "sealed thinking of an answer that the vendor keeps cannot be read",
            );
        } else {
            ask("include[]", wanted.clone());
        }
    }
    outgoing.warnings = ledger.into_warnings();
    Ok(outgoing)
}
