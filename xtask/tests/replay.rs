//! The replay, with recordings and a provider that were made up for it.
#![allow(clippy::unwrap_used, reason = "only tests call it")]

mod folder;
mod made_up;

use std::fs;
use std::path::Path;

use folder::Folder;
use made_up::{REGISTRATION, expected, recording};
use serde_json::{Value, json};
use xtask::replay::{self, Options};
use xtask::verdict::Verdict;

const STREAM: &str = "data: {\"text\":\"Hel\"}\n\ndata: {\"text\":\"lo\"}\n\ndata: {\"end\":\"stop\"}\n\n";

fn options(dir: &Path) -> Options {
    let mut options = Options::new(dir);
    options.registrations.push(REGISTRATION);
    options
}

fn run(options: &Options) -> (Verdict, String) {
    let mut out = Vec::new();
    let verdict = replay::run(options, &mut out).unwrap();
    (verdict, String::from_utf8(out).unwrap())
}

#[test]
fn what_is_reported_as_expected_passes() {
    let folder = Folder::new("passes");
    folder.write("a/vendor-stream-1.json", &recording("vendor-stream-1", "stream", 200, STREAM));
    folder.write(
        "a/vendor-json-1.json",
        &recording("vendor-json-1", "json", 200, r#"{"text":"Hi","end":"length"}"#),
    );
    folder.write(
        "a/vendor-error-1.json",
        &recording("vendor-error-1", "error", 429, r#"{"error":{"message":"slow down"}}"#),
    );
    let mut limited = expected("vendor-error-1", "", Value::Null);
    limited["error"] =
        json!({"status": 429, "kind": "rate_limited", "message": "slow down", "kind_by_status": "other"});
    limited["stop_reason_raw"] = Value::Null;
    let lines = [
        expected("vendor-stream-1", "Hello", json!("end_turn")),
        {
            let mut line = expected("vendor-json-1", "Hi", json!("max_tokens"));
            line["stop_reason_raw"] = json!("length");
            line
        },
        limited,
    ];
    folder.write("a/expected.jsonl", &lines.map(|line| line.to_string()).join("\n"));
    let mut options = options(folder.path());
    options.json = Some(folder.path().join("out.jsonl"));
    let (verdict, out) = run(&options);
    assert_eq!(verdict, Verdict::Passed, "{out}");
    assert!(out.contains("3 passed, 0 failed"), "{out}");
    let written = fs::read_to_string(folder.path().join("out.jsonl")).unwrap();
    let ids: Vec<Value> =
        written.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone()).collect();
    assert_eq!(ids, ["vendor-error-1", "vendor-json-1", "vendor-stream-1"]);
}

#[test]
fn a_difference_fails_and_is_named() {
    let folder = Folder::new("differs");
    folder.write("a/vendor-stream-1.json", &recording("vendor-stream-1", "stream", 200, STREAM));
    folder.write("a/vendor-stream-2.json", &recording("vendor-stream-2", "stream", 200, STREAM));
    let lines = [
        expected("vendor-stream-1", "Hello", json!("end_turn")),
        expected("vendor-stream-2", "Hullo", json!("end_turn")),
    ];
    folder.write("a/expected.jsonl", &lines.map(|line| line.to_string()).join("\n"));
    let (verdict, out) = run(&options(folder.path()));
    assert_eq!(verdict, Verdict::Failed);
    assert!(out.contains("vendor-stream-2.json\n  text (expected / got): \"Hullo\" / \"Hello\""), "{out}");
    assert!(!out.contains("vendor-stream-1.json"), "{out}");
    assert!(out.contains("1 passed, 1 failed"), "{out}");
}

#[test]
fn an_answer_that_depends_on_the_borders_of_pieces_fails() {
    let folder = Folder::new("borders");
    // The made-up provider counts what it has read whenever it is asked to.
    let body = "data: {\"text\":\"a\"}\n\ndata: {\"flaky\":true}\n\ndata: {\"end\":\"stop\"}\n\n";
    folder.write("vendor-stream-1.json", &recording("vendor-stream-1", "stream", 200, body));
    let (verdict, out) = run(&options(folder.path()));
    assert_eq!(verdict, Verdict::Failed);
    assert!(out.contains("text (socket / random pieces)"), "{out}");
    assert!(out.contains("the random pieces have the seed 0x"), "{out}");
}

#[test]
fn an_early_end_is_an_error_with_the_part_that_came() {
    let folder = Folder::new("early");
    folder.write(
        "vendor-stream-1.json",
        &recording("vendor-stream-1", "stream", 200, "data: {\"text\":\"Hel\"}\n\n"),
    );
    let mut options = options(folder.path());
    options.json = Some(folder.path().join("out.jsonl"));
    assert_eq!(run(&options).0, Verdict::Passed);
    let line: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("out.jsonl")).unwrap()).unwrap();
    assert_eq!((&line["text"], &line["error"]["kind"]), (&json!("Hel"), &json!("other")));
}

