//! What servers do otherwise than the documentation says.

use steer_core::{CompletionResponse, Delivery, Part, StreamChunk, WarningKind};
use steer_testkit::conformance::Decoded;

use crate::read::{answer, bytes, stream};

const TEXT: &str = "Hello, Zürich \"quoted\"\n– 😀 and more";

#[test]
fn events_are_known_by_their_type_or_by_their_name() {
    assert_eq!(answer("event_names_missing").extract_text(), TEXT);
    assert_eq!(answer("event_types_missing").extract_text(), TEXT);
}

/// Quirks 49 and 53: only the place of an item stays the same, and a delta may be null.
#[test]
fn ids_that_change_between_events_and_deltas_that_are_null_do_no_harm() {
    let answer = answer("ids_rotate_and_deltas_are_null");
    assert_eq!((&*answer.extract_text(), answer.content.len()), ("Hello!", 1));
    // Of an event that is not known, a warning tells.
    let kinds: Vec<_> = answer.warnings.iter().map(|warning| warning.kind).collect();
    assert_eq!(kinds, [WarningKind::UnknownEvent]);
}

#[test]
fn an_answer_is_the_same_from_the_deltas_from_the_items_or_from_the_end_alone() {
    for name in ["final_output_empty", "only_the_end", "only_deltas"] {
        let decoded = stream(name);
        let told = decoded.chunks.iter().filter_map(|chunk| match chunk {
            StreamChunk::TextDelta { text, .. } => Some(text.as_str()),
            _ => None,
        });
        assert_eq!(told.collect::<String>(), TEXT, "{name}");
        assert_eq!(decoded.result.unwrap().extract_text(), TEXT, "{name}");
    }
}

fn events(events: &[&str]) -> Decoded {
    bytes(Delivery::Stream, events.iter().map(|event| format!("data: {event}\n\n")).collect::<String>())
}

fn texts(answer: &CompletionResponse) -> Vec<&str> {
    let texts = answer.content.iter().map(|part| match part {
        Part::Text(text) => text.text.as_str(),
        part => panic!("{part:?}"),
    });
    texts.collect()
}

fn numbered(number: u32, delta: &str) -> String {
    format!(
        r#"{{"type":"response.output_text.delta","output_index":0,"content_index":0,"sequence_number":{number},"delta":"{delta}"}}"#
    )
}

#[test]
fn a_delta_that_comes_twice_under_its_number_counts_once_where_numbers_rise() {
    let said = |deltas: &[(u32, &str)]| {
        let mut all: Vec<String> = deltas.iter().map(|(number, delta)| numbered(*number, delta)).collect();
        all.push(completed(&[]));
        let decoded = events(&all.iter().map(String::as_str).collect::<Vec<_>>());
        texts(&decoded.result.unwrap()).concat()
    };
    assert_eq!(said(&[(4, "a"), (5, "b"), (5, "b"), (6, "c"), (6, "c"), (7, "d")]), "abcd");
    // Some servers give every event the same number.
    assert_eq!(said(&[(0, "ha"), (0, "ha"), (0, "ha")]), "hahaha");
}

const DELTA: &str =
    r#"{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"told"}"#;

fn done(text: &str) -> String {
    format!(
        r#"{{"type":"response.output_item.done","output_index":0,"item":{{"type":"message","id":"m","role":"assistant","content":[{{"type":"output_text","text":"{text}"}}]}}}}"#
    )
}

fn completed(texts: &[&str]) -> String {
    let items = texts.iter().map(|text| {
        format!(
            r#"{{"type":"message","id":"m2","role":"assistant","content":[{{"type":"output_text","text":"{text}"}}]}}"#
        )
    });
    let items = items.collect::<Vec<_>>().join(",");
    format!(
        r#"{{"type":"response.completed","response":{{"id":"r","status":"completed","output":[{items}]}}}}"#
    )
}

#[test]
fn the_whole_item_counts_more_than_its_deltas() {
    let answer = events(&[DELTA, &done("said"), &completed(&[])]).result.unwrap();
    assert_eq!(texts(&answer), ["said"]);
    assert!(answer.warnings.is_empty());
}

