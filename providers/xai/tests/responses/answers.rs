//! What only xAI's answers do; the wire format itself is tested where it lives.

use steer_core::message::{CitationTarget, Executor};
use steer_core::{CompletionResponse, Delivery, Part, StopReason};
use steer_testkit::conformance::Subject;

fn read(file: &str) -> CompletionResponse {
    let path = format!("{}/tests/fixtures/responses/{file}", env!("CARGO_MANIFEST_DIR"));
    let delivery = if file.ends_with("whole.json") { Delivery::Whole } else { Delivery::Stream };
    let subject = Subject::new(steer_xai::REGISTRATION, "xai/grok-4.7").unwrap();
    subject.decode(delivery, [std::fs::read(path).unwrap().into()]).result.unwrap()
}

/// All of an answer, without what the vendor's own JSON says again.
fn snapshot(name: &str, answer: &CompletionResponse) {
    let mut answer = answer.clone();
    answer.raw.clear();
    insta::with_settings!({ omit_expression => true }, { insta::assert_json_snapshot!(name, answer) });
}

#[test]
fn thinking_is_summed_up_and_sealed_and_counted_in_the_output() {
    let answer = read("thinking.stream.sse");
    snapshot("thinking", &answer);
    let usage = answer.usage.unwrap();
    assert_eq!((usage.output_tokens, usage.reasoning_tokens), (Some(41), Some(37)));
    assert_eq!(usage.provider_cost.as_deref(), Some("1234500"), "in the vendor's own ticks");
    let Part::Thinking(thinking) = &answer.content[0] else { unreachable!("it thinks first") };
    assert_eq!(thinking.seal.as_ref().map(|seal| seal.data.as_str()), Some("c2VhbGVk"));
}

#[test]
fn a_call_waits_for_the_program() {
    let answer = read("call.whole.json");
    let calls = answer.extract_tool_calls();
    assert_eq!((calls.len(), calls[0].id.as_str(), calls[0].raw()), (1, "call_1", r#"{"city":"Oslo"}"#));
    assert_eq!(answer.stop_reason, Some(StopReason::ToolUse));
}

#[test]
fn the_vendors_own_tools_are_run_by_the_vendor_also_where_it_tells_of_them_as_of_free_text_tools() {
    for file in ["tools.stream.sse", "tools.whole.json"] {
        let answer = read(file);
        let calls: Vec<(&str, Executor, &str)> = answer
            .content
            .iter()
            .filter_map(|part| match part {
                Part::ToolCall(part) => Some((part.call.name.as_str(), part.executor, part.call.raw())),
                _ => None,
            })
            .collect();
        let by_vendor = Executor::Provider;
        let wanted = [
            ("web_search", by_vendor, r#"{"query":"snow oslo"}"#),
            ("x_semantic_search", by_vendor, r#"{"query":"snow"}"#),
            ("x_keyword_search", by_vendor, r#"{"query":"snow","limit":3}"#),
            ("code_execution", by_vendor, r#"{"code":"print(2)"}"#),
        ];
        assert_eq!(calls, wanted, "{file}");
        assert!(!answer.has_tool_calls(), "{file}: there is nothing for the program to run");
        assert_eq!(answer.stop_reason, Some(StopReason::EndTurn), "{file}");
        assert!(answer.content.iter().all(|part| !matches!(part, Part::Opaque(_))), "{file}");
    }
}

#[test]
fn the_addresses_that_an_answer_cites_are_citations_of_its_text() {
    for file in ["tools.stream.sse", "tools.whole.json"] {
        let answer = read(file);
        let Some(Part::Text(text)) = answer.content.last() else { unreachable!("it ends with a text") };
        let url = |target: &CitationTarget| match target {
            CitationTarget::Url { url, .. } => url.clone(),
            _ => String::new(),
        };
        let urls: Vec<String> = text.citations.iter().map(|citation| url(&citation.target)).collect();
        assert_eq!(urls, ["https://a.example/1", "https://x.com/i/status/2"], "{file}");
    }
}

#[test]
fn how_often_the_vendors_tools_ran_is_counted() {
    let usage = read("tools.stream.sse").usage.unwrap();
    let wanted = ["web_search_call", "x_search_call", "custom_tool_call", "code_interpreter_call"]
        .map(|kind| (kind.to_owned(), 1));
    assert_eq!(usage.server_tools, wanted);
}

#[test]
fn what_the_cache_served_is_part_of_the_input_also_where_it_is_counted_beside_it() {
    let usage = read("cached_beside_input.stream.sse").usage.unwrap();
    assert_eq!((usage.input_tokens, usage.cache_read_tokens), (Some(50), Some(40)));
    assert_eq!(usage.input_uncached_tokens, Some(10));
}
