//! Counters and times: <https://docs.ollama.com/api/usage>.

use std::sync::Arc;

use futures::StreamExt;
use steer_core::auth::Environment;
use steer_core::usage::UsageProvenance;
use steer_core::{Client, CompletionRequest, CompletionResponse, StreamChunk, WarningKind};
use steer_testkit::transport::{Response, ScriptedTransport};

use crate::read::{answer, changed};

#[test]
fn the_counters_are_those_of_the_last_line() {
    let answer = answer("text");
    let usage = answer.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens), (Some(26), Some(12)));
    assert_eq!((usage.reasoning_tokens, usage.cache_read_tokens), (None, None));
    assert_eq!(usage.provenance, UsageProvenance::Final);
    assert_eq!(usage.raw.unwrap().get(), "{\"prompt_eval_count\":26,\"eval_count\":12}");
}

#[test]
fn the_times_are_kept() {
    let metadata = answer("text").provider_metadata;
    for (key, value) in [
        ("total_duration", "4883583458"),
        ("load_duration", "1334875"),
        ("prompt_eval_duration", "342546000"),
        ("eval_duration", "4535599000"),
    ] {
        assert_eq!(metadata[key].get(), value);
    }
}

#[test]
fn a_counter_that_is_missing_is_not_zero_and_an_odd_one_is_kept() {
    let usage = changed("text", "\"prompt_eval_count\":26,", "").result.unwrap().usage.unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens), (None, Some(12)));
    let answer = changed("text", "\"eval_count\":12", "\"eval_count\":-1").result.unwrap();
    assert_eq!(answer.usage.unwrap().output_tokens, None);
    assert_eq!(answer.provider_metadata["eval_count"].get(), "-1");
}

const CATALOG: &str = "[[models]]\nprovider = \"ollama\"\nid = \"small\"\ndisplay_name = \"Small\"\ncontext_window_tokens = 26\n";

/// An answer whose prompt was counted as 26 tokens.
async fn counted(request: CompletionRequest) -> CompletionResponse {
    let body = include_str!("../fixtures/text.stream.jsonl");
    let client = Client::builder()
        .only_registered()
        .register(steer_ollama::REGISTRATION)
        .environment(Environment::of::<&str, &str>([]))
        .catalog("models", CATALOG)
        .transport(Arc::new(ScriptedTransport::new(Response::sse(body))))
        .build()
        .unwrap();
    let mut stream = client.stream_complete(request).await.unwrap();
    loop {
        if let StreamChunk::MessageComplete(answer) = stream.next().await.unwrap().unwrap() {
            return *answer;
        }
    }
}

#[tokio::test]
async fn quirk_95_a_prompt_that_fills_the_window_is_warned_of() {
    let ask = |model: &str| CompletionRequest::new(format!("ollama/{model}")).user("Hello");
    let set = |tokens: u64| {
        let options = serde_json::json!({"num_ctx": tokens});
        ask("small").provider_option("ollama", "options", options)
    };
    for (request, is_warned) in
        [(ask("small"), true), (ask("other"), false), (set(4096), false), (set(20), true), (set(27), false)]
    {
        let answer = counted(request).await;
        let found: Vec<_> =
            answer.warnings.iter().map(|warning| (warning.kind, warning.subject.as_str())).collect();
        let expected: &[_] = if is_warned { &[(WarningKind::Converted, "prompt_eval_count")] } else { &[] };
        assert_eq!(found, expected);
        assert!(answer.extract_text().ends_with("second line."), "the answer is whole all the same");
    }
}
