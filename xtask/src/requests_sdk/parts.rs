//! Conversations with every kind of part.

use std::sync::Arc;

use serde_json::json;
use steer::message::{
    Authority, CachePoint, CacheTtl, Citation, CitationTarget, Compaction, ContainerFile, DocumentSpan,
    Executor, GeneratedMedia, MediaPart, ModelHop, Opaque, Refusal, Role, Seal, SearchResult, Source, Text,
    Thinking, ToolAvailability, ToolCallPart, ToolResultPart, Visibility,
};
use steer::tools::{MediaKind, MediaSource, ToolOutcome, ToolResultContent};
use steer::{Media, Message, Origin, Part, RawJson, ToolCall, ToolResult};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

const ANTHROPIC: &str = "anthropic-messages";

/// Conversations by their names; each ends with the user or with results.
pub(super) fn conversations() -> Vec<(&'static str, Vec<Message>)> {
    let mut all = said();
    all.extend(answered());
    all.extend(called());
    all.extend(rare());
    all
}

fn user(part: impl Into<Part>) -> Vec<Message> {
    vec![Message::user(part).part("What is this?")]
}

fn said() -> Vec<(&'static str, Vec<Message>)> {
    let found = SearchResult::new("https://example.com", "A place", "A passage.");
    let mut cited = SearchResult::new("https://example.com", "A place", "A passage.");
    cited.citations = Some(true);
    let chunks = MediaSource::Content(vec![ToolResultContent::text("one"), ToolResultContent::text("two")]);
    let lasting = CachePoint::lasting(CacheTtl::OneHour);
    let mut named = Message::user("Hello");
    named.name = Some("ann".to_owned());
    vec![
        ("a text", vec![Message::user("Hi")]),
        ("texts", vec![Message::user("Hi").part("there").part(" ")]),
        ("a named speaker", vec![named]),
        ("two messages of one side", vec![Message::user("Hi"), Message::user("there")]),
        ("image bytes", user(Media::image_bytes("image/png", PNG))),
        ("image address", user(Media::image_url("https://example.com/a.png").detail("low"))),
        ("image data address", user(Media::image_url("data:image/png;base64,iVBORw0KGgo="))),
        (
            "pdf bytes",
            user(Media::document_bytes("application/pdf", b"%PDF-1.7".as_slice()).filename("a.pdf")),
        ),
        ("pdf address", user(Media::document_url("https://example.com/a.pdf"))),
        ("text document", user(Media::document_text("Words.").title("T").context("C").citations(true))),
        ("document of chunks", user(Media::new(MediaKind::Document, chunks))),
        ("uploaded file", user(Media::file(MediaKind::Document, "openai", "file-1"))),
        ("sound", user(Media::audio_bytes("audio/wav", b"RIFF".as_slice()))),
        ("search result", user(Part::SearchResult(found))),
        ("search result to cite", user(Part::SearchResult(cited))),
        (
            "cache points",
            vec![
                Message::user(Part::text("Hi").cached(CachePoint::new()))
                    .part(Part::text("x").cached(lasting)),
            ],
        ),
        ("a note", vec![Message::user("Hi"), Message::system_note("Be brief.", Authority::System)]),
        (
            "a developer's note",
            vec![
                Message::user("Hi"),
                Message::assistant("Yes?"),
                Message::system_note("Be brief.", Authority::Developer),
                Message::user("Go on"),
            ],
        ),
        ("a leading note", vec![Message::system_note("Be brief.", Authority::System), Message::user("Hi")]),
    ]
}

