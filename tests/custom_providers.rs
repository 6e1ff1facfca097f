//! A provider that is nothing but an entry of a catalog works like any other, in every wire format.
#![cfg(all(
    feature = "anthropic",
    feature = "gemini",
    feature = "ollama",
    feature = "openai",
    feature = "openai-compatible"
))]
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

use std::sync::Arc;

use futures::StreamExt;
use serde_json::Value;
use steer::auth::Environment;
use steer::http::{ReqwestTransport, Timeouts};
use steer::{Client, ClientBuilder, CompletionRequest, Delivery, ErrorKind, StreamChunk};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const KEY: &str = "sk-CANARY-0123456789";

/// One wire format: what a server of it sends, and where it wants the key.
struct Format {
    name: &'static str,
    path: &'static str,
    stream_type: &'static str,
    stream: &'static str,
    whole: &'static str,
    error: &'static str,
    key_header: &'static str,
    key: &'static str,
}

const FORMATS: [Format; 5] = [
    Format {
        name: "anthropic-messages",
        path: "/v1/messages",
        stream_type: "text/event-stream",
        stream: include_str!("../providers/anthropic/tests/fixtures/text.stream.sse"),
        whole: include_str!("../providers/anthropic/tests/fixtures/text.whole.json"),
        error: r#"{"type":"error","error":{"type":"invalid_request_error","message":"no such thing"}}"#,
        key_header: "x-api-key",
        key: "sk-CANARY-0123456789",
    },
    Format {
        name: "openai-chat",
        path: "/chat/completions",
        stream_type: "text/event-stream",
        stream: include_str!("../providers/openai-compatible/tests/fixtures/text_deltas.stream.sse"),
        whole: include_str!("../providers/openai-compatible/tests/fixtures/text_deltas.whole.json"),
        error: r#"{"error":{"message":"no such thing","type":"invalid_request_error"}}"#,
        key_header: "authorization",
        key: "Bearer sk-CANARY-0123456789",
    },
    Format {
        name: "openai-responses",
        path: "/responses",
        stream_type: "text/event-stream",
        stream: include_str!("../providers/openai/tests/fixtures/text.stream.sse"),
        whole: include_str!("../providers/openai/tests/fixtures/text.whole.json"),
        error: r#"{"error":{"message":"no such thing","type":"invalid_request_error"}}"#,
        key_header: "authorization",
        key: "Bearer sk-CANARY-0123456789",
    },
    Format {
        name: "gemini",
        path: "/models/m-1:",
        stream_type: "text/event-stream",
        stream: include_str!("../providers/gemini/tests/fixtures/text.stream.sse"),
        whole: include_str!("../providers/gemini/tests/fixtures/text.whole.json"),
        error: r#"{"error":{"code":400,"message":"no such thing","status":"INVALID_ARGUMENT"}}"#,
        key_header: "x-goog-api-key",
        key: "sk-CANARY-0123456789",
    },
    Format {
        name: "ollama-chat",
        path: "/api/chat",
        stream_type: "application/x-ndjson",
        stream: include_str!("../providers/ollama/tests/fixtures/text.stream.jsonl"),
        whole: include_str!("../providers/ollama/tests/fixtures/text.whole.json"),
        error: r#"{"error":"no such thing"}"#,
        key_header: "authorization",
        key: "Bearer sk-CANARY-0123456789",
    },
];

/// The names of the crates' own providers, which no message of a custom one may say.
const BORROWED: [&str; 7] =
    ["anthropic:", "gemini:", "ollama:", "openai:", "openai-compatible:", "xai:", "steer-"];

thread_local! {
    /// One for each test, which runs on a thread of its own: to make one takes longer than to use it.
    static TRANSPORT: Arc<ReqwestTransport> = Arc::new(ReqwestTransport::new(Timeouts::default()).unwrap());
}

