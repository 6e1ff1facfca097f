//! Texts, refusals and citations.

use steer_core::message::CitationTarget;
use steer_core::{Delivery, EndProof, Part, StopReason, StreamChunk};

use crate::read::{answer, bytes, stream, whole};

const TEXT: &str = "Hello, Zürich \"quoted\"\n– 😀 and more";

#[test]
fn the_deltas_of_a_text_are_joined_whatever_their_numbers_and_padding() {
    let decoded = stream("text");
    let is_delta = |chunk: &&StreamChunk| matches!(chunk, StreamChunk::TextDelta { .. });
    assert_eq!(decoded.chunks.iter().filter(is_delta).count(), 7, "one for each delta and none for the rest");
    let answer = decoded.result.unwrap();
    assert_eq!(answer.extract_text(), TEXT);
    assert_eq!((answer.response_id.as_deref(), answer.model.as_deref()), (Some("resp_1"), Some("m-1")));
    assert_eq!(answer.created, Some(1_764_000_000));
    assert_eq!((answer.stop_reason, answer.proof), (Some(StopReason::EndTurn), Some(EndProof::Confirmed)));
    let usage = answer.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.input_uncached_tokens), (Some(20), Some(10)));
    assert_eq!((usage.cache_read_tokens, usage.cache_write_tokens), (Some(8), Some(2)));
    assert_eq!((usage.output_tokens, usage.reasoning_tokens), (Some(12), Some(5)));
    assert_eq!(usage.service_tier.as_deref(), Some("default"));
}

/// Quirk 54: the phase of a message must go back with it.
#[test]
fn each_text_says_its_message_and_its_phase() {
    let answer = answer("phases");
    let told = answer.content.iter().map(|part| match part {
        Part::Text(text) => (text.id.as_deref().unwrap(), text.phase.as_deref().unwrap(), text.text.as_str()),
        part => panic!("{part:?}"),
    });
    let expected = [
        ("msg_1", "commentary", "Let me look. "),
        ("msg_2", "final_answer", "It is"),
        ("msg_2", "final_answer", " warm."),
    ];
    assert!(told.eq(expected));
}

/// Quirk 52: a refusal is a content of its own.
#[test]
fn a_refusal_is_apart_from_text_and_is_why_the_answer_ended() {
    let decoded = stream("refusal");
    let told = decoded.chunks.iter().filter(|chunk| matches!(chunk, StreamChunk::RefusalDelta { .. }));
    assert_eq!(told.count(), 3);
    let answer = decoded.result.unwrap();
    assert!(matches!(&answer.content[..], [Part::Refusal(part)] if part.text == "I can't help with that."));
    assert_eq!(answer.extract_text(), "");
    assert!(matches!(answer.stop_reason, Some(StopReason::Refused { .. })));
    assert_eq!(answer.stop_reason_raw.as_deref(), Some("completed"));
}

#[test]
fn annotations_are_citations_of_their_text() {
    let answer = answer("citations");
    let [Part::Text(text)] = &answer.content[..] else { panic!("{:?}", answer.content) };
    let targets: Vec<_> = text.citations.iter().map(|citation| &citation.target).collect();
    assert!(matches!(targets[0], CitationTarget::Url { url, .. } if url == "https://example.com/a"));
    assert!(matches!(targets[1], CitationTarget::File { filename: Some(name), .. } if name == "b.pdf"));
    assert!(matches!(targets[2], CitationTarget::File { container_id: Some(id), .. } if id == "cntr_1"));
    assert!(matches!(targets[3], CitationTarget::File { file_id, .. } if file_id == "file-2"));
    assert!(matches!(targets[4], CitationTarget::Other { kind } if kind == "dream_citation"));
    assert!(text.citations.iter().all(|citation| citation.replay.is_some()));
}

#[test]
fn citations_that_only_the_whole_item_tells_are_told_as_they_close_it() {
    let decoded = stream("citations_at_the_end");
    let told = decoded.chunks.iter().filter(|chunk| matches!(chunk, StreamChunk::CitationAdded { .. }));
    assert_eq!(told.count(), 5);
    let answer = decoded.result.unwrap();
    assert!(matches!(&answer.content[..], [Part::Text(text)] if text.citations.len() == 5));
}

#[test]
fn log_probabilities_stay_with_their_text() {
    let answer = answer("logprobs");
    assert!(matches!(&answer.content[..], [Part::Text(text)] if text.logprobs.len() == 1));
}

#[test]
fn what_has_no_typed_field_is_metadata_and_what_a_filter_says_is_safety() {
    let answer = answer("envelope");
    assert!(answer.provider_metadata.contains_key("conversation"));
    assert!(answer.provider_metadata.contains_key("zz_new"));
    assert!(answer.provider_metadata.contains_key("safety"));
    assert!(!answer.provider_metadata.contains_key("temperature"), "what the request said is not said again");
}

#[test]
fn a_whole_body_is_read_into_the_same() {
    assert_eq!(whole("text").result.unwrap().extract_text(), TEXT);
}

#[test]
fn the_contents_of_a_message_are_read_wherever_they_stand_and_may_be_one_text() {
    let list = r#"[{"type":"output_text","text":"a"},{"type":"output_text","text":"b"}]"#;
    for (item, texts) in [
        (format!(r#"{{"id":"m","type":"message","content":{list}}}"#), &["a", "b"][..]),
        (format!(r#"{{"content":{list},"type":"message","id":"m"}}"#), &["a", "b"]),
        (r#"{"id":"m","type":"message","content":"ab"}"#.to_owned(), &["ab"]),
        (r#"{"content":"ab","id":"m","type":"message"}"#.to_owned(), &["ab"]),
        (r#"{"id":"m","type":"message","content":null}"#.to_owned(), &[]),
    ] {
        let body = format!(r#"{{"id":"r","status":"completed","output":[{item}]}}"#);
        let answer = bytes(Delivery::Whole, body).result.unwrap();
        let told = answer.content.iter().map(|part| match part {
            Part::Text(text) => (text.id.as_deref().unwrap(), text.text.as_str()),
            part => panic!("{part:?}"),
        });
        assert!(told.eq(texts.iter().map(|text| ("m", *text))), "{item}");
    }
}

#[test]
fn of_members_of_one_name_the_first_counts() {
    let content = |text: &str| format!(r#""content":[{{"type":"output_text","text":"{text}"}}]"#);
    let item = |rest: String| format!(r#"[{{"id":"m","type":"message",{rest}}}]"#);
    let output = item(format!("{},{}", content("one"), content("two")));
    let response =
        format!(r#"{{"id":"r","status":"completed","output":{output},"output":{}}}"#, item(content("3")));
    assert_eq!(bytes(Delivery::Whole, response.clone()).result.unwrap().extract_text(), "one");
    let event = format!(
        r#"{{"type":"response.completed","response":{response},"response":{{"id":"x","output":[]}}}}"#
    );
    let answer = bytes(Delivery::Stream, format!("data: {event}\n\n")).result.unwrap();
    assert_eq!((&*answer.extract_text(), answer.response_id.as_deref()), ("one", Some("r")));
}
