//! Reads fixtures, and shows what they became.

use std::fmt::Write;

use steer_core::bytes::Bytes;
use steer_core::{ApiError, CompletionResponse, Delivery, Part};
use steer_testkit::conformance::{Decoded, Subject};

/// Reads a fixture, and compares all of it with the snapshot of the same name.
pub(crate) fn stream(name: &str) -> Decoded {
    let decoded = fixture(name, Delivery::Stream);
    snapshot(name, &decoded);
    decoded
}

/// The same for a whole body.
pub(crate) fn whole(name: &str) -> Decoded {
    let decoded = fixture(name, Delivery::Whole);
    snapshot(&format!("{name}_whole"), &decoded);
    decoded
}

/// Reads a fixture to its whole answer, and compares it with its snapshot.
pub(crate) fn answer(name: &str) -> CompletionResponse {
    stream(name).result.unwrap()
}

/// Reads a fixture to its error, and compares it with its snapshot.
pub(crate) fn error(name: &str) -> ApiError {
    stream(name).result.unwrap_err()
}

/// Reads bytes that are no fixture.
pub(crate) fn bytes(delivery: Delivery, body: impl Into<Bytes>) -> Decoded {
    subject().decode(delivery, [body.into()])
}

/// Reads a fixture whose text was changed before.
pub(crate) fn changed(name: &str, from: &str, to: &str) -> Decoded {
    let text = String::from_utf8(file(name, Delivery::Stream)).unwrap();
    assert!(text.contains(from), "the fixture holds what is to be changed");
    bytes(Delivery::Stream, text.replace(from, to))
}

fn fixture(name: &str, delivery: Delivery) -> Decoded {
    bytes(delivery, file(name, delivery))
}

fn file(name: &str, delivery: Delivery) -> Vec<u8> {
    let kind = if delivery == Delivery::Whole { "whole.json" } else { "stream.jsonl" };
    std::fs::read(format!("{}/tests/fixtures/{name}.{kind}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn subject() -> Subject {
    Subject::new(steer_ollama::REGISTRATION, "ollama/gemma3").unwrap()
}

fn snapshot(name: &str, decoded: &Decoded) {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, shown(decoded));
    });
}

/// One chunk or part a line, as JSON.
fn shown(decoded: &Decoded) -> String {
    let mut out = String::new();
    for chunk in &decoded.chunks {
        writeln!(out, "{}", serde_json::to_string(chunk).unwrap()).unwrap();
    }
    match &decoded.result {
        Ok(response) => show_response(&mut out, response),
        Err(error) => {
            writeln!(out, "\n{error}\nretryable: {}", error.is_retryable()).unwrap();
            show_response(&mut out, error.partial().unwrap());
        }
    }
    out
}

fn show_response(out: &mut String, response: &CompletionResponse) {
    let mut response = response.clone();
    writeln!(out).unwrap();
    for mut part in std::mem::take(&mut response.content) {
        show_part(out, &mut part);
    }
    // The chunks show it already.
    response.raw.clear();
    writeln!(out, "{}", serde_json::to_string(&response).unwrap()).unwrap();
}

/// Where a part comes from stands in the response.
fn show_part(out: &mut String, part: &mut Part) {
    assert!(part.meta().origin.is_some(), "every part of an answer says where it is from");
    part.meta_mut().origin = None;
    writeln!(out, "{}", serde_json::to_string(part).unwrap()).unwrap();
}

/// Reads bytes behind which the connection breaks.
pub(crate) fn broken(body: impl Into<Bytes>) -> Decoded {
    subject().decode_broken(Delivery::Stream, [body.into()])
}
