//! What an answer cost.

use steer_core::usage::UsageProvenance;
use steer_core::{Delivery, StreamChunk, TokenUsage};

use crate::read::{answer, bytes, stream};

#[test]
fn counters_replace_each_other_unless_they_are_null() {
    let usage = answer("usage").usage.unwrap();
    assert_eq!(usage.input_uncached_tokens, Some(9));
    assert_eq!(usage.cache_read_tokens, Some(200));
    assert_eq!(usage.cache_write_tokens, Some(1000));
    assert_eq!((usage.cache_write_5m_tokens, usage.cache_write_1h_tokens), (Some(400), Some(600)));
    assert_eq!(usage.output_tokens, Some(16));
    assert_eq!(usage.provenance, UsageProvenance::Final);
}

#[test]
fn input_tokens_hold_what_the_cache_served_and_took() {
    assert_eq!(answer("usage").usage.unwrap().input_tokens, Some(1209));
}

#[test]
fn details_and_iterations_are_read() {
    let usage = answer("usage").usage.unwrap();
    assert_eq!(usage.reasoning_tokens, Some(7));
    let tools: Vec<(&str, u64)> =
        usage.server_tools.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert_eq!(tools, [("web_search_requests", 2), ("web_fetch_requests", 0)]);
    assert_eq!(
        usage.iterations.unwrap().get(),
        r#"[{"type":"message","input_tokens":9,"output_tokens":16}]"#
    );
    assert_eq!(usage.service_tier.as_deref(), Some("standard"));
    assert_eq!((usage.speed.as_deref(), usage.region.as_deref()), (Some("fast"), Some("eu")));
}

#[test]
fn counters_of_the_start_are_marked_as_partial() {
    let decoded = stream("usage");
    let snapshots: Vec<&TokenUsage> = decoded
        .chunks
        .iter()
        .filter_map(|chunk| match chunk {
            StreamChunk::Usage(usage) => Some(&**usage),
            _ => None,
        })
        .collect();
    assert_eq!(
        snapshots.iter().map(|usage| usage.output_tokens).collect::<Vec<_>>(),
        [Some(1), Some(5), Some(16)]
    );
    assert_eq!(snapshots[0].provenance, UsageProvenance::Partial);
}

#[test]
fn an_answer_without_counters_has_none_rather_than_zero() {
    let decoded = crate::read::changed("stop_sequence_first", "usage", "no_usage");
    assert_eq!(decoded.result.unwrap().usage, None);
}

/// What Amazon Bedrock puts beside the vendor's own events: <https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html>.
const METRICS: &str = r#""amazon-bedrock-invocationMetrics":{"inputTokenCount":90,"outputTokenCount":80}"#;

#[test]
fn quirk_32_the_metrics_of_another_host_are_counted_nowhere_and_begin_nothing() {
    let plain = answer("usage");
    let text =
        std::fs::read_to_string(format!("{}/tests/fixtures/usage.stream.sse", env!("CARGO_MANIFEST_DIR")))
            .unwrap();
    let stop = r#"{"type":"message_stop"}"#;
    assert!(text.contains(stop), "the fixture ends with a stop");
    let beside = text.replace(stop, &format!(r#"{{"type":"message_stop",{METRICS}}}"#));
    let start = format!("data: {{\"type\":\"message_start\",\"message\":null,{METRICS}}}\n\n");
    let place = beside.rfind("event: message_stop").unwrap();
    let before = format!("{}{start}{}", &beside[..place], &beside[place..]);
    for body in [beside, before] {
        let answer = bytes(Delivery::Stream, body.clone()).result.unwrap();
        assert_eq!(answer.usage, plain.usage, "{body}");
        assert_eq!(answer.extract_text(), plain.extract_text());
        assert_eq!(answer.origin, plain.origin);
    }
}