#[test]
fn an_empty_folder_fails() {
    let (verdict, out) = run(&options(Folder::new("empty").path()));
    assert_eq!(verdict, Verdict::Failed);
    assert!(out.contains("no recording was replayed"), "{out}");
}

#[test]
fn a_file_that_is_no_recording_fails_and_is_named() {
    let folder = Folder::new("unreadable");
    folder.write("vendor-stream-1.json", &recording("vendor-stream-1", "stream", 200, STREAM));
    folder.write("broken.json", "{");
    let (verdict, out) = run(&options(folder.path()));
    assert_eq!(verdict, Verdict::Failed);
    assert!(out.contains("broken.json: no recording"), "{out}");
}

#[test]
fn a_wire_format_that_nobody_speaks_is_reported_and_not_passed() {
    let folder = Folder::new("unspoken");
    let unknown = recording("vendor-stream-9", "stream", 200, STREAM).replace("made-up", "unheard-of");
    folder.write("vendor-stream-9.json", &unknown);
    folder.write("vendor-stream-1.json", &recording("vendor-stream-1", "stream", 200, STREAM));
    let (verdict, out) = run(&options(folder.path()));
    assert_eq!(verdict, Verdict::Passed);
    assert!(out.contains("1 not replayed: no linked provider speaks unheard-of"), "{out}");
    assert!(out.contains("1 passed, 0 failed, 1 not replayed"), "{out}");

    let mut asked_for = options(folder.path());
    asked_for.apis = vec!["made-up".to_owned(), "unheard-of".to_owned()];
    assert_eq!(run(&asked_for).0, Verdict::Failed);
}

#[test]
fn filters_leave_out_the_rest() {
    let folder = Folder::new("filters");
    folder.write("vendor-stream-1.json", &recording("vendor-stream-1", "stream", 200, STREAM));
    folder.write("other-stream-1.json", &recording("other-stream-1", "stream", 200, STREAM));
    let mut options = options(folder.path());
    options.vendors.push("other".to_owned());
    let (verdict, out) = run(&options);
    assert_eq!(verdict, Verdict::Passed);
    assert!(out.contains("1 passed, 0 failed, 0 not replayed"), "{out}");
}

#[test]
fn a_recording_without_an_expectation_fails_where_the_folder_has_some() {
    let folder = Folder::new("unexpected");
    folder.write("vendor-stream-1.json", &recording("vendor-stream-1", "stream", 200, STREAM));
    folder.write("expected.jsonl", "");
    let (verdict, out) = run(&options(folder.path()));
    assert_eq!(verdict, Verdict::Failed);
    assert!(out.contains("id (expected / got): null / \"vendor-stream-1\""), "{out}");
}

#[test]
fn a_provider_that_panics_fails_its_recording_only() {
    let folder = Folder::new("panics");
    folder.write(
        "vendor-stream-1.json",
        &recording("vendor-stream-1", "stream", 200, "data: {\"panic\":true}\n\n"),
    );
    folder.write("vendor-stream-2.json", &recording("vendor-stream-2", "stream", 200, STREAM));
    let (verdict, out) = run(&options(folder.path()));
    assert_eq!(verdict, Verdict::Failed);
    assert!(out.contains("vendor-stream-1.json\n  the client panicked"), "{out}");
    assert!(out.contains("1 passed, 1 failed"), "{out}");
}
