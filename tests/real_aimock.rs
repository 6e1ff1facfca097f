//! A server that plays fixed answers and remembers what it was sent. The answers are in `xtask/assets/aimock.json`,
//! chosen by the user's last words.
#![cfg(all(feature = "anthropic", feature = "openai-compatible"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "only tests call it")]

mod real_servers;

use std::time::Duration;

use serde_json::{Value, json};
use steer::message::Part;
use steer::{
    CompletionRequest, CompletionResponse, Delivery, EndProof, ErrorKind, InputSchema, Message, StopReason,
    ToolChoice, ToolResult, ToolSchema,
};

use real_servers::{Dialect, Server, read};

const TEXT: &str = "The sky is blue because air scatters short waves more than long ones: «Rayleigh», 散乱.";

const CUT: &str = "This answer is cut off after a few of its pieces, long before all of it has come.";

const MODEL: &str = "made-up-model";

/// Both ways in which an answer may come.
const DELIVERIES: [Delivery; 2] = [Delivery::Stream, Delivery::Whole];

fn ask(dialect: Dialect, case: &str) -> CompletionRequest {
    dialect.ask(MODEL, &format!("case {case}"))
}

async fn answer(dialect: Dialect, request: CompletionRequest) -> CompletionResponse {
    let server = Server::named("AIMOCK");
    server.client(dialect, &server.key).complete(request).await.unwrap()
}

async fn refused(dialect: Dialect, request: CompletionRequest) -> steer::ApiError {
    let server = Server::named("AIMOCK");
    server.client(dialect, &server.key).complete(request).await.unwrap_err()
}

fn weather_tool() -> ToolSchema {
    ToolSchema::new("get_weather", InputSchema::from_json(weather_schema()).unwrap())
        .description("The weather of the next days")
}

