//! Where an answer ends.

use steer_core::{Delivery, EndProof, ErrorKind};

use crate::read::{answer, broken, bytes, changed, error, whole};

#[test]
fn a_stream_without_a_last_line_is_truncated() {
    let error = error("done_missing");
    assert_eq!(error.kind(), ErrorKind::Truncated);
    assert_eq!(error.partial().unwrap().extract_text(), "Half of the ");
}

#[test]
fn a_whole_body_that_is_not_done_is_truncated() {
    let body = include_str!("../fixtures/text.whole.json").replace("\"done\": true", "\"done\": false");
    let error = bytes(Delivery::Whole, body).result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Truncated);
    assert!(error.partial().unwrap().extract_text().starts_with("Grüße"));
}

#[test]
fn a_last_line_proves_the_end_whatever_the_connection_does() {
    assert_eq!(answer("text").proof, Some(EndProof::Confirmed));
    let body = include_str!("../fixtures/text.stream.jsonl");
    assert_eq!(broken(body).result.unwrap().proof, Some(EndProof::Confirmed));
    assert!(bytes(Delivery::Stream, body.trim_end()).result.is_ok(), "the last line may lack its end");
}

#[test]
fn blank_lines_and_crs_say_nothing() {
    let expected = answer("text");
    let body = include_str!("../fixtures/text.stream.jsonl").replace('\n', "\r\n\r\n \n");
    let found = bytes(Delivery::Stream, format!("\n{body}")).result.unwrap();
    assert_eq!(found.content, expected.content);
}

#[test]
fn a_server_that_streams_although_it_was_asked_not_to_is_read() {
    let body = include_str!("../fixtures/thinking.stream.jsonl");
    let answer = bytes(Delivery::Whole, body).result.unwrap();
    assert_eq!(
        (&*answer.extract_thinking(), &*answer.extract_text()),
        ("First I add the numbers.", "The sum is 42.")
    );
}

#[test]
fn a_body_with_something_broken_behind_its_end_is_an_error() {
    let body = format!("{}{{", include_str!("../fixtures/text.whole.json"));
    assert!(bytes(Delivery::Whole, body).result.is_err());
}

#[test]
fn a_body_without_a_message_is_never_an_empty_success() {
    assert_eq!(whole("no_message").result.unwrap_err().kind(), ErrorKind::NoChoices);
    for body in ["{}", "7", "\"text\"", "null", "[]", "{\"message\":null}", "{\"message\":{}}"] {
        for delivery in [Delivery::Whole, Delivery::Stream] {
            let error = bytes(delivery, body).result.unwrap_err();
            assert!(
                matches!(
                    error.kind(),
                    ErrorKind::NoChoices | ErrorKind::ResponseParsing | ErrorKind::Truncated
                ),
                "{body}: {error}"
            );
        }
    }
}

#[test]
fn a_mark_of_the_end_that_is_no_mark_proves_nothing() {
    let error = changed("text", "\"done\":true", "\"done\":\"true\"").result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Truncated);
}
