//! Counters, wherever a server writes them.

use steer_core::usage::UsageProvenance;
use steer_core::{Delivery, TokenUsage};

use crate::read::{answer, bytes, whole};

fn usage(name: &str) -> TokenUsage {
    answer(name).usage.unwrap()
}

#[test]
fn counters_are_found_in_each_of_their_places() {
    for (name, input, output) in [
        ("text_deltas", 19, 10),
        ("usage_after_choices", 5, 4),
        ("usage_beside_delta", 6, 5),
        ("usage_of_groq", 7, 3),
    ] {
        let usage = usage(name);
        assert_eq!((usage.input_tokens, usage.output_tokens), (Some(input), Some(output)), "{name}");
        assert_eq!(usage.provenance, UsageProvenance::Final, "{name}");
    }
}

#[test]
fn counters_in_every_chunk_are_not_added_up() {
    let usage = usage("usage_in_every_chunk");
    assert_eq!((usage.input_tokens, usage.output_tokens), (Some(9), Some(4)));
}

#[test]
fn thinking_that_is_counted_beside_the_answer_is_added_to_it() {
    let usage = usage("usage_thinking_outside");
    assert_eq!((usage.output_tokens, usage.reasoning_tokens), (Some(103), Some(94)));
}

#[test]
fn thinking_that_is_counted_inside_the_answer_is_not_added_twice() {
    let usage = usage("reasoning_deltas");
    assert_eq!((usage.output_tokens, usage.reasoning_tokens), (Some(8), Some(4)));
}

#[test]
fn what_the_cache_served_is_found_in_each_of_its_places() {
    for (name, read, written, uncached) in [
        ("usage_cached_deepseek", 16, None, 4),
        ("usage_cached_moonshot", 12, None, 8),
        ("usage_cached_mistral", 11, None, 9),
        ("usage_cached_written", 5, Some(10), 5),
        ("usage_cached_anthropic", 7, Some(3), 10),
    ] {
        let usage = whole(name).result.unwrap().usage.unwrap();
        assert_eq!((usage.cache_read_tokens, usage.cache_write_tokens), (Some(read), written), "{name}");
        assert_eq!(usage.input_uncached_tokens, Some(uncached), "{name}");
    }
}

#[test]
fn missing_counters_are_not_zero() {
    assert_eq!(whole("usage_missing").result.unwrap().usage, None);
}

#[test]
fn quirk_121_counters_may_be_fractions_that_are_whole_and_arguments_may_be_null() {
    let message = r#"{"role":"assistant","content":null,"tool_calls":[
        {"id":"c1","type":"function","function":{"name":"now","arguments":null}}]}"#;
    let body = format!(
        r#"{{"id":"1","model":"m","choices":[{{"index":0,"finish_reason":"tool_calls","message":{message}}}],
            "usage":{{"prompt_tokens":7.0,"completion_tokens":3.0}}}}"#
    );
    let answer = bytes(Delivery::Whole, body).result.unwrap();
    let call = &answer.extract_tool_calls()[0];
    assert_eq!((call.name.as_str(), call.value().unwrap()), ("now", serde_json::json!({})));
    let usage = answer.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens), (Some(7), Some(3)));
}