fn weather_schema() -> Value {
    json!({
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city", "days"]
    })
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn text_comes_whole_and_in_pieces_exactly_as_it_was_sent() {
    let server = Server::named("AIMOCK");
    for dialect in Dialect::ALL {
        let client = server.client(dialect, &server.key);
        let (deltas, streamed) = read(client.stream_complete(ask(dialect, "text")).await.unwrap()).await;
        assert_eq!(deltas.len(), 5, "{dialect:?}");
        assert_eq!(deltas.concat(), TEXT, "{dialect:?}");
        let whole = client.complete(ask(dialect, "text").delivery(Delivery::Whole)).await.unwrap();
        for answer in [streamed.unwrap(), whole] {
            assert_eq!(answer.extract_text(), TEXT, "{dialect:?}");
            assert_eq!(answer.response_id.as_deref(), Some("answer-text"), "{dialect:?}");
            assert_eq!(answer.model.as_deref(), Some(MODEL), "{dialect:?}");
            assert_eq!(answer.stop_reason, Some(StopReason::EndTurn), "{dialect:?}");
            assert_eq!(answer.proof, Some(EndProof::Confirmed), "{dialect:?}");
            assert!(answer.request_id.is_some(), "{dialect:?}");
        }
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn reasoning_is_told_from_text_and_keeps_its_signature() {
    for dialect in Dialect::ALL {
        for delivery in DELIVERIES {
            let answer = answer(dialect, ask(dialect, "reasoning").delivery(delivery)).await;
            assert_eq!(answer.extract_text(), "Because of the air.", "{dialect:?}, {delivery:?}");
            assert_eq!(
                answer.extract_thinking(),
                "The question is about scattering, and the answer should be short.",
                "{dialect:?}, {delivery:?}"
            );
            assert!(matches!(answer.content[..], [Part::Thinking(_), Part::Text(_)]), "{dialect:?}");
            let kept = serde_json::to_string(&answer.content[0]).unwrap();
            let signed = kept.contains("c2lnbmF0dXJlIG9mIHRoZSB0aG91Z2h0");
            assert_eq!(signed, dialect == Dialect::Messages, "only that wire has signatures: {delivery:?}");
        }
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn tool_calls_in_parallel_keep_their_ids_order_and_arguments() {
    for dialect in Dialect::ALL {
        for delivery in DELIVERIES {
            let request = ask(dialect, "parallel").tool(weather_tool()).delivery(delivery);
            let answer = answer(dialect, request).await;
            assert_eq!(answer.stop_reason, Some(StopReason::ToolUse), "{dialect:?}, {delivery:?}");
            let calls = answer.extract_tool_calls();
            let read: Vec<(&str, &str, Value)> = calls
                .iter()
                .map(|call| (call.id.as_str(), call.name.as_str(), call.value().unwrap()))
                .collect();
            assert_eq!(
                read,
                [
                    ("call_oslo", "get_weather", json!({"city": "Oslo", "days": 2})),
                    ("call_rome", "get_weather", json!({"city": "Rome \"centro\"", "days": 1})),
                ],
                "{dialect:?}, {delivery:?}"
            );
            assert!(calls.iter().all(|call| call.complete), "{dialect:?}, {delivery:?}");
        }
    }
}

#[cfg(feature = "tools")]
#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn the_tools_that_an_answer_calls_run_and_are_answered_in_its_order() {
    use steer::tools::{Tool, ToolBox};

    for dialect in Dialect::ALL {
        let tool = Tool::of_schema(weather_tool(), async |asked: Value, _| Ok(asked["city"].clone()));
        let server = Server::named("AIMOCK");
        let client = server.client(dialect, &server.key);
        let tools = ToolBox::new([tool]).unwrap();
        let run = client.run_tools(ask(dialect, "parallel"), tools).await.unwrap();
        assert_eq!((run.text().as_ref(), run.steps.len()), ("Rain in Oslo, sun in Rome.", 2), "{dialect:?}");
        let results: Vec<_> = run.request.messages[2]
            .parts
            .iter()
            .map(|part| match part {
                Part::ToolResult(part) => {
                    (part.result.call_id.as_str(), part.result.content[0].to_text().unwrap())
                }
                _ => ("", String::new()),
            })
            .collect();
        let expected = [("call_oslo", "\"Oslo\""), ("call_rome", r#""Rome \"centro\"""#)];
        assert_eq!(results, expected.map(|(id, text)| (id, text.to_owned())), "{dialect:?}");
    }
}

#[cfg(feature = "schemars-1")]
#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn an_answer_that_is_not_of_the_type_goes_back_until_it_is() {
    #[derive(serde::Deserialize, schemars::JsonSchema)]
    struct Trip {
        city: String,
        days: u8,
    }

    let server = Server::named("AIMOCK");
    let client = server.client(Dialect::Chat, &server.key);
    let answer = client.complete_as::<Trip>(ask(Dialect::Chat, "misfit")).await.unwrap();
    assert_eq!((answer.value.city.as_str(), answer.value.days, answer.attempts), ("Oslo", 2, 2));
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn the_counted_tokens_are_the_servers_own() {
    for dialect in Dialect::ALL {
        for delivery in DELIVERIES {
            let answer = answer(dialect, ask(dialect, "usage").delivery(delivery)).await;
            let usage = answer.usage.unwrap();
            assert_eq!(
                (usage.input_tokens, usage.output_tokens),
                (Some(31), Some(7)),
                "{dialect:?}, {delivery:?}"
            );
        }
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn an_answer_that_reached_its_limit_says_so() {
    for dialect in Dialect::ALL {
        for delivery in DELIVERIES {
            let answer = answer(dialect, ask(dialect, "length").delivery(delivery)).await;
            assert_eq!(answer.stop_reason, Some(StopReason::MaxOutputTokens), "{dialect:?}, {delivery:?}");
            assert_eq!(answer.extract_text(), "The answer goes on and", "{dialect:?}, {delivery:?}");
        }
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn a_rate_limit_says_how_long_to_wait() {
    for dialect in Dialect::ALL {
        for delivery in DELIVERIES {
            let error = refused(dialect, ask(dialect, "limited").delivery(delivery)).await;
            assert_eq!(error.kind(), ErrorKind::RateLimited, "{dialect:?}: {error}");
            assert_eq!(error.status(), Some(429), "{dialect:?}");
            assert_eq!(error.retry_after(), Some(Duration::from_secs(7)), "{dialect:?}");
            assert_eq!(error.message(), "Too many requests in this minute", "{dialect:?}");
            assert_eq!(error.provider().unwrap().to_string(), dialect.provider());
            assert!(error.is_retryable() && error.request_id().is_some(), "{dialect:?}");
        }
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn a_failure_of_the_server_is_told_from_one_of_the_request() {
    for dialect in Dialect::ALL {
        let error = refused(dialect, ask(dialect, "broken")).await;
        assert_eq!((error.kind(), error.status()), (ErrorKind::ServerError, Some(500)), "{dialect:?}");
        assert_eq!(error.code(), Some("api_error"), "{dialect:?}");
        assert_eq!(error.retry_after(), None, "{dialect:?}");
        // The server is strict: for words that it has no answer to, it says 503.
        let error = refused(dialect, ask(dialect, "that nobody wrote")).await;
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Overloaded, Some(503)),
            "{dialect:?}: {error}"
        );
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn a_wrong_key_is_refused_and_not_repeated_in_the_error() {
    let server = Server::named("AIMOCK");
    let wrong = "a-key-that-is-wrong";
    for dialect in Dialect::ALL {
        let error = server.client(dialect, wrong).complete(ask(dialect, "text")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AuthenticationFailed, "{dialect:?}: {error}");
        assert_eq!(error.status(), Some(401), "{dialect:?}");
        assert!(!format!("{error} {error:?}").contains(wrong), "{dialect:?}");
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn a_stream_that_is_cut_off_is_an_error_with_what_had_come() {
    for dialect in Dialect::ALL {
        let error = cut_off(dialect, "truncated").await;
        let partial = error.partial().unwrap();
        let text = partial.extract_text();
        assert!(!text.is_empty() && text.len() < CUT.len() && CUT.starts_with(&*text), "{dialect:?}");
        assert_eq!((partial.proof, &partial.stop_reason), (None, &None), "{dialect:?}");
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn a_connection_that_breaks_is_an_error_with_what_had_come() {
    for dialect in Dialect::ALL {
        let error = cut_off(dialect, "disconnected").await;
        let partial = error.partial().unwrap();
        let text = partial.extract_text();
        assert!(text.starts_with("This answer comes sl"), "{dialect:?}");
        assert!(!text.contains("further still"), "{dialect:?}");
    }
}

/// The error of a stream that does not come to its end; its text had come before, as its deltas say.
async fn cut_off(dialect: Dialect, case: &str) -> steer::ApiError {
    let server = Server::named("AIMOCK");
    let stream = server.client(dialect, &server.key).stream_complete(ask(dialect, case)).await.unwrap();
    let (deltas, end) = read(stream).await;
    let error = end.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Truncated, "{dialect:?}: {error}");
    assert_eq!(error.partial().unwrap().extract_text(), deltas.concat(), "{dialect:?}");
    error
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn a_call_that_takes_too_long_is_a_timeout_with_what_had_come() {
    for dialect in Dialect::ALL {
        let mut request = ask(dialect, "slow");
        request.timeouts = request.timeouts.idle(Duration::from_millis(300));
        let error = refused(dialect, request).await;
        assert_eq!(error.kind(), ErrorKind::Timeout, "{dialect:?}: {error}");
        assert!(!error.is_retryable(), "{dialect:?}");
    }
}

#[tokio::test]
#[ignore = "needs the servers of cargo xtask real-servers"]
async fn the_server_got_what_was_asked_and_nothing_else() {
    let server = Server::named("AIMOCK");
    for dialect in Dialect::ALL {
        for delivery in DELIVERIES {
            let id = format!("sent-{dialect:?}-{delivery:?}-{}", std::process::id());
            let request = ask(dialect, "parallel")
                .system("Be brief.")
                .tool(weather_tool())
                .tool_choice(ToolChoice::Required)
                .temperature(0.25)
                .delivery(delivery)
                .header("x-test-id", &id);
            let first = answer(dialect, request.clone()).await;
            let results = first.tool_calls().map(|call| {
                ToolResult::text(call.id.clone(), format!("weather for {}", call.id)).for_tool(&call.name)
            });
            let results: Vec<_> = results.collect();
            let mut next = request.message(first.into_message()).message(Message::tools(results));
            next.tool_choice = None;
            let last = answer(dialect, next).await;
            assert_eq!(last.extract_text(), "Rain in Oslo, sun in Rome.", "{dialect:?}, {delivery:?}");

            let entries = server.get(&format!("/__aimock/journal?testId={id}")).await;
            let entries = entries.as_array().unwrap();
            assert_eq!(entries.len(), 2, "each request went out once: {dialect:?}, {delivery:?}");
            for entry in entries {
                assert_eq!((&entry["method"], &entry["path"]), (&json!("POST"), &json!(dialect.path())));
                assert_eq!(entry["headers"]["content-type"], "application/json");
                let body = &entry["body"];
                assert_eq!(body["model"], MODEL);
                assert_eq!(body["stream"].as_bool().unwrap_or(false), delivery == Delivery::Stream);
                assert_eq!(body["temperature"], 0.25);
                assert_eq!(body["max_tokens"], 64);
                assert_eq!(tool(body), weather_tool_as_sent());
            }
            // The journal tells both wires in the form of Chat Completions.
            let [asked, answered] = [&entries[0]["body"], &entries[1]["body"]];
            assert_eq!(said(asked), [("system", "Be brief."), ("user", "case parallel")]);
            // It leaves the choice of tools out where that had come over the other wire.
            let chosen = if dialect == Dialect::Chat { json!("required") } else { Value::Null };
            assert_eq!((&asked["tool_choice"], &answered["tool_choice"]), (&chosen, &Value::Null));
            let ids: Vec<&Value> = (3..5).map(|turn| &answered["messages"][turn]["tool_call_id"]).collect();
            assert_eq!(ids, ["call_oslo", "call_rome"], "{dialect:?}, {delivery:?}");
            let turns = said(answered);
            assert_eq!(turns[..2], said(asked)[..]);
            assert_eq!(turns[2].0, "assistant");
            assert_eq!(calls(&answered["messages"][2]), calls_as_sent());
            assert_eq!(turns[3..], [("tool", "weather for call_oslo"), ("tool", "weather for call_rome")]);
        }
    }
}

/// Who said what.
fn said(body: &Value) -> Vec<(&str, &str)> {
    body["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| {
            let content = &message["content"];
            let part = content.as_array().map_or(content, |parts| &parts[0]["text"]);
            (message["role"].as_str().unwrap(), part.as_str().unwrap_or_default())
        })
        .collect()
}

fn tool(body: &Value) -> (String, String, Value) {
    assert_eq!(body["tools"].as_array().map(Vec::len), Some(1));
    let function = &body["tools"][0]["function"];
    let text = |name: &str| function[name].as_str().unwrap().to_owned();
    (text("name"), text("description"), function["parameters"].clone())
}

fn weather_tool_as_sent() -> (String, String, Value) {
    ("get_weather".to_owned(), "The weather of the next days".to_owned(), weather_schema())
}

/// The calls of an assistant's message, their arguments as values.
fn calls(message: &Value) -> Vec<(Value, Value, Value)> {
    let calls = message["tool_calls"].as_array().unwrap();
    calls
        .iter()
        .map(|call| {
            let arguments = call["function"]["arguments"].as_str().unwrap();
            let arguments = serde_json::from_str(arguments).unwrap();
            (call["id"].clone(), call["function"]["name"].clone(), arguments)
        })
        .collect()
}

fn calls_as_sent() -> Vec<(Value, Value, Value)> {
    let call = |id: &str, arguments: Value| (json!(id), json!("get_weather"), arguments);
    vec![
        call("call_oslo", json!({"city": "Oslo", "days": 2})),
        call("call_rome", json!({"city": "Rome \"centro\"", "days": 1})),
    ]
}
