//! Where a stream ends.

use steer_core::{Delivery, EndProof, ErrorKind, WarningKind};

use crate::read::{answer, bytes, changed, error, whole};

#[test]
fn a_stream_without_a_reason_is_truncated() {
    let error = error("finish_missing");
    assert_eq!(error.kind(), ErrorKind::Truncated);
    let partial = error.into_partial().unwrap();
    assert_eq!(
        (&*partial.extract_text(), partial.usage.as_ref().unwrap().output_tokens),
        ("There is no end", Some(4))
    );
}

#[test]
fn a_reason_and_the_end_of_the_bytes_prove_the_end() {
    assert_eq!(answer("text").proof, Some(EndProof::Confirmed));
    assert_eq!(answer("done_at_the_end").extract_text(), "Done.");
}

#[test]
fn done_without_a_reason_is_neither_the_end_nor_an_error() {
    assert_eq!(answer("done_inside").extract_text(), "Done is not the end.");
}

#[test]
fn counters_may_follow_the_reason() {
    assert_eq!(answer("usage_after_the_reason").usage.unwrap().output_tokens, Some(3));
}

#[test]
fn a_reason_in_every_piece_is_the_last_ones_and_a_broken_connection_proves_nothing_then() {
    let piece = |text: &str| {
        format!(
            "data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":\"{text}\"}}]}},\"finishReason\":\"STOP\"}}]}}\n\n"
        )
    };
    let body = [piece("All "), piece("of "), piece("it.")].concat();
    assert_eq!(bytes(Delivery::Stream, body.clone()).result.unwrap().extract_text(), "All of it.");
    let error = crate::read::broken(body).result.unwrap_err();
    assert_eq!(
        (error.kind(), &*error.partial().unwrap().extract_text()),
        (ErrorKind::Truncated, "All of it.")
    );
}

#[test]
fn a_stream_that_comes_as_one_list_is_read() {
    let body = include_str!("../fixtures/stream_as_list.whole.json");
    for delivery in [Delivery::Whole, Delivery::Stream] {
        assert_eq!(bytes(delivery, body).result.unwrap().extract_text(), "As one list.");
    }
    let cut = body.replace("\"finishReason\": \"STOP\", ", "");
    assert_eq!(bytes(Delivery::Whole, cut).result.unwrap_err().kind(), ErrorKind::Truncated);
    assert_eq!(bytes(Delivery::Whole, "[]").result.unwrap_err().kind(), ErrorKind::NoChoices);
}

#[test]
fn a_body_without_a_candidate_is_never_an_empty_success() {
    assert_eq!(whole("no_candidates").result.unwrap_err().kind(), ErrorKind::NoChoices);
    for body in ["{}", "7", "\"text\"", "null", "{\"candidates\":null}", "{\"candidates\":[]}"] {
        let error = bytes(Delivery::Whole, body).result.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::NoChoices | ErrorKind::ResponseParsing | ErrorKind::Truncated),
            "{body}: {error}"
        );
    }
}

#[test]
fn another_id_within_one_answer_is_warned_of_and_the_first_one_kept() {
    let first = "\"responseId\": \"resp_01\"}\n\ndata: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"Welt";
    let other = first.replace("resp_01", "resp_00");
    let answer = changed("text", first, &other).result.unwrap();
    assert_eq!(answer.response_id.as_deref(), Some("resp_00"));
    assert_eq!(answer.warnings[0].kind, WarningKind::Inconsistent);
}
