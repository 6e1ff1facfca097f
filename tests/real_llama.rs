//! A real model, run by llama.cpp's own server: what it says is its own, so that only the shape of it is checked.
#![cfg(all(feature = "anthropic", feature = "openai-compatible"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "only tests call it")]

mod real_servers;

use std::time::{Duration, Instant};

use futures::StreamExt;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use steer::{
    CancellationToken, Client, ClientCall, CompletionRequest, CompletionResponse, Delivery, EndProof,
    ErrorKind, InputSchema, Message, ResponseFormat, StopReason, StreamChunk, ToolChoice, ToolResult,
    ToolSchema,
};

use real_servers::{Dialect, Server, read, variable};

struct Llama {
    server: Server,
    model: String,
}

impl Llama {
    fn running() -> Self {
        Self { server: Server::named("LLAMA"), model: variable("STEER_REAL_LLAMA_MODEL") }
    }

    fn client(&self, dialect: Dialect) -> Client {
        self.server.client(dialect, &self.server.key)
    }

    fn ask(&self, dialect: Dialect, text: &str) -> CompletionRequest {
        dialect.ask(&self.model, text)
    }

    /// How many of the server's slots are at work.
    async fn busy(&self) -> usize {
        let slots = self.server.get("/slots").await;
        let slots = slots.as_array().expect("a list of slots");
        assert!(!slots.is_empty());
        slots.iter().filter(|slot| slot["is_processing"] == true).count()
    }

    /// Waits until that many slots are at work; a server that goes on to the end of an answer would take longer.
    async fn wait_until_busy(&self, wanted: usize) {
        // While it writes a whole answer, the server looks for a closed connection only after a second in which
        // nobody asked it anything, so that who asks more often never sees it stop.
        let pause = Duration::from_millis(if wanted == 0 { 1500 } else { 50 });
        let start = Instant::now();
        while self.busy().await != wanted {
            assert!(start.elapsed() < Duration::from_secs(20), "not {wanted} slots are busy after 20 s");
            tokio::time::sleep(pause).await;
        }
    }
}

