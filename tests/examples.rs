//! Each example, run against a server on this machine.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

use serde_json::{Value, json};
use steer::auth::Environment;
use steer::{Client, CompletionRequest, ErrorKind, RetryPolicy};
use steer_testkit::server::{Reply, Script, Server};

/// Takes the examples in.
macro_rules! examples {
    ($($name:ident in $file:literal;)*) => {
        $(
            #[allow(dead_code, reason = "they are programs, of which only `run` is run")]
            #[path = $file]
            mod $name;
        )*
    };
}

examples! {
    chat in "../examples/chat.rs";
    custom_provider in "../examples/custom_provider.rs";
    fallback in "../examples/fallback.rs";
    moved_conversation in "../examples/moved_conversation.rs";
    streaming in "../examples/streaming.rs";
    third_party_provider in "../examples/third_party_provider.rs";
    tools in "../examples/tools.rs";
    typed_answers in "../examples/typed_answers.rs";
    vision in "../examples/vision.rs";
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01";

/// An answer in Anthropic's format.
fn message(content: Value, stop_reason: &str) -> Reply {
    let usage = json!({"input_tokens": 9, "output_tokens": 4});
    let body = json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-5-5",
        "content": content, "stop_reason": stop_reason, "stop_sequence": null, "usage": usage});
    Reply::json(200, body.to_string())
}

fn said(text: &str) -> Reply {
    message(json!([{"type": "text", "text": text}]), "end_turn")
}

/// An answer in OpenAI's Responses format.
fn response(text: &str) -> Reply {
    let content = json!([{"type": "output_text", "text": text, "annotations": []}]);
    let item = json!({"type": "message", "id": "msg_2", "role": "assistant", "status": "completed", "content": content});
    let body = json!({"id": "resp_1", "object": "response", "status": "completed", "model": "gpt-5.4",
        "output": [item], "usage": {"input_tokens": 9, "output_tokens": 4, "total_tokens": 13}});
    Reply::json(200, body.to_string())
}

async fn server(replies: impl IntoIterator<Item = Reply>) -> Server {
    Server::start(Script::replies(replies)).await.unwrap()
}

fn client(server: &Server) -> Client {
    Client::builder()
        .environment(Environment::of([("ANTHROPIC_API_KEY", "key"), ("OPENAI_API_KEY", "key")]))
        .base_url("anthropic", server.url())
        .base_url("openai", server.url())
        .retry(RetryPolicy::once())
        .build()
        .unwrap()
}

fn sent(server: &Server, n: usize) -> Value {
    serde_json::from_slice(&server.requests()[n].body).unwrap()
}

#[tokio::test]
async fn a_chat_gives_the_whole_answer() {
    let server = server([said("Air scatters blue light most.")]).await;
    assert_eq!(chat::run(&client(&server)).await.unwrap(), "Air scatters blue light most.");
}

#[tokio::test]
async fn a_stream_is_shown_while_it_comes_and_says_how_it_ended() {
    let stream = include_str!("../providers/anthropic/tests/fixtures/text.stream.sse");
    let server = server([Reply::sse_text(stream).each_event_a_piece()]).await;
    let mut shown = Vec::new();
    streaming::run(&client(&server), &mut shown).await.unwrap();
    let shown = String::from_utf8(shown).unwrap();
    assert_eq!(shown, "Grüße, Welt 🙂 — \"quoted\"\nsecond line.\n[Some(EndTurn)]\n");
}

#[tokio::test]
async fn a_function_is_called_and_its_result_reaches_the_model() {
    let call = json!([{"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Oslo"}}]);
    let server = server([message(call, "tool_use"), said("Yes, it rains.")]).await;
    assert_eq!(tools::run(&client(&server)).await.unwrap(), "Yes, it rains.");
    assert!(sent(&server, 1).to_string().contains("Oslo: 4 °C, rain"));
}

#[tokio::test]
async fn an_answer_that_does_not_fit_its_type_is_asked_for_again() {
    let server = server([said(r#"{"name":"Oslo"}"#), said(r#"{"name":"Oslo","inhabitants":700000}"#)]).await;
    let city = typed_answers::run(&client(&server)).await.unwrap();
    assert_eq!((city.name.as_str(), city.inhabitants), ("Oslo", 700_000));
    assert!(sent(&server, 1).to_string().contains("inhabitants"));
}

#[tokio::test]
async fn an_image_is_sent_with_the_type_that_its_bytes_tell() {
    let server = server([said("A dot.")]).await;
    assert_eq!(vision::run(&client(&server), PNG.to_vec()).await.unwrap(), "A dot.");
    assert_eq!(sent(&server, 0)["messages"][0]["content"][0]["source"]["media_type"], "image/png");
}

#[tokio::test]
async fn a_conversation_goes_on_with_another_vendor() {
    let server = server([said("The Glomma."), response("The Klarälven.")]).await;
    let (answer, _lost) = moved_conversation::run(&client(&server)).await.unwrap();
    assert_eq!(answer, "The Klarälven.");
    assert!(sent(&server, 1).to_string().contains("The Glomma."));
}

#[tokio::test]
async fn another_model_answers_where_the_vendor_fails_and_not_where_the_request_is_wrong() {
    let request = || CompletionRequest::new("").user("Why?").max_output_tokens(30);
    let models = ["anthropic/claude-sonnet-5-5", "openai/gpt-5.4"];
    let error = |kind| json!({"type": "error", "error": {"type": kind, "message": "no"}}).to_string();

    let server_of_both = server([Reply::json(529, error("overloaded_error")), response("Air.")]).await;
    let answer = fallback::run(&client(&server_of_both), request(), models).await.unwrap();
    assert_eq!((answer.as_str(), server_of_both.request_count()), ("Air.", 2));

    let server_of_one = server([Reply::json(400, error("invalid_request_error"))]).await;
    let refused = fallback::run(&client(&server_of_one), request(), models).await.unwrap_err();
    assert_eq!((refused.kind(), server_of_one.request_count()), (ErrorKind::InvalidRequest, 1));
}

#[tokio::test]
async fn a_server_of_ones_own_is_an_entry_of_a_catalog() {
    let choice =
        json!({"index": 0, "message": {"role": "assistant", "content": "Hi."}, "finish_reason": "stop"});
    let body = json!({"id": "c1", "object": "chat.completion", "model": "small", "choices": [choice]});
    let server = server([Reply::json(200, body.to_string())]).await;
    assert_eq!(custom_provider::run(&server.url()).await.unwrap(), "Hi.");
    assert_eq!(server.requests()[0].path(), "/chat/completions");
}

#[tokio::test]
async fn a_provider_may_be_registered_by_hand() {
    assert_eq!(third_party_provider::run().await.unwrap(), "Is anybody there?");
}