fn answered() -> Vec<(&'static str, Vec<Message>)> {
    let said = |parts: Vec<Part>| {
        vec![Message::user("Hi"), Message::new(Role::Assistant, parts), Message::user("And?")]
    };
    let mut signed = Thinking::new("Hm.");
    signed.seal = Some(Seal::signature("c2ln"));
    let mut omitted = Thinking::default();
    (omitted.seal, omitted.visibility) = (Some(Seal::signature("c2ln")), Visibility::Omitted);
    let mut redacted = Thinking::default();
    (redacted.seal, redacted.visibility) = (Some(Seal::encrypted("ZW5j")), Visibility::Redacted);
    let mut sound = MediaPart::new(Media::audio_bytes("audio/wav", vec![1]));
    let mut generated = GeneratedMedia::default();
    (generated.id, generated.transcript) = (Some("audio-1".to_owned()), Some("Hello.".to_owned()));
    sound.generated = Some(generated);
    vec![
        ("an answer", said(vec!["Because.".into()])),
        ("an answer to go on from", vec![Message::user("Hi"), Message::assistant("Sure: ")]),
        ("thinking", said(vec![ours(Part::Thinking(signed.clone())), "Because.".into()])),
        ("omitted thinking", said(vec![ours(Part::Thinking(omitted)), "Because.".into()])),
        ("redacted thinking", said(vec![ours(Part::Thinking(redacted)), "Because.".into()])),
        ("thinking of another provider", said(vec![foreign(Part::Thinking(signed)), "Because.".into()])),
        ("unsigned thinking", said(vec![Part::Thinking(Thinking::new("Hm.")), "Because.".into()])),
        ("a refusal", said(vec![Part::Refusal(Refusal::new("No."))])),
        ("a sound", said(vec![Part::Media(sound)])),
        ("citations", said(vec![ours(cited(document())), ours(cited(passage()))])),
    ]
}

fn called() -> Vec<(&'static str, Vec<Message>)> {
    let exchange = |results: Vec<ToolResult>| {
        let mut thought = Thinking::new("Look.");
        thought.seal = Some(Seal::signature("c2ln"));
        let calls = Message::new(Role::Assistant, vec![ours(Part::Thinking(thought)), "Let me see.".into()])
            .part(ToolCall::new("toolu_1", "look", "{\"at\": \"sky\", \"n\": 1.50}"))
            .part(ToolCall::new("call 2", "look", ""));
        vec![Message::user("Hi"), calls, Message::tools(results)]
    };
    let second = || ToolResult::text("call 2", "two");
    let media = ToolResult::text("toolu_1", "seen").media(Media::image_bytes("image/png", PNG));
    let found = steer::tools::SearchResult::new("https://example.com", "A place", ["A passage."]);
    vec![
        ("calls and results", exchange(vec![ToolResult::text("toolu_1", "blue").for_tool("look"), second()])),
        ("results in another order", exchange(vec![second(), ToolResult::text("toolu_1", "blue")])),
        ("a failed call", exchange(vec![ToolResult::error("toolu_1", "no"), second()])),
        (
            "a denied call",
            exchange(vec![ToolResult::text("toolu_1", "no").outcome(ToolOutcome::Denied), second()]),
        ),
        ("a result of JSON", exchange(vec![ToolResult::json("toolu_1", json!({"a": [1, null]})), second()])),
        ("a result with an image", exchange(vec![media, second()])),
        ("a result of nothing", exchange(vec![ToolResult::new("toolu_1", Vec::new()), second()])),
        ("a result of a search", exchange(vec![ToolResult::new("toolu_1", vec![found.into()]), second()])),
        ("a call without a result", {
            let mut messages = exchange(vec![second()]);
            messages.push(Message::user("And?"));
            messages
        }),
        (
            "calls that are no objects",
            vec![
                Message::user("Hi"),
                Message::assistant(ToolCall::new("a", "look", "[1]"))
                    .part(ToolCall::new("b", "fs.look", "{\"a\":").incomplete()),
                Message::tools([ToolResult::text("a", "1"), ToolResult::text("b", "2")]),
            ],
        ),
        (
            "a call with free text",
            vec![
                Message::user("Hi"),
                Message::assistant(ToolCall::free_text("a", "run", "ls")),
                Message::tool(ToolResult::text("a", "files")),
            ],
        ),
    ]
}

