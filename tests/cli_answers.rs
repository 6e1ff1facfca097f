//! What the program prints of an answer.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

mod cli_program;

use std::io::Read;
use std::process::Stdio;

use cli_program::{chat, ended, run, run_with_input, saying, sse, steer};
use serde_json::{Value, json};
use steer_testkit::server::{Reply, Script, Server};

#[test]
fn demo_answers_without_key_or_network() {
    let run = run(steer(&["chat", "--demo", "three short words"]));
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.contains("Your prompt had 3 words"), "{}", run.out);
}

#[test]
fn what_goes_to_this_machine_does_not_go_through_a_proxy() {
    let mut program = steer(&["chat", "--demo", "hello"]);
    // Nothing listens there.
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        program.env(name, "http://127.0.0.1:1");
    }
    assert_eq!(run(program).code, 0);
}

#[test]
fn the_demo_answers_in_one_piece_too() {
    let streamed = run(steer(&["chat", "--demo", "hello"]));
    let whole = run(steer(&["chat", "--demo", "--no-stream", "hello"]));
    assert_eq!((whole.code, whole.out), (0, streamed.out));
}

#[test]
fn the_demo_speaks_the_format_of_the_provider_that_is_named() {
    for model in ["gemini/any", "ollama/any", "openai/any", "openai-compatible/any"] {
        for way in [&[][..], &["--no-stream"]] {
            let run = run(steer(&[&["chat", "--demo", "-m", model], way, &["three short words"]].concat()));
            assert_eq!((run.code, run.err.as_str()), (0, ""), "{model}");
            assert!(run.out.contains("3 words"), "{}", run.out);
        }
    }
}

#[test]
fn the_json_object_has_the_documented_shape() {
    let run = run(steer(&["chat", "--demo", "--json", "two words"]));
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let answer: Value = serde_json::from_str(&run.out).unwrap();
    let members: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = [
        "text",
        "thinking",
        "refusal",
        "tool_calls",
        "stop_reason",
        "stop_reason_raw",
        "proof",
        "usage",
        "cost",
        "prices",
        "response_id",
        "request_id",
        "model",
        "warnings",
    ];
    expected.sort_unstable();
    assert_eq!(members, expected);
    assert!(answer["text"].as_str().unwrap().contains("2 words"));
    assert_eq!(answer["usage"]["input_tokens"], 2);
    assert_eq!((&answer["thinking"], &answer["tool_calls"]), (&Value::Null, &json!([])));
    for (member, value) in [
        ("stop_reason", "end_turn"),
        ("stop_reason_raw", "end_turn"),
        ("proof", "confirmed"),
        ("response_id", "msg_demo"),
        ("request_id", "req_demo"),
        ("model", "demo"),
    ] {
        assert_eq!(answer[member], value, "{member}");
    }
}

#[test]
fn events_are_lines_of_json_and_end_with_the_whole_message() {
    let run = run(steer(&["chat", "--demo", "--events", "hello"]));
    assert_eq!(run.code, 0);
    let events: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(kinds.first(), Some(&"message_start"));
    assert_eq!(kinds.last(), Some(&"message_complete"));
    assert!(kinds.iter().filter(|kind| **kind == "text_delta").count() > 5, "{kinds:?}");
}

#[test]
fn the_prompt_is_read_from_standard_input() {
    let run = run_with_input(steer(&["chat", "--demo"]), "one two\nthree four");
    assert_eq!(run.code, 0);
    assert!(run.out.contains("Your prompt had 4 words"), "{}", run.out);
}

#[test]
fn an_answer_in_a_pipe_is_the_models_own_bytes() {
    let server = Server::start_blocking(saying(&["a\u{1b}[3", "1mb", "\u{7}é"])).unwrap();
    let run = run(chat(&server, &["hi"]));
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "a\u{1b}[31mb\u{7}é", ""));
}

#[test]
fn the_request_carries_key_system_and_prompt_and_asks_for_a_stream() {
    let server = Server::start_blocking(saying(&["ok"])).unwrap();
    let tool = concat!(env!("CARGO_TARGET_TMPDIR"), "/tool-ä.json");
    std::fs::write(tool, r#"{"name": "look", "description": "Looks.", "input_schema": {"type": "object"}}"#)
        .unwrap();
    let run = run(chat(&server, &["--system", "Be brief.", "--tool", tool, "why?"]));
    assert_eq!((run.code, run.out.as_str()), (0, "ok"));
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].header("x-api-key"), Some(cli_program::CANARY));
    let body: Value = serde_json::from_slice(&requests[0].body).unwrap();
    assert_eq!((&body["stream"], &body["max_tokens"]), (&json!(true), &json!(100)));
    assert_eq!(body["tools"][0]["name"], "look");
    assert!(body.to_string().contains("Be brief.") && body.to_string().contains("why?"));
}

#[test]
fn the_key_may_come_from_a_variable_of_ones_own() {
    let server = Server::start_blocking(saying(&["ok"])).unwrap();
    let mut command = chat(&server, &["--api-key-env", "MY_KEY", "hi"]);
    command.env("MY_KEY", "mine").env("ANTHROPIC_API_KEY", "not-this");
    assert_eq!(run(command).code, 0);
    assert_eq!(server.requests()[0].header("x-api-key"), Some("mine"));
}

#[test]
fn a_tool_call_is_told_and_not_run() {
    let start = json!({"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant",
        "model": "claude-test", "content": [], "stop_reason": null, "stop_sequence": null,
        "usage": {"input_tokens": 3, "output_tokens": 1}}});
    let block = json!({"type": "content_block_start", "index": 0,
        "content_block": {"type": "tool_use", "id": "t1", "name": "look", "input": {}}});
    let delta = json!({"type": "content_block_delta", "index": 0,
        "delta": {"type": "input_json_delta", "partial_json": "{\"at\":\"\\u001b[31m\"}"}});
    let events: Vec<String> = [start, block, delta].iter().map(sse).chain(ended("tool_use")).collect();
    let server = Server::start_blocking(Script::always(Reply::sse(events))).unwrap();
    let people = run(chat(&server, &["look"]));
    assert_eq!((people.code, people.out.as_str()), (0, ""));
    assert_eq!(people.err, "→ tool look {\"at\":\"\\u001b[31m\"}\n");
    let program = run(chat(&server, &["--json", "look"]));
    let answer: Value = serde_json::from_str(&program.out).unwrap();
    let expected = json!([{"id": "t1", "name": "look", "arguments": {"at": "\u{1b}[31m"}, "complete": true}]);
    assert_eq!(answer["tool_calls"], expected);
    assert_eq!(answer["stop_reason"], "tool_use");
}

#[test]
fn what_an_answer_took_is_told_on_request() {
    let run = run(steer(&["chat", "--demo", "--verbose", "two words"]));
    let line = run.err.lines().last().unwrap().to_owned();
    assert!(line.starts_with("demo · 2 in / ") && line.ends_with(" s"), "{line}");
}

#[test]
fn a_reader_that_goes_ends_the_program_in_silence() {
    let mut child = steer(&["chat", "--demo", "hello"]).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""));
}
