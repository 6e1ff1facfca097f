use steer_core::{CompletionResponse, Delivery};

use super::decoded::same_response;
use super::{Fixture, Report, Subject};

/// A whole body gives the answer that its stream adds up to; only the vendor's own JSON may be written otherwise.
///
/// # Errors
/// It gives another answer, or one of the two fails.
pub fn a_whole_answer_equals_its_stream(subject: &Subject, fixture: &Fixture) -> Report {
    let Some(body) = &fixture.whole else { return Ok(()) };
    let fails = |error| fixture.says(format!("it fails with `{error}`"));
    let folded = fixture.decode(subject).result.map_err(fails)?;
    let whole = subject.decode(Delivery::Whole, [body.clone()]).result.map_err(fails)?;
    same_response(&without_raw(whole), &without_raw(folded)).map_err(|wrong| fixture.says(wrong))
}

fn without_raw(mut response: CompletionResponse) -> CompletionResponse {
    response.raw.clear();
    if let Some(usage) = &mut response.usage {
        usage.raw = None;
    }
    response
}
