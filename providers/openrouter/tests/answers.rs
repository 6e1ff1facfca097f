//! What only OpenRouter's answers do; the wire format itself is tested where it lives.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

use steer_core::message::CitationTarget;
use steer_core::{CompletionResponse, Delivery, Part, StopReason};
use steer_testkit::conformance::Subject;

fn read(file: &str) -> CompletionResponse {
    let path = format!("{}/tests/fixtures/{file}", env!("CARGO_MANIFEST_DIR"));
    let delivery = if file.ends_with("whole.json") { Delivery::Whole } else { Delivery::Stream };
    let subject =
        Subject::new(steer_openrouter::REGISTRATION, "openrouter/anthropic/claude-sonnet-5.5").unwrap();
    subject.decode(delivery, [std::fs::read(path).unwrap().into()]).result.unwrap()
}

/// All of an answer, without what the vendor's own JSON says again.
fn snapshot(name: &str, answer: &CompletionResponse) {
    let mut answer = answer.clone();
    answer.raw.clear();
    insta::with_settings!({ omit_expression => true }, { insta::assert_json_snapshot!(name, answer) });
}

#[test]
fn comments_that_keep_a_stream_alive_leave_no_trace_in_the_answer() {
    let answer = read("text.stream.sse");
    snapshot("text", &answer);
    assert_eq!(answer.extract_text(), "It rains.");
}

#[test]
fn what_an_answer_cost_and_what_the_cache_did_is_told() {
    for file in ["text.stream.sse", "text.whole.json"] {
        let usage = read(file).usage.unwrap();
        assert_eq!(usage.provider_cost.as_deref(), Some("0.0007"), "{file}");
        assert_eq!((usage.input_tokens, usage.input_uncached_tokens), (Some(200), Some(30)), "{file}");
        assert_eq!((usage.cache_read_tokens, usage.cache_write_tokens), (Some(150), Some(20)), "{file}");
        assert_eq!(usage.reasoning_tokens, Some(12), "{file}");
    }
}

#[test]
fn a_call_after_thinking_is_whole_and_the_thinking_is_not_said_twice() {
    for file in ["thinking_call.stream.sse", "thinking_call.whole.json"] {
        let answer = read(file);
        assert_eq!(answer.extract_thinking(), "Ask for it.", "{file}");
        let calls = answer.extract_tool_calls();
        assert_eq!(
            (calls.len(), calls[0].raw(), calls[0].complete),
            (1, r#"{"city":"Oslo"}"#, true),
            "{file}"
        );
        assert_eq!(answer.stop_reason, Some(StopReason::ToolUse), "{file}");
    }
    snapshot("thinking_call", &read("thinking_call.stream.sse"));
}

#[test]
fn the_pages_that_a_search_found_are_citations_of_the_text() {
    let answer = read("citations.stream.sse");
    let Part::Text(text) = &answer.content[0] else { unreachable!("the answer is a text") };
    let CitationTarget::Url { url, .. } = &text.citations[0].target else { unreachable!("it is a page") };
    assert_eq!(url, "https://weather.example");
}
