//! What the program says and returns when it cannot answer.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends where something is not as it must be"
)]

mod cli_program;

use cli_program::{Run, begun, chat, ended, run, run_with_input, steer};
use serde_json::{Value, json};
use steer_testkit::server::{Reply, Script, Server};

fn refused(status: u16, kind: &str) -> Script {
    let body = json!({"type": "error", "error": {"type": kind, "message": "as \u{1b}[31mscripted"}});
    Script::always(Reply::json(status, body.to_string()).header("request-id", "req_9"))
}

/// One line that says what, one that says what to do.
fn assert_told(run: &Run, what: &str) {
    let lines: Vec<&str> = run.err.lines().collect();
    assert_eq!(lines.len(), 2, "{}", run.err);
    assert!(lines[0].starts_with("error: ") && lines[0].contains(what), "{}", run.err);
    assert!(lines[1].starts_with("help: "), "{}", run.err);
    assert!(!run.err.chars().any(|c| c != '\n' && c.is_control()), "{:?}", run.err);
}

#[test]
fn each_refusal_of_the_vendors_has_its_exit_code() {
    for (status, kind, code) in [
        (401, "authentication_error", 3),
        (403, "permission_error", 5),
        (404, "not_found_error", 5),
        (400, "invalid_request_error", 5),
        (429, "rate_limit_error", 6),
        (500, "api_error", 6),
        (529, "overloaded_error", 6),
    ] {
        let server = Server::start_blocking(refused(status, kind)).unwrap();
        let run = run(chat(&server, &["hi"]));
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{status}: {}", run.err);
        assert_told(&run, &status.to_string());
    }
}

#[test]
fn an_error_is_part_of_the_json_object() {
    let server = Server::start_blocking(refused(429, "rate_limit_error")).unwrap();
    let run = run(chat(&server, &["--json", "hi"]));
    assert_eq!(run.code, 6);
    let answer: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(answer["text"], "");
    let error = &answer["error"];
    assert_eq!((&error["kind"], &error["status"]), (&json!("rate_limited"), &json!(429)));
    assert_eq!((&error["code"], &error["request_id"]), (&json!("rate_limit_error"), &json!("req_9")));
    assert!(error["message"].as_str().unwrap().contains("scripted"));
    assert_eq!(error["retry_after_ms"], Value::Null);
}

#[test]
fn an_answer_that_breaks_off_is_printed_as_far_as_it_came() {
    let server =
        Server::start_blocking(Script::always(Reply::sse(begun(&["half an ", "answer"])).fin())).unwrap();
    let people = run(chat(&server, &["hi"]));
    assert_eq!((people.code, people.out.as_str()), (8, "half an answer"));
    assert_told(&people, "");
    let program = run(chat(&server, &["--json", "hi"]));
    let answer: Value = serde_json::from_str(&program.out).unwrap();
    assert_eq!(
        (program.code, &answer["text"], &answer["proof"]),
        (8, &json!("half an answer"), &Value::Null)
    );
    assert_eq!(answer["error"]["kind"], "truncated");
    let events = run(chat(&server, &["--events", "hi"]));
    let last: Value = serde_json::from_str(events.out.lines().last().unwrap()).unwrap();
    assert_eq!(
        (events.code, &last["type"], &last["error"]["kind"]),
        (8, &json!("error"), &json!("truncated"))
    );
}

#[test]
fn a_refusal_of_the_models_is_an_answer_with_an_exit_code_of_its_own() {
    let events: Vec<String> = begun(&["I cannot"]).into_iter().chain(ended("refusal")).collect();
    let server = Server::start_blocking(Script::always(Reply::sse(events))).unwrap();
    let run = run(chat(&server, &["hi"]));
    assert_eq!((run.code, run.out.as_str()), (9, "I cannot"));
    assert!(run.err.contains("note: the model refused"), "{}", run.err);
}

