//! The built program, run with an environment of its own.
#![allow(dead_code, reason = "each test file uses its own part of this")]
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

#[cfg(unix)]
pub(crate) mod session;

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use steer_testkit::server::{Reply, Server};

/// A model of the wire format that the scripted server speaks.
pub(crate) const MODEL: &str = "anthropic/claude-test";
/// A key that must not be seen anywhere.
pub(crate) const CANARY: &str = "sk-CANARY-4711";

/// The program without any key, proxy or terminal.
pub(crate) fn steer(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_steer"));
    command.args(arguments).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    // Nothing that the person who runs the tests keeps is found.
    command.env("STEER_CREDENTIAL_STORE", "file").env("STEER_CONFIG_DIR", "/nonexistent/steer");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The program with a key, asking a scripted server.
pub(crate) fn chat(server: &Server, arguments: &[&str]) -> Command {
    let url = server.url();
    let fixed = ["chat", "--model", MODEL, "--max-output-tokens", "100", "--base-url", &url];
    let mut command = steer(&fixed.into_iter().chain(arguments.iter().copied()).collect::<Vec<_>>());
    command.env("ANTHROPIC_API_KEY", CANARY);
    command
}

/// How a run ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn run(mut command: Command) -> Run {
    of(command.output().unwrap())
}

pub(crate) fn run_with_input(mut command: Command, input: &str) -> Run {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    of(child.wait_with_output().unwrap())
}

pub(crate) fn of(output: Output) -> Run {
    let run = Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    };
    assert!(
        !format!("{}{}", run.out, run.err).contains("CANARY"),
        "the key was shown: {} {}",
        run.out,
        run.err
    );
    run
}

/// The events of a stream that says these texts, up to and without its end.
pub(crate) fn begun(texts: &[&str]) -> Vec<String> {
    let start = json!({"type": "message_start", "message": {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-test", "content": [],
        "stop_reason": null, "stop_sequence": null, "usage": {"input_tokens": 3, "output_tokens": 1},
    }});
    let block =
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}});
    let deltas = texts.iter().map(|text| {
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}})
    });
    [start, block].into_iter().chain(deltas).map(|event| sse(&event)).collect()
}

/// The events that end a stream with a stop reason.
pub(crate) fn ended(stop_reason: &str) -> Vec<String> {
    let delta = json!({"type": "message_delta", "delta": {"stop_reason": stop_reason, "stop_sequence": null},
        "usage": {"output_tokens": 5}});
    [json!({"type": "content_block_stop", "index": 0}), delta, json!({"type": "message_stop"})]
        .iter()
        .map(sse)
        .collect()
}

/// A whole answer as a stream.
pub(crate) fn saying(texts: &[&str]) -> Reply {
    let events = begun(texts).into_iter().chain(ended("end_turn"));
    Reply::sse(events).header("request-id", "req_1")
}

pub(crate) fn sse(event: &Value) -> String {
    format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap())
}
