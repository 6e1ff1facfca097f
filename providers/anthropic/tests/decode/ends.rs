//! Where a stream ends, and what other servers of this format do to it.

use steer_core::{EndProof, ErrorKind, StreamChunk, WarningKind};

use crate::read::{answer, changed, error, stream};

#[test]
fn a_stream_without_its_last_event_is_truncated() {
    let error = error("stop_missing");
    assert_eq!(error.kind(), ErrorKind::Truncated);
    assert_eq!(error.partial().unwrap().extract_text(), "There is no end");
}

#[test]
fn event_names_may_be_missing() {
    assert_eq!(answer("event_names_missing").extract_text(), "No names at all.");
}

#[test]
fn event_types_may_be_missing_where_the_events_have_names() {
    assert_eq!(answer("event_types_missing").extract_text(), "No types at all.");
}

#[test]
fn a_repeated_start_changes_nothing() {
    let answer = answer("start_repeated");
    assert_eq!(answer.response_id.as_deref(), Some("msg_01"));
    assert_eq!(answer.usage.unwrap().input_tokens, Some(12));
}

#[test]
fn done_is_neither_the_end_nor_an_error() {
    let answer = answer("done_inside");
    assert_eq!(answer.extract_text(), "Done is not the end.");
    assert_eq!(answer.proof, Some(EndProof::Confirmed));
}

#[test]
fn pings_are_heartbeats() {
    let decoded = stream("pings");
    let beats = decoded.chunks.iter().filter(|chunk| **chunk == StreamChunk::Heartbeat).count();
    assert_eq!(beats, 7);
    assert_eq!(decoded.result.unwrap().extract_text(), "Alive and well.");
}

#[test]
fn a_last_event_without_its_empty_line_is_taken_and_warned_of() {
    let decoded = changed("text", "{\"type\":\"message_stop\"}\n\n", "{\"type\":\"message_stop\"}");
    let answer = decoded.result.unwrap();
    assert_eq!(answer.warnings[0].kind, WarningKind::UnterminatedFrame);
}

#[test]
fn an_open_block_is_closed_by_the_end() {
    let stop = "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n";
    let decoded = changed("text", stop, "");
    assert!(
        decoded.chunks.iter().any(|chunk| matches!(chunk, StreamChunk::ContentBlockStop { index: 0, .. }))
    );
    assert!(decoded.result.unwrap().extract_text().ends_with("second line."));
}

#[test]
fn a_delta_without_a_started_block_starts_one() {
    let start = "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";
    assert!(changed("text", start, "").result.unwrap().extract_text().starts_with("Grüße, Welt"));
}