#[test]
fn a_whole_item_that_leaves_out_its_content_takes_nothing_back() {
    let empty =
        r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[]}}"#;
    let answer = events(&[DELTA, empty, &completed(&[])]).result.unwrap();
    assert_eq!(texts(&answer), ["told"]);
    let answer = events(&[DELTA, &done(""), &completed(&[])]).result.unwrap();
    assert_eq!(texts(&answer), ["told"]);
}

#[test]
fn the_final_output_has_the_last_word_and_the_answer_starts_again_where_it_differs() {
    let decoded = events(&[DELTA, &done("told"), &completed(&["other", "more"])]);
    assert!(decoded.chunks.contains(&StreamChunk::Reset { head: None }));
    let answer = decoded.result.unwrap();
    assert_eq!(texts(&answer), ["other", "more"]);
    assert_eq!(answer.response_id.as_deref(), Some("r"));
    assert_eq!(answer.warnings[0].kind, WarningKind::Inconsistent);
}

#[test]
fn a_final_output_that_says_the_same_under_other_ids_tells_nothing_again() {
    let decoded = events(&[DELTA, &done("told"), &completed(&["told"])]);
    assert!(!decoded.chunks.contains(&StreamChunk::Reset { head: None }));
    assert_eq!(texts(&decoded.result.unwrap()), ["told"]);
}

#[test]
fn a_final_output_that_says_more_is_told_to_its_end() {
    let decoded = events(&[DELTA, &done("told"), &completed(&["told", "more"])]);
    assert!(!decoded.chunks.contains(&StreamChunk::Reset { head: None }));
    assert_eq!(texts(&decoded.result.unwrap()), ["told", "more"]);
}

#[test]
fn an_item_without_an_end_of_its_own_ends_with_the_final_output() {
    let decoded = events(&[DELTA, &completed(&["told and more"])]);
    assert!(!decoded.chunks.contains(&StreamChunk::Reset { head: None }));
    assert_eq!(texts(&decoded.result.unwrap()), ["told and more"]);
}

#[test]
fn contents_that_were_told_in_another_order_are_put_right_by_the_final_output() {
    let second = DELTA.replace("\"content_index\":0", "\"content_index\":1");
    let two = r#"[{"type":"output_text","text":"first"},{"type":"output_text","text":"told"}]"#;
    let item = format!(r#"{{"type":"message","id":"m","role":"assistant","content":{two}}}"#);
    let done = format!(r#"{{"type":"response.output_item.done","output_index":0,"item":{item}}}"#);
    let end = format!(
        r#"{{"type":"response.completed","response":{{"id":"r","status":"completed","output":[{item}]}}}}"#
    );
    assert_eq!(texts(&events(&[&second, &done, &end]).result.unwrap()), ["first", "told"]);
}

#[test]
fn an_item_that_is_told_twice_is_one() {
    let answer = events(&[DELTA, &done("told"), &done("told"), &completed(&[])]).result.unwrap();
    assert_eq!(texts(&answer), ["told"]);
}

#[test]
fn a_place_that_is_used_again_is_that_of_another_item() {
    let added =
        r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"message","content":[]}}"#;
    let answer = events(&[added, DELTA, added, DELTA, &completed(&[])]).result.unwrap();
    assert_eq!(texts(&answer), ["told", "told"]);
}

#[test]
fn a_message_whose_content_is_a_text_is_read() {
    let body = r#"{"id":"r","status":"completed","output":[{"type":"message","role":"assistant","content":"plain"}]}"#;
    let answer = bytes(Delivery::Whole, body).result.unwrap();
    assert_eq!(texts(&answer), ["plain"]);
}

#[test]
fn counters_that_are_whole_fractions_are_read_and_others_are_not_guessed() {
    let body =
        r#"{"id":"r","status":"completed","output":[],"usage":{"input_tokens":3.0,"output_tokens":"4"}}"#;
    let usage = bytes(Delivery::Whole, body).result.unwrap().usage.unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens), (Some(3), None));
}
