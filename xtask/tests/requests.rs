//! The round of request bodies, with recordings that were made up for it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "only tests call it")]

mod folder;

use std::path::Path;
use std::sync::Arc;

use folder::Folder;
use serde_json::{Value, json};
use steer::http::HttpProvider;
use steer::{
    ApiError, BodyEnd, Call, ChunkSink, CompletionRequest, Decoder, Delivery, Frame, Outgoing, Protocol,
    Provider, ProviderSettings, Registration, RequestImport, StreamError,
};
use xtask::requests::{self, Options};
use xtask::verdict::Verdict;

/// A provider that forgets everything but the model, and `null` for what it does not know.
const FORGETFUL: Registration = Registration::new(
    "forgetful",
    "forgetful",
    &["forgetful"],
    r#"
    [[providers]]
    id = "forgetful"
    name = "Forgetful"
    api_format = "forgetful"
    base_url = "https://forgetful.example"
    "#,
    build,
)
.importing(&[RequestImport::new("forgetful", read)]);

fn build(settings: ProviderSettings) -> Result<Arc<dyn Provider>, ApiError> {
    Ok(Arc::new(HttpProvider::new(Forgetful, settings)?))
}

fn read(body: &[u8]) -> Result<CompletionRequest, ApiError> {
    let body: Value = serde_json::from_slice(body).map_err(|_| ApiError::configuration("no JSON"))?;
    let model = body.get("model").and_then(Value::as_str);
    model.map(CompletionRequest::new).ok_or_else(|| ApiError::configuration("no model"))
}

#[derive(Debug)]
struct Forgetful;

impl Protocol for Forgetful {
    fn api(&self) -> &str {
        "forgetful"
    }

    fn encode(&self, call: &Call, _: Delivery) -> Result<Outgoing, ApiError> {
        Ok(Outgoing::post("/", json!({"model": &*call.model.id.name, "user": null}).to_string()))
    }

    fn decoder(&self, _: &Call, _: Delivery) -> Box<dyn Decoder> {
        Box::new(Deaf)
    }
}

/// It reads nothing: nothing is sent, and nothing is answered.
struct Deaf;

impl Decoder for Deaf {
    fn frame(&mut self, _: Frame<'_>, _: &mut ChunkSink) -> Result<(), StreamError> {
        Ok(())
    }

    fn end(&mut self, _: BodyEnd, _: &mut ChunkSink) -> Result<(), StreamError> {
        Ok(())
    }
}

fn recording(api: &str, body: Value) -> String {
    json!({"id": "x", "api": api, "vendor": "v", "kind": "json", "request": {"body": body},
           "response": {"status": 200, "body": ""}})
    .to_string()
}

fn run(dir: &Path, apis: &[&str]) -> (Verdict, String) {
    let mut options = Options::new(dir);
    options.apis = apis.iter().map(|api| (*api).to_owned()).collect();
    options.registrations.push(FORGETFUL);
    let mut out = Vec::new();
    let verdict = requests::run(&options, &mut out).unwrap();
    (verdict, String::from_utf8(out).unwrap())
}

#[test]
fn bodies_that_come_out_equal_pass_and_are_counted() {
    let folder = Folder::new("requests-equal");
    folder.write("a/1.json", &recording("forgetful", json!({"model": "m", "seed": null})));
    folder.write("a/2.json", &recording("forgetful", Value::Null));
    folder.write(
        "b/3.json",
        &recording(
            "anthropic-messages",
            json!({"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": [
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "BASE64_ELIDED_7"}}]}]}),
        ),
    );
    folder.write("c/4.json", &recording("unheard-of", json!({"model": "m"})));
    let (verdict, out) = run(folder.path(), &[]);
    assert_eq!(verdict, Verdict::Passed, "{out}");
    assert!(out.contains("2 bodies equal, 0 different, 1 of formats that nothing reads"), "{out}");
    assert!(out.contains("1 recordings have no request"), "{out}");
    assert!(out.contains("no linked crate reads unheard-of"), "{out}");
    assert_eq!(run(folder.path(), &["unheard-of"]).0, Verdict::Failed);
}

#[test]
fn a_difference_fails_and_is_named() {
    let folder = Folder::new("requests-differ");
    folder.write("1.json", &recording("forgetful", json!({"model": "m", "seed": 1})));
    folder.write("2.json", &recording("forgetful", json!({"model": "m"})));
    let (verdict, out) = run(folder.path(), &[]);
    assert_eq!(verdict, Verdict::Failed);
    assert!(out.contains("1.json\n  forgetful: seed: 1 / null"), "{out}");
    assert!(out.contains("1 bodies equal, 1 different"), "{out}");
}

#[test]
fn a_body_that_cannot_be_read_fails() {
    let folder = Folder::new("requests-unread");
    folder.write("1.json", &recording("forgetful", json!({"model": "m"})));
    folder.write("2.json", &recording("forgetful", json!({"seed": 1})));
    folder.write("3.json", "{");
    let (verdict, out) = run(folder.path(), &[]);
    assert_eq!(verdict, Verdict::Failed);
    assert!(out.contains("not read") && out.contains("no recording"), "{out}");
}

#[test]
fn an_empty_folder_fails() {
    let (verdict, out) = run(Folder::new("requests-empty").path(), &[]);
    assert_eq!(verdict, Verdict::Failed);
    assert!(out.contains("no body was read"), "{out}");
}