fn builder(server: &MockServer, format: &str, more: &str) -> ClientBuilder {
    let catalog = format!(
        "[[providers]]\nid = 'forge'\nname = 'The Forge'\napi_format = '{format}'\nbase_url = '{}/gate/v4/'\n\
         env = ['FORGE_KEY']\n{more}\n[[models]]\nprovider = 'forge'\nid = 'm-1'\naliases = ['iron']\n\
         max_output_tokens = 64\n",
        server.uri()
    );
    let builder = Client::builder().transport(TRANSPORT.with(Arc::clone) as _);
    builder.environment(Environment::of([("FORGE_KEY", KEY)])).catalog("forge.toml", catalog)
}

fn client(server: &MockServer, format: &str, more: &str) -> Client {
    builder(server, format, more).build().unwrap()
}

async fn serve(template: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(template).mount(&server).await;
    server
}

fn body(status: u16, body: &str, kind: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, kind)
}

fn request() -> CompletionRequest {
    CompletionRequest::new("iron").user("Hello").max_output_tokens(64)
}

async fn sent(server: &MockServer) -> Request {
    server.received_requests().await.unwrap().remove(0)
}

#[tokio::test]
async fn it_streams_in_every_wire_format() {
    for format in &FORMATS {
        let server = serve(body(200, format.stream, format.stream_type)).await;
        let mut stream = client(&server, format.name, "").stream_complete(request()).await.unwrap();
        let mut text = String::new();
        let mut complete = None;
        while let Some(chunk) = stream.next().await {
            match chunk.unwrap() {
                StreamChunk::TextDelta { text: delta, .. } => text.push_str(&delta),
                StreamChunk::MessageComplete(answer) => complete = Some(answer),
                _ => {}
            }
        }
        let answer = complete.unwrap();
        assert!(!text.is_empty() && answer.extract_text() == text, "{}", format.name);
        assert_eq!(answer.origin.as_ref().unwrap().provider.as_str(), "forge", "{}", format.name);
        let request = sent(&server).await;
        let path = format!("/gate/v4{}", format.path);
        assert!(request.url.path().starts_with(&path), "{}: {}", format.name, request.url);
        assert_eq!(request.headers[format.key_header], format.key, "{}", format.name);
    }
}

#[tokio::test]
async fn it_answers_whole_in_every_wire_format() {
    for format in &FORMATS {
        let server = serve(body(200, format.whole, "application/json")).await;
        let client = client(&server, format.name, "");
        let answer = client.complete(request().delivery(Delivery::Whole)).await.unwrap();
        assert!(!answer.extract_text().is_empty(), "{}", format.name);
    }
}

#[tokio::test]
async fn it_fails_under_its_own_name_in_every_wire_format() {
    for format in &FORMATS {
        let cut = format.stream.get(..format.stream.len() / 3).unwrap();
        for (template, kinds) in [
            (body(400, format.error, "application/json"), &[ErrorKind::InvalidRequest][..]),
            (body(401, format.error, "application/json"), &[ErrorKind::AuthenticationFailed]),
            (body(503, "<html>busy</html>", "text/html"), &[ErrorKind::ServerError, ErrorKind::Overloaded]),
            (body(200, cut, format.stream_type), &[ErrorKind::Truncated, ErrorKind::ResponseParsing]),
            (
                body(200, "<html>hello</html>", "text/html"),
                &[ErrorKind::Truncated, ErrorKind::ResponseParsing],
            ),
        ] {
            let server = serve(template).await;
            let error = client(&server, format.name, "").complete(request()).await.unwrap_err();
            assert!(kinds.contains(&error.kind()), "{}: {error}", format.name);
            assert_eq!(error.provider().unwrap().as_str(), "forge", "{}: {error}", format.name);
            let said = format!("{error} {error:?}");
            assert!(said.contains("forge: ") && !said.contains("CANARY"), "{}: {said}", format.name);
            let borrowed = BORROWED.iter().find(|name| said.contains(*name));
            assert_eq!(borrowed, None, "{}: {said}", format.name);
        }
    }
}

