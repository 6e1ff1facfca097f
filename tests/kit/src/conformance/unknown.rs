use steer_core::bytes::Bytes;
use steer_core::{CompletionResponse, StreamChunk};

use super::decoded::same_response;
use super::{Decoded, Fixture, Report, Subject, ensure, events};

const UNKNOWN: &str = "event: zz_new_kind\ndata: {\"type\":\"zz_new_kind\",\"zz\":{\"new\":[1,null]}}\n\n";

/// An event of a kind that the vendor adds later changes nothing, wherever it comes: it is told in a warning and kept
/// raw at the most.
///
/// # Errors
/// It changes something.
pub fn unknown_events_change_nothing(subject: &Subject, fixture: &Fixture) -> Report {
    let expected = fixture.decode(subject);
    if !fixture.is_events() || expected.result.is_err() {
        return Ok(());
    }
    let events = events(&fixture.body);
    for place in 0..events.len() {
        let (before, after) = events.split_at(place);
        let unknown = Bytes::from_static(UNKNOWN.as_bytes());
        let pieces = before.iter().cloned().chain([unknown]).chain(after.iter().cloned());
        check(&subject.decode(fixture.delivery, pieces), &expected)
            .map_err(|wrong| fixture.says(format!("an unknown event before event {place}: {wrong}")))?;
    }
    Ok(())
}

fn check(found: &Decoded, expected: &Decoded) -> Report {
    let known =
        |decoded: &Decoded| -> Vec<StreamChunk> { decoded.chunks.iter().filter(is_known).cloned().collect() };
    let (found_answer, expected_answer) = match (&found.result, &expected.result) {
        (Ok(found), Ok(expected)) => (found, expected),
        (Err(error), _) | (_, Err(error)) => return Err(format!("it fails with `{error}`")),
    };
    ensure(known(found) == known(expected), || "the chunks are others".to_owned())?;
    same_response(&without_notes(found_answer), &without_notes(expected_answer))
}

fn is_known(chunk: &&StreamChunk) -> bool {
    !matches!(chunk, StreamChunk::Warning(_) | StreamChunk::Raw(_) | StreamChunk::Metadata { .. })
}

fn without_notes(response: &CompletionResponse) -> CompletionResponse {
    let mut response = response.clone();
    response.warnings.clear();
    response.raw.clear();
    response.provider_metadata.clear();
    response
}