fn rare() -> Vec<(&'static str, Vec<Message>)> {
    let said = |parts: Vec<Part>| {
        vec![Message::user("Hi"), Message::new(Role::Assistant, parts), Message::user("And?")]
    };
    let mut compaction = Compaction::default();
    compaction.summary = Some("They spoke of the sky.".to_owned());
    let mut change = ToolAvailability::default();
    (change.add, change.remove) = (vec!["look".to_owned()], vec!["ask".to_owned()]);
    let json = RawJson::new(r#"{"type":"redacted_thinking","data":"ZW5j"}"#).ok();
    let opaque = json.map(|json| ours(Part::Opaque(Opaque::new(ANTHROPIC, "redacted_thinking", json))));
    let opaque = opaque.into_iter().chain(["Because.".into()]).collect();
    vec![
        ("a source", said(vec![Part::Source(Source::default()), "Because.".into()])),
        ("another model", said(vec![Part::ModelHop(ModelHop::default()), "Because.".into()])),
        (
            "a compaction of another provider",
            said(vec![foreign(Part::Compaction(compaction)), "Because.".into()]),
        ),
        ("an opaque part", said(opaque)),
        ("a tool of the vendor's", said(searched())),
        (
            "a change of tools",
            vec![Message::user("Hi"), Message::new(Role::System, vec![Part::ToolAvailability(change)])],
        ),
        ("a file of another provider", user(foreign(Part::ContainerFile(ContainerFile::new("file-1"))))),
    ]
}

/// A search that the vendor ran, and what it found.
fn searched() -> Vec<Part> {
    let mut call = ToolCallPart::new(ToolCall::new("srvtoolu_1", "web_search", "{\"query\": \"sky\"}"));
    (call.executor, call.kind) = (Executor::Provider, Some("server_tool_use".to_owned()));
    let found = json!([{"type": "web_search_result", "url": "https://example.com", "title": "T",
        "encrypted_content": "ZW5j", "page_age": null}]);
    let content = ToolResultContent::Opaque {
        api: ANTHROPIC.to_owned(),
        kind: "web_search_tool_result".to_owned(),
        json: found.to_string(),
    };
    let mut result = ToolResultPart::new(ToolResult::new("srvtoolu_1", vec![content]));
    (result.executor, result.kind) = (Executor::Provider, Some("web_search_tool_result".to_owned()));
    vec![ours(Part::ToolCall(call)), ours(Part::ToolResult(result)), "Because.".into()]
}

fn document() -> Citation {
    let mut citation = Citation::new(CitationTarget::Document {
        index: 0,
        title: Some("T".to_owned()),
        file_id: None,
        span: Some(DocumentSpan::Characters(0, 5)),
    });
    citation.quoted = Some("Words".to_owned());
    citation
}

fn passage() -> Citation {
    let mut citation = Citation::new(CitationTarget::SearchResult {
        index: 0,
        source: "https://example.com".to_owned(),
        title: None,
        blocks: Some((0, 1)),
    });
    citation.quoted = Some("A passage.".to_owned());
    citation
}

fn cited(citation: Citation) -> Part {
    let mut text = Text::new("As it says.");
    text.citations.push(citation);
    Part::Text(text)
}

/// The part as one that Anthropic sent before.
fn ours(part: impl Into<Part>) -> Part {
    from("anthropic", ANTHROPIC, part)
}

/// The part as one that a vendor sent before whom nobody here speaks to.
fn foreign(part: impl Into<Part>) -> Part {
    from("acme", "acme-chat", part)
}

fn from(provider: &str, api: &str, part: impl Into<Part>) -> Part {
    let mut part = part.into();
    part.meta_mut().origin = Some(Arc::new(Origin::new(provider.into(), api, "a-model")));
    part
}
