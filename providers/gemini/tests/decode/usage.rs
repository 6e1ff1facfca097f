//! Counters: <https://ai.google.dev/gemini-api/docs/tokens>.

use steer_core::Delivery;
use steer_core::usage::{ModalityTokens, TokenPlace, UsageProvenance};

use crate::read::{answer, bytes};

#[test]
fn quirk_106_thoughts_and_the_prompts_of_tools_are_inside_the_totals() {
    let usage = answer("usage").usage.unwrap();
    assert_eq!((usage.input_tokens, usage.tool_prompt_tokens), (Some(25), Some(5)));
    assert_eq!((usage.output_tokens, usage.reasoning_tokens), (Some(40), Some(31)));
    assert_eq!((usage.cache_read_tokens, usage.input_uncached_tokens), (Some(12), Some(13)));
    assert_eq!((usage.service_tier.as_deref(), usage.provenance), (Some("priority"), UsageProvenance::Final));
    assert_eq!(
        usage.modalities,
        [
            ModalityTokens::new(TokenPlace::Input, "text", 20),
            ModalityTokens::new(TokenPlace::ToolPrompt, "text", 5),
            ModalityTokens::new(TokenPlace::Output, "image", 9),
            ModalityTokens::new(TokenPlace::Cached, "text", 12),
        ]
    );
    assert!(usage.raw.unwrap().get().contains("ON_DEMAND"));
}

#[test]
fn quirk_106_the_last_count_is_taken_whole() {
    assert_eq!(answer("thinking").usage.unwrap().output_tokens, Some(13));
}

#[test]
fn counters_that_count_nothing_are_no_usage_and_are_kept() {
    let body = r#"{"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":{"trafficType":"ON_DEMAND"}}"#;
    let answer = bytes(Delivery::Whole, body).result.unwrap();
    assert_eq!(answer.usage, None);
    assert_eq!(answer.provider_metadata["usageMetadata"].get(), r#"{"trafficType":"ON_DEMAND"}"#);
}

#[test]
fn a_counter_that_cannot_be_read_costs_no_other() {
    let body = r#"{"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":{"promptTokenCount":-1,"candidatesTokenCount":3,"promptTokensDetails":7}}"#;
    let usage = bytes(Delivery::Whole, body).result.unwrap().usage.unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens), (None, Some(3)));
}

#[test]
fn a_count_by_medium_that_cannot_be_read_costs_no_other() {
    let body = r#"{"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":{"promptTokenCount":2,"promptTokensDetails":[{"modality":"TEXT","tokenCount":2},{"tokenCount":"x"}],"candidatesTokensDetails":[{"modality":"TEXT","tokenCount":3}]}}"#;
    let usage = bytes(Delivery::Whole, body).result.unwrap().usage.unwrap();
    assert_eq!(usage.modalities, [ModalityTokens::new(TokenPlace::Output, "text", 3)]);
    assert_eq!(usage.raw.unwrap().get(), &body[body.find(r#"{"prompt"#).unwrap()..body.len() - 1]);
}