#[tokio::test]
async fn what_it_cannot_take_is_refused_under_its_own_name_too() {
    for format in &FORMATS {
        let server = serve(body(200, format.stream, format.stream_type)).await;
        let picture = steer::Media::file(steer::tools::MediaKind::Image, "another", "file-1");
        let request = request().message(steer::Message::user(picture));
        let error = client(&server, format.name, "").preview(request.clone()).unwrap_err();
        assert!(error.to_string().starts_with("forge: "), "{}: {error}", format.name);
        let error = client(&server, format.name, "").complete(request).await.unwrap_err();
        assert!(error.to_string().starts_with("forge: "), "{}: {error}", format.name);
        assert_eq!(server.received_requests().await.unwrap().len(), 0, "{}", format.name);
    }
}

#[tokio::test]
async fn the_key_stands_where_the_catalog_says_in_every_wire_format() {
    for format in &FORMATS {
        for (place, header, value) in [
            ("key_in = 'format'", format.key_header, format.key.to_owned()),
            ("key_in = 'bearer'", "authorization", format!("Bearer {KEY}")),
            ("key_in = { header = 'X-Forge' }", "x-forge", KEY.to_owned()),
            ("key_in = { header = 'authorization', prefix = 'Key ' }", "authorization", format!("Key {KEY}")),
        ] {
            let server = serve(body(200, format.stream, format.stream_type)).await;
            client(&server, format.name, place).complete(request()).await.unwrap();
            let request = sent(&server).await;
            assert_eq!(request.headers[header], value.as_str(), "{} {place}", format.name);
            let carrying = request.headers.values().filter(|value| value.to_str().unwrap().contains(KEY));
            assert_eq!(carrying.count(), 1, "{} {place}", format.name);
            assert!(!request.url.as_str().contains("CANARY"));
        }
    }
}

#[tokio::test]
async fn a_key_may_be_optional_or_none_in_every_wire_format() {
    for format in &FORMATS {
        for (auth, with_key, carries) in
            [("optional", true, true), ("optional", false, false), ("none", true, false)]
        {
            let server = serve(body(200, format.stream, format.stream_type)).await;
            let mut builder = builder(&server, format.name, &format!("auth = '{auth}'"));
            if !with_key {
                builder = builder.environment(Environment::of::<&str, &str>([]));
            }
            builder.build().unwrap().complete(request()).await.unwrap();
            let found = sent(&server).await.headers.contains_key(format.key_header);
            assert_eq!(found, carries, "{} {auth}", format.name);
        }
        let server = serve(body(200, format.stream, format.stream_type)).await;
        let builder = builder(&server, format.name, "").environment(Environment::of::<&str, &str>([]));
        let error = builder.build().unwrap().complete(request()).await.unwrap_err();
        assert!(error.to_string().contains("set FORGE_KEY"), "{error}");
        assert_eq!(server.received_requests().await.unwrap().len(), 0);
    }
}

#[tokio::test]
async fn headers_and_parameters_go_with_every_request_and_those_of_the_format_stay() {
    for format in &FORMATS {
        let server = serve(body(200, format.stream, format.stream_type)).await;
        let more = "headers = { X-Team = 'blue' }\nquery = { api-version = '2026-01-01' }";
        client(&server, format.name, more).complete(request()).await.unwrap();
        let request = sent(&server).await;
        assert_eq!(request.headers["x-team"], "blue", "{}", format.name);
        let pairs: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
        assert!(pairs.contains(&("api-version".to_owned(), "2026-01-01".to_owned())), "{pairs:?}");
        assert_eq!(pairs.iter().any(|(name, _)| name == "alt"), format.name == "gemini", "{pairs:?}");
    }
}

