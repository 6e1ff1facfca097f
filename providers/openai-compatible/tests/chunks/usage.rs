//! Counters, wherever a server writes them.

use steer_core::TokenUsage;
use steer_core::usage::UsageProvenance;

use crate::read::{answer, whole};

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
