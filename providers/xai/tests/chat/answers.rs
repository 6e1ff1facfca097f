//! What only xAI's answers do; the wire format itself is tested where it lives.

use steer_core::message::CitationTarget;
use steer_core::{CompletionResponse, Delivery, Part, StopReason};
use steer_testkit::conformance::Subject;

fn read(file: &str) -> CompletionResponse {
    let path = format!("{}/tests/fixtures/chat/{file}", env!("CARGO_MANIFEST_DIR"));
    let delivery = if file.ends_with("whole.json") { Delivery::Whole } else { Delivery::Stream };
    let subject =
        Subject::speaking(steer_xai::REGISTRATION, "xai/grok-4.7", Some(steer_xai::CHAT_API)).unwrap();
    subject.decode(delivery, [std::fs::read(path).unwrap().into()]).result.unwrap()
}

/// All of an answer, without what the vendor's own JSON says again.
fn snapshot(name: &str, answer: &CompletionResponse) {
    let mut answer = answer.clone();
    answer.raw.clear();
    insta::with_settings!({ omit_expression => true }, { insta::assert_json_snapshot!(name, answer) });
}

#[test]
fn thinking_that_is_counted_beside_the_answer_is_part_of_its_output() {
    let answer = read("thinking.stream.sse");
    snapshot("thinking", &answer);
    let usage = answer.usage.unwrap();
    assert_eq!((usage.output_tokens, usage.reasoning_tokens), (Some(41), Some(37)));
    assert_eq!(usage.provider_cost.as_deref(), Some("1234500"), "in the vendor's own ticks");
}

#[test]
fn what_the_cache_served_is_part_of_the_prompt_also_where_it_is_counted_beside_it() {
    let usage = read("cached_beside_prompt.stream.sse").usage.unwrap();
    assert_eq!((usage.input_tokens, usage.cache_read_tokens), (Some(50), Some(40)));
    assert_eq!(usage.input_uncached_tokens, Some(10));
}

#[test]
fn a_call_whose_arguments_come_at_once_is_whole() {
    let answer = read("call.stream.sse");
    snapshot("call", &answer);
    let calls = answer.extract_tool_calls();
    assert_eq!((calls.len(), calls[0].raw(), calls[0].complete), (1, r#"{"city":"Oslo"}"#, true));
    assert_eq!(answer.stop_reason, Some(StopReason::ToolUse));
}

#[test]
fn the_addresses_beside_an_answer_are_citations_of_its_text() {
    for file in ["citations.stream.sse", "citations.whole.json"] {
        let answer = read(file);
        let Part::Text(text) = &answer.content[0] else { unreachable!("the answer is a text") };
        let urls: Vec<&str> = text
            .citations
            .iter()
            .filter_map(|citation| match &citation.target {
                CitationTarget::Url { url, .. } => Some(url.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(urls, ["https://a.example/1", "https://b.example/2"], "{file}");
        assert_eq!(answer.usage.unwrap().server_tools, [("num_sources_used".to_owned(), 2)], "{file}");
    }
}

#[test]
fn a_chunk_behind_the_last_one_does_not_take_the_reason_back() {
    let answer = read("reason_then_null.stream.sse");
    assert_eq!(answer.stop_reason, Some(StopReason::EndTurn));
    assert_eq!(answer.stop_reason_raw.as_deref(), Some("stop"));
}

#[test]
fn a_piece_of_thinking_that_comes_twice_stays_since_words_repeat_too() {
    assert_eq!(read("thinking_twice.stream.sse").extract_thinking(), "Thinking... Thinking... ");
}