#[tokio::test]
async fn a_dialect_changes_what_is_written_and_where_it_goes() {
    for (format, dialect, path, member) in [
        ("openai-chat", "max_tokens = 'max_completion_tokens'", "/gate/v4/talk", "max_completion_tokens"),
        ("openai-responses", "developer_role = true", "/gate/v4/talk", "max_output_tokens"),
    ] {
        let format = FORMATS.iter().find(|known| known.name == format).unwrap();
        let server = serve(body(200, format.stream, format.stream_type)).await;
        let more = format!("[providers.dialect]\npath = '/talk'\n{dialect}");
        client(&server, format.name, &more).complete(request()).await.unwrap();
        let request = sent(&server).await;
        assert_eq!(request.url.path(), path);
        let body: Value = request.body_json().unwrap();
        assert_eq!(body[member], 64, "{body}");
    }
}

#[tokio::test]
async fn a_custom_provider_writes_what_compatible_servers_take_whichever_crates_are_linked() {
    let server = serve(body(200, FORMATS[1].stream, FORMATS[1].stream_type)).await;
    client(&server, "openai-chat", "").complete(request().system("Be brief.")).await.unwrap();
    let body: Value = sent(&server).await.body_json().unwrap();
    assert_eq!(
        (&body["max_tokens"], &body["messages"][0]["role"]),
        (&Value::from(64), &Value::from("system"))
    );
}

#[tokio::test]
async fn a_dialect_is_refused_with_all_that_is_wrong_in_it_and_by_formats_without_any() {
    let server = MockServer::start().await;
    let said = |format: &str, more: &str| {
        let more = format!("[providers.dialect]\n{more}");
        builder(&server, format, &more).build().unwrap_err().to_string()
    };
    let chat = said(
        "openai-chat",
        "max_tokns = 1\nseed = 'no'\ntool_ids = { up_to = 3 }\ncache_key_header = 'a b'\nend = 'clean'",
    );
    for problem in [
        "forge.toml:8:1: unknown key `max_tokns`; did you mean `max_tokens`?",
        "forge.toml:9:8: a text stands where true or false belongs",
        "forge.toml:10:22: this is a whole number that cannot stand here; write a whole number from 32 to 256",
        "forge.toml:11:20: `a b` is no name of a header",
        "forge.toml:12:7: there is no `clean` here",
    ] {
        assert!(chat.contains(problem), "{problem}: {chat}");
    }
    let responses = said("openai-responses", "reasonign = 'none'");
    assert!(
        responses.contains("forge.toml:8:1: unknown key `reasonign`; did you mean `reasoning`?"),
        "{responses}"
    );
    for format in ["anthropic-messages", "gemini", "ollama-chat"] {
        let refused = said(format, "path = '/x'");
        assert!(
            refused.contains(&format!("forge.toml:7:1: the wire format `{format}` has no dialects")),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn the_whole_address_of_an_operation_as_base_is_refused_before_anything_is_sent() {
    for format in FORMATS.iter().filter(|format| format.name != "gemini") {
        let server = serve(body(200, format.stream, format.stream_type)).await;
        let url = format!("{}/v4{}", server.uri(), format.path);
        let client = builder(&server, format.name, "").base_url("forge", url).build().unwrap();
        let error = client.complete(request()).await.unwrap_err();
        assert!(error.to_string().contains("leave it out"), "{}: {error}", format.name);
        assert_eq!(server.received_requests().await.unwrap().len(), 0, "{}", format.name);
    }
}

#[test]
fn the_catalogs_that_the_documents_show_have_no_problems() {
    for (name, text) in [
        ("README.md", include_str!("../README.md")),
        ("openai", include_str!("../providers/openai/README.md")),
        ("openai-compatible", include_str!("../providers/openai-compatible/README.md")),
    ] {
        let blocks = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
        let catalogs: Vec<&str> =
            blocks.filter(|block| block.contains("[[models]]") || block.contains("[[providers]]")).collect();
        assert!(!catalogs.is_empty(), "{name}");
        for catalog in catalogs {
            let builder = Client::builder().transport(TRANSPORT.with(Arc::clone) as _);
            let client = builder.catalog(name, catalog).build().unwrap();
            assert!(client.models().all().count() > 0);
        }
    }
}