#[test]
fn a_server_that_is_not_there_is_a_network_error() {
    let server = Server::start_blocking(Script::always(Reply::refuse())).unwrap();
    let run = run(chat(&server, &["hi"]));
    assert_eq!(run.code, 7, "{}", run.err);
    assert_told(&run, "network");
}

#[test]
fn without_a_key_a_pipe_gets_an_error_that_says_what_to_do() {
    for arguments in [&["chat", "hi"][..], &["chat", "-m", "anthropic/claude-test", "hi"]] {
        let run = run(steer(arguments));
        assert_eq!((run.code, run.out.as_str()), (3, ""));
        assert_told(&run, "no credential");
        assert!(run.err.contains("ANTHROPIC_API_KEY") && run.err.contains("--demo"), "{}", run.err);
    }
    let own = run(steer(&["chat", "-m", "anthropic/claude-test", "--api-key-env", "MY_KEY", "hi"]));
    assert_eq!(own.code, 3);
    assert_told(&own, "set MY_KEY");
}

#[test]
fn an_unknown_provider_is_told_with_the_linked_ones_and_the_feature() {
    let run = run(steer(&["chat", "-m", "nowhere/model", "hi"]));
    assert_eq!(run.code, 4);
    assert_told(&run, "nowhere");
    assert!(run.err.contains("linked: anthropic") && run.err.contains("feature"), "{}", run.err);
}

#[test]
fn an_address_that_could_leak_the_key_is_refused_before_anything_is_sent() {
    for url in ["http://a.example", "nonsense", "https://user:pass@a.example"] {
        let mut command = steer(&["chat", "-m", "anthropic/claude-test", "--base-url", url, "hi"]);
        command.env("ANTHROPIC_API_KEY", cli_program::CANARY);
        let run = run(command);
        assert_eq!(run.code, 4, "{url}: {}", run.err);
        assert_told(&run, "base URL");
    }
}

#[test]
fn an_address_without_a_model_is_a_usage_error_that_names_the_argument() {
    let run = run(steer(&["chat", "--base-url", "http://127.0.0.1:1", "hi"]));
    assert_eq!(run.code, 2);
    assert!(run.err.contains("--model"), "{}", run.err);
}

#[test]
fn what_was_typed_wrong_is_a_usage_error() {
    for (arguments, told) in [
        (&["chat", "--thinking", "much", "hi"][..], "low, medium, high"),
        (&["chat", "--demo", "--image", "no/such/ä.png", "hi"], "no/such/ä.png"),
        (&["chat", "--demo", "--tool", "no/such/tool.json", "hi"], "no/such/tool.json"),
        (&["sing"], "sing"),
    ] {
        let run = run(steer(arguments));
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}: {}", run.err);
        assert!(run.err.contains(told), "{}", run.err);
    }
    let empty = run_with_input(steer(&["chat", "--demo"]), " \n");
    assert_eq!(empty.code, 2);
    assert_told(&empty, "the prompt is empty");
}

#[test]
fn a_dry_run_shows_the_request_without_the_key_and_sends_nothing() {
    let server = Server::start_blocking(Script::always(Reply::new(500))).unwrap();
    let with_key = run(chat(&server, &["--dry-run", "why?"]));
    assert_eq!((with_key.code, with_key.err.as_str()), (0, ""));
    let (head, body) = with_key.out.split_once("\n\n").unwrap();
    assert!(head.starts_with(&format!("POST {}/v1/messages\n", server.url())), "{head}");
    assert!(head.lines().any(|line| line == "x-api-key: ***"), "{head}");
    let body: Value = serde_json::from_str(body).unwrap();
    assert!(body["messages"].to_string().contains("why?"));
    assert_eq!((server.connections(), server.request_count()), (0, 0));
    let without_key = run(steer(&["chat", "--dry-run", "why?"]));
    assert_eq!(without_key.code, 0, "{}", without_key.err);
    assert!(without_key.out.starts_with("POST https://") && !without_key.out.contains("x-api-key"));
    assert!(without_key.err.contains("no key was found"), "{}", without_key.err);
}