/// A request whose answer takes minutes.
fn endless(request: CompletionRequest) -> CompletionRequest {
    request.max_output_tokens(1900).provider_option("openai-compatible", "ignore_eos", true).provider_option(
        "anthropic",
        "ignore_eos",
        true,
    )
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Weather {
    city: City,
    tomorrow: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
// Written out in the schema: behind a `$ref` the server lets the model ramble until its limit.
#[schemars(inline)]
enum City {
    Oslo,
    Rome,
}

/// A schema that leaves a small model no room to ramble.
fn schema() -> serde_json::Value {
    json!({
        "type": "object",
        "properties": {
            "city": {"type": "string", "enum": ["oslo", "rome"]},
            "tomorrow": {"type": "boolean"}
        },
        "required": ["city", "tomorrow"],
        "additionalProperties": false
    })
}

fn weather_tool() -> ToolSchema {
    ToolSchema::new("get_weather", InputSchema::from_json(schema()).unwrap())
        .description("The weather of a city, today or tomorrow")
}

/// What every whole answer has.
fn check(answer: &CompletionResponse, model: &str) {
    assert_eq!(answer.proof, Some(EndProof::Confirmed));
    assert!(answer.response_id.as_deref().is_some_and(|id| !id.is_empty()));
    assert_eq!(answer.model.as_deref(), Some(model));
    let usage = answer.usage.as_ref().expect("the server counts tokens");
    assert!(usage.input_tokens.unwrap() > 0 && usage.output_tokens.unwrap() > 0, "{usage:?}");
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn a_whole_answer_has_text_usage_an_id_and_a_reason_why_it_ended() {
    let llama = Llama::running();
    for dialect in Dialect::ALL {
        let request = llama.ask(dialect, "Say hello.").system("You are brief.").delivery(Delivery::Whole);
        let answer = llama.client(dialect).complete(request).await.unwrap();
        check(&answer, &llama.model);
        assert!(!answer.extract_text().is_empty(), "{dialect:?}");
        assert!(
            matches!(answer.stop_reason, Some(StopReason::EndTurn | StopReason::MaxOutputTokens)),
            "{dialect:?}: {answer:?}"
        );
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn a_stream_brings_the_text_in_pieces_and_ends_with_the_whole_of_it() {
    let llama = Llama::running();
    for dialect in Dialect::ALL {
        let request = llama.ask(dialect, "Count from one to a hundred in words.").max_output_tokens(24);
        let stream = llama.client(dialect).stream_complete(request).await.unwrap();
        assert_eq!(stream.head().status, Some(200));
        let (deltas, answer) = read(stream).await;
        let answer = answer.unwrap();
        check(&answer, &llama.model);
        assert!(deltas.len() > 1, "{dialect:?}: {} pieces", deltas.len());
        assert_eq!(deltas.concat(), answer.extract_text(), "{dialect:?}");
        assert!(answer.usage.unwrap().output_tokens.unwrap() <= 24);
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn an_answer_that_reaches_its_limit_says_so() {
    let llama = Llama::running();
    for dialect in Dialect::ALL {
        for delivery in [Delivery::Stream, Delivery::Whole] {
            let request =
                endless(llama.ask(dialect, "Tell a story.")).max_output_tokens(5).delivery(delivery);
            let answer = llama.client(dialect).complete(request).await.unwrap();
            check(&answer, &llama.model);
            assert_eq!(answer.stop_reason, Some(StopReason::MaxOutputTokens), "{dialect:?}, {delivery:?}");
            assert_eq!(answer.usage.unwrap().output_tokens, Some(5), "{dialect:?}, {delivery:?}");
        }
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn a_required_tool_is_called_with_arguments_that_fit_its_schema() {
    let llama = Llama::running();
    for dialect in Dialect::ALL {
        for delivery in [Delivery::Stream, Delivery::Whole] {
            let request = llama
                .ask(dialect, "Will it rain in Rome tomorrow?")
                .tool(weather_tool())
                .tool_choice(ToolChoice::Required)
                .temperature(0.0)
                .max_output_tokens(256)
                .delivery(delivery);
            let answer = llama.client(dialect).complete(request).await.unwrap();
            check(&answer, &llama.model);
            assert_called(&answer, &format!("{dialect:?}, {delivery:?}"));
        }
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn a_tool_that_is_chosen_by_name_is_called() {
    // Over Chat Completions the server reads a choice by name as "auto", which it is free to answer with text.
    let llama = Llama::running();
    let request = llama
        .ask(Dialect::Messages, "Will it rain in Rome tomorrow?")
        .tool(weather_tool())
        .tool_choice(ToolChoice::Tool("get_weather".to_owned()))
        .temperature(0.0)
        .max_output_tokens(256);
    let stream = llama.client(Dialect::Messages).stream_complete(request).await.unwrap();
    let answer = read(stream).await.1.unwrap();
    check(&answer, &llama.model);
    assert_called(&answer, "by name");
}

fn assert_called(answer: &CompletionResponse, case: &str) {
    assert_eq!(answer.stop_reason, Some(StopReason::ToolUse), "{case}: {answer:?}");
    let calls = answer.extract_tool_calls();
    assert!(!calls.is_empty(), "{case}");
    for call in calls {
        assert_eq!(call.name, "get_weather", "{case}");
        assert!(call.complete && !call.id.is_empty(), "{case}");
        let Weather { city: City::Oslo | City::Rome, tomorrow: true | false } = call.parse().unwrap();
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn a_tools_result_is_taken_into_the_next_turn() {
    let llama = Llama::running();
    for dialect in Dialect::ALL {
        let client = llama.client(dialect);
        let asked = llama
            .ask(dialect, "Will it rain in Rome tomorrow?")
            .tool(weather_tool())
            .tool_choice(ToolChoice::Required)
            .temperature(0.0)
            .max_output_tokens(256);
        let called = client.complete(asked.clone()).await.unwrap();
        let ids: Vec<String> = called.tool_calls().map(|call| call.id.clone()).collect();
        let mut conversation = asked.message(called.into_message()).max_output_tokens(16);
        conversation.tool_choice = Some(ToolChoice::None);
        let mut read = Vec::new();
        for result in ["rain".to_owned(), "rain ".repeat(100)] {
            let results = ids.iter().map(|id| ToolResult::text(id, result.as_str()).for_tool("get_weather"));
            let next = conversation.clone().message(Message::tools(results));
            let answer = client.complete(next).await.unwrap();
            check(&answer, &llama.model);
            read.push(answer.usage.unwrap().input_tokens.unwrap());
        }
        assert!(read[1] >= read[0] + 90, "{dialect:?}: the model reads what the tool says: {read:?}");
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn an_answer_that_must_fit_a_schema_fits_it() {
    // The server takes a schema for the answer over Chat Completions alone.
    let llama = Llama::running();
    for delivery in [Delivery::Stream, Delivery::Whole] {
        let request = llama
            .ask(Dialect::Chat, "Will it rain in Rome tomorrow? Answer as JSON.")
            .response_format(ResponseFormat::json_schema("weather", schema()))
            .temperature(0.0)
            .max_output_tokens(256)
            .delivery(delivery);
        let answer = llama.client(Dialect::Chat).complete(request).await.unwrap();
        check(&answer, &llama.model);
        assert_eq!(answer.stop_reason, Some(StopReason::EndTurn), "{delivery:?}");
        let Weather { city: City::Oslo | City::Rome, tomorrow: true | false } =
            serde_json::from_str(&answer.extract_text()).unwrap();
    }
}

#[cfg(feature = "tools")]
#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn a_tool_that_the_model_calls_runs_and_the_model_is_asked_again() {
    use steer::tools::{Tool, ToolBox};

    let llama = Llama::running();
    for dialect in Dialect::ALL {
        let tool = Tool::new("get_weather", async |_: Weather| Ok("rain")).unwrap();
        let request = llama
            .ask(dialect, "Will it rain in Rome tomorrow?")
            .tool_choice(ToolChoice::Required)
            .temperature(0.0)
            .max_output_tokens(256);
        let tools = ToolBox::new([tool]).unwrap();
        let run =
            llama.client(dialect).run_tools(request, tools).max_steps(2).stream().collect().await.unwrap();
        assert_eq!(run.steps.len(), 2, "{dialect:?}: {:?}", run.end);
        assert!(run.steps[0].called.iter().all(|name| name == "get_weather"), "{dialect:?}");
        let results = &run.request.messages[2].parts;
        assert_eq!(results.len(), run.steps[0].called.len(), "{dialect:?}");
        let tokens = |step: usize| run.steps[step].usage.as_ref().unwrap().input_tokens.unwrap();
        assert!(tokens(1) > tokens(0), "{dialect:?}: the model reads what the tool says");
        assert_eq!(run.usage.input_tokens, Some(tokens(0) + tokens(1)), "{dialect:?}");
    }
}

#[cfg(feature = "schemars-1")]
#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn an_answer_is_a_type_whole_and_while_it_comes() {
    use steer::{AnswerStrategy, TypedChunk};

    // The server takes a schema for the answer over Chat Completions alone.
    let llama = Llama::running();
    let request = llama
        .ask(Dialect::Chat, "Will it rain in Rome tomorrow? Answer as JSON.")
        .temperature(0.0)
        .max_output_tokens(256);
    let client = llama.client(Dialect::Chat);
    let answer = client.complete_as::<Weather>(request.clone()).await.unwrap();
    check(&answer.response, &llama.model);
    assert_eq!((answer.strategy, answer.attempts), (AnswerStrategy::Native, 1));

    let mut stream = client.stream_as::<Weather>(request);
    let mut grown = Vec::new();
    let mut whole = None;
    while let Some(event) = stream.next().await {
        match event.unwrap() {
            TypedChunk::Chunk { grew: true, .. } => grown.push(stream.partial().clone()),
            TypedChunk::Complete(answer) => whole = Some(answer.value),
            _ => {}
        }
    }
    assert!(grown.len() > 2, "a value in pieces: {grown:?}");
    let last = grown.pop().unwrap();
    assert_eq!(last["tomorrow"], whole.unwrap().tomorrow);
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn a_wrong_key_is_refused_and_not_repeated_in_the_error() {
    let llama = Llama::running();
    let wrong = "a-key-that-is-wrong";
    for dialect in Dialect::ALL {
        for delivery in [Delivery::Stream, Delivery::Whole] {
            let client = llama.server.client(dialect, wrong);
            let error = client.complete(llama.ask(dialect, "Hello").delivery(delivery)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::AuthenticationFailed, "{dialect:?}: {error}");
            assert_eq!(error.status(), Some(401), "{dialect:?}");
            assert!(!error.is_retryable());
            assert!(!format!("{error} {error:?}").contains(wrong));
        }
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn a_prompt_that_does_not_fit_the_context_is_told_from_other_bad_requests() {
    let llama = Llama::running();
    for dialect in Dialect::ALL {
        for delivery in [Delivery::Stream, Delivery::Whole] {
            let request = llama.ask(dialect, &"word ".repeat(6000)).delivery(delivery);
            let error = llama.client(dialect).complete(request).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ContextLength, "{dialect:?}: {error}");
            assert_eq!(error.status(), Some(400), "{dialect:?}");
            assert_eq!(error.code(), Some("exceed_context_size_error"), "{dialect:?}");
        }
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn a_stream_that_is_dropped_frees_the_servers_slot() {
    let llama = Llama::running();
    for dialect in Dialect::ALL {
        llama.wait_until_busy(0).await;
        let request = endless(llama.ask(dialect, "Tell a long story."));
        let mut stream = llama.client(dialect).stream_complete(request).await.unwrap();
        while !matches!(stream.next().await.unwrap().unwrap(), StreamChunk::TextDelta { .. }) {}
        assert_eq!(llama.busy().await, 1, "{dialect:?}: the answer is still being written");
        drop(stream);
        llama.wait_until_busy(0).await;
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn a_cancelled_call_ends_with_what_had_come_and_frees_the_servers_slot() {
    let llama = Llama::running();
    for dialect in Dialect::ALL {
        llama.wait_until_busy(0).await;
        let token = CancellationToken::new();
        let request = endless(llama.ask(dialect, "Tell a long story."));
        let call = ClientCall::new(request).cancel_on(token.clone());
        let mut stream = llama.client(dialect).stream_complete(call).await.unwrap();
        let mut first = String::new();
        while first.is_empty() {
            if let StreamChunk::TextDelta { text, .. } = stream.next().await.unwrap().unwrap() {
                first = text;
            }
        }
        token.cancel();
        let (more, end) = read(stream).await;
        let error = end.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled, "{dialect:?}: {error}");
        assert_eq!(error.partial().unwrap().extract_text(), first + &more.concat(), "{dialect:?}");
        llama.wait_until_busy(0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn a_call_that_is_cancelled_while_the_server_is_at_work_ends_at_once() {
    let llama = Llama::running();
    for dialect in Dialect::ALL {
        llama.wait_until_busy(0).await;
        let token = CancellationToken::new();
        let request = endless(llama.ask(dialect, "Tell a long story.")).delivery(Delivery::Whole);
        let call = ClientCall::new(request).cancel_on(token.clone());
        let client = llama.client(dialect);
        let answering = tokio::spawn(async move { client.complete(call).await });
        llama.wait_until_busy(1).await;
        let cancelled = Instant::now();
        token.cancel();
        let error = answering.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled, "{dialect:?}: {error}");
        assert!(cancelled.elapsed() < Duration::from_secs(2), "{dialect:?}");
        llama.wait_until_busy(0).await;
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn calls_in_parallel_get_their_own_answers() {
    let llama = Llama::running();
    for dialect in Dialect::ALL {
        let client = llama.client(dialect);
        let ask = |text| client.complete(llama.ask(dialect, text).max_output_tokens(12));
        let answers = tokio::join!(ask("Say one."), ask("Say two."), ask("Say three."));
        let answers = [answers.0.unwrap(), answers.1.unwrap(), answers.2.unwrap()];
        for answer in &answers {
            check(answer, &llama.model);
        }
        let ids: std::collections::BTreeSet<_> = answers.iter().map(|answer| &answer.response_id).collect();
        assert_eq!(ids.len(), answers.len(), "{dialect:?}");
    }
}
