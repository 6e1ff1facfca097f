//! Calls, results, media and tool schemas keep what they are given, and show none of it by accident.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::error::Error as _;
use std::time::Duration;

use serde_json::{Value, json};
use steer_tools::{
    ArgumentsError, InputSchema, JsonFault, Media, MediaError, MediaKind, MediaSource, SchemaError,
    SearchResult, ToolCall, ToolOutcome, ToolResult, ToolResultContent, ToolSchema, VideoClip,
};

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Weather {
    city: String,
}

fn call(raw: &str) -> ToolCall {
    ToolCall::new("call_1", "weather", raw)
}

#[test]
fn arguments_parse_into_a_type() {
    let weather: Weather = call(r#"{"city":"Oslo"}"#).parse().unwrap();
    assert_eq!(weather, Weather { city: "Oslo".into() });
}

#[test]
fn empty_arguments_are_an_empty_object() {
    for raw in ["", "  \n"] {
        assert_eq!(call(raw).value(), Ok(json!({})));
    }
}

#[test]
fn broken_arguments_are_an_error_and_never_an_empty_object() {
    let expected =
        |line, column, source| ArgumentsError::InvalidJson { tool: "weather".into(), line, column, source };
    assert_eq!(call(r#"{"city": }"#).value(), Err(expected(1, 10, JsonFault::Syntax)));
    assert_eq!(call("{\"city\":\n\"Os").value(), Err(expected(2, 3, JsonFault::UnexpectedEnd)));
    assert_eq!(call(r#"{} {}"#).value(), Err(expected(1, 4, JsonFault::Syntax)));
}

#[test]
fn a_lone_surrogate_escape_is_invalid_json() {
    assert!(matches!(call(r#"{"city":"\uD83D"}"#).value(), Err(ArgumentsError::InvalidJson { .. })));
}

#[test]
fn arguments_of_the_wrong_type_are_a_mismatch() {
    assert!(matches!(
        call(r#"{"city":5}"#).parse::<Weather>(),
        Err(ArgumentsError::Mismatch { line: 1, .. })
    ));
    assert!(matches!(call("").parse::<Weather>(), Err(ArgumentsError::Mismatch { .. })));
}

#[test]
fn broken_json_counts_before_a_mismatch_in_front_of_it() {
    let result = call(r#"{"city":5, "#).parse::<Weather>();
    assert!(matches!(result, Err(ArgumentsError::InvalidJson { source: JsonFault::UnexpectedEnd, .. })));
}

#[test]
fn arguments_that_were_cut_off_are_not_read_even_if_they_parse() {
    let expected = ArgumentsError::Incomplete { tool: "weather".into() };
    for raw in ["", r#"{"city":"Oslo"}"#, r#"{"ci"#] {
        assert_eq!(call(raw).incomplete().value(), Err(expected.clone()));
    }
}

#[test]
fn free_text_is_not_read_as_json() {
    let call = ToolCall::free_text("1", "patch", "{}");
    assert_eq!(call.value(), Err(ArgumentsError::NotJson { tool: "patch".into() }));
    assert_eq!(call.raw(), "{}");
}

#[test]
fn neither_errors_nor_their_sources_quote_arguments() {
    let raw = r#"{"city":["hush-hush"]}"#;
    #[derive(Debug, serde::Deserialize)]
    #[allow(dead_code)]
    struct Numbers {
        city: Vec<u8>,
    }
    for raw in [raw, r#"{"city":["hush-hush""#, r#"{"hush-hush"}"#] {
        let error = call(raw).parse::<Numbers>().unwrap_err();
        let mut text = format!("{error} {error:?} {:?}", call(raw));
        let mut source = error.source();
        while let Some(cause) = source {
            text += &format!("{cause} {cause:?}");
            source = cause.source();
        }
        assert!(!text.contains("hush"), "{text}");
    }
}

#[test]
fn what_is_no_object_is_wrapped_for_replay() {
    assert_eq!(Value::Object(call(r#"{"city":"Oslo"}"#).replay_object()), json!({ "city": "Oslo" }));
    assert_eq!(Value::Object(call(r#"{"ci"#).replay_object()), json!({ "raw": "{\"ci" }));
    assert_eq!(Value::Object(call("[1]").replay_object()), json!({ "raw": "[1]" }));
}

#[test]
fn a_call_keeps_its_raw_text_through_serde() {
    let call = call(r#"{ "city" : "Os"#).incomplete();
    let text = serde_json::to_string(&call).unwrap();
    assert_eq!(
        text,
        r#"{"id":"call_1","name":"weather","input":{"json":"{ \"city\" : \"Os"},"complete":false}"#
    );
    assert_eq!(serde_json::from_str::<ToolCall>(&text).unwrap(), call);
}

fn every_part() -> ToolResult {
    let chunks = MediaSource::Content(vec![ToolResultContent::text("chunk")]);
    ToolResult::text("call_1", "hush-hush")
        .for_tool("search")
        .part(ToolResultContent::json(json!({ "hush-hush": [1.5, null] })))
        .media(Media::image_bytes("image/png", &b"hush-hush"[..]).filename("hush-hush").detail("high"))
        .media(Media::image_url("https://me:hush-hush@host.example/p.png?sig=hush-hush"))
        .media(Media::file(MediaKind::Document, "store", "file_1").citations(true))
        .media(Media::document_text("hush-hush").title("hush-hush").context("hush-hush"))
        .media(Media::new(MediaKind::Document, chunks))
        .media(
            Media::new(MediaKind::Video, MediaSource::Url("data:video/mp4,hush-hush".into())).clip(
                VideoClip::new().start(Duration::from_secs(2)).end(Duration::from_millis(2500)).fps(0.5),
            ),
        )
        .part(SearchResult::new("https://a.example", "hush-hush", ["hush-hush"]).citations(false).into())
        .part(ToolResultContent::tool_reference("weather"))
        .part(ToolResultContent::Opaque {
            api: "x".into(),
            kind: "y".into(),
            json: "{\"a\":\"hush-hush\"}".into(),
        })
}

#[test]
fn every_part_of_a_result_survives_serde() {
    let result = every_part();
    let text = serde_json::to_string(&result).unwrap();
    assert_eq!(serde_json::from_str::<ToolResult>(&text).unwrap(), result);
}

#[test]
fn parts_are_tagged_with_their_type() {
    let result = serde_json::to_value(every_part()).unwrap();
    let kinds: Vec<_> =
        result["content"].as_array().unwrap().iter().map(|part| part["type"].clone()).collect();
    let expected = [
        "text",
        "json",
        "media",
        "media",
        "media",
        "media",
        "media",
        "media",
        "search_result",
        "tool_reference",
        "opaque",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(result["content"][2]["source"], json!({ "bytes": "aHVzaC1odXNo" }));
}

#[test]
fn debug_of_a_result_shows_no_content() {
    let shown = format!("{:?}", every_part());
    assert!(!shown.contains("hush"), "{shown}");
    assert!(
        shown.contains("host.example") && shown.contains("file_1") && shown.contains("<9 bytes>"),
        "{shown}"
    );
}

#[test]
fn every_outcome_but_ok_is_an_error() {
    assert!(!ToolResult::json("1", json!(1)).is_error());
    assert!(ToolResult::error("1", "no").is_error());
    assert!(ToolResult::missing("1", "no").is_error());
    assert_eq!(ToolResult::denied("1", "no").outcome, ToolOutcome::Denied);
    assert!(ToolResult::denied("1", "no").is_error());
}

#[test]
fn media_bytes_read_base64_with_and_without_padding() {
    for text in [r#"{"bytes":"aGk="}"#, r#"{"bytes":"aGk"}"#] {
        let source: MediaSource = serde_json::from_str(text).unwrap();
        assert_eq!(source.base64().as_deref(), Some("aGk="));
    }
    let error = serde_json::from_str::<MediaSource>(r#"{"bytes":"hush hush"}"#).unwrap_err();
    assert!(!error.to_string().contains("hush"), "{error}");
    assert_eq!(MediaSource::Url("https://a.example".into()).base64(), None);
}

#[test]
fn media_from_bytes_knows_kind_and_type() {
    let media = Media::from_bytes(&b"%PDF-1.7"[..]).unwrap();
    assert_eq!((media.kind, media.media_type.as_deref()), (MediaKind::Document, Some("application/pdf")));
    assert_eq!(Media::from_bytes(&b"?"[..]), Err(MediaError::Unknown));
}

#[test]
fn a_tool_reads_from_both_names_of_its_schema() {
    for field in ["input_schema", "parameters"] {
        let file = json!({ "name": "t", "description": "d", field: { "properties": { "a": {} } } });
        let tool: ToolSchema = serde_json::from_value(file).unwrap();
        let expected = json!({ "type": "object", "properties": { "a": {} } });
        assert_eq!(tool.input_schema.as_value(), &expected);
        assert_eq!(tool.description.as_deref(), Some("d"));
    }
}

#[test]
fn a_tool_survives_serde_and_gives_the_same_bytes_twice() {
    let tool = ToolSchema::new("t", InputSchema::empty())
        .description("hush-hush")
        .display_name("The tool")
        .strict(true)
        .input_example(json!({ "z": "hush-hush", "a": 1 }));
    let text = serde_json::to_string(&tool).unwrap();
    assert_eq!(serde_json::from_str::<ToolSchema>(&text).unwrap(), tool);
    assert_eq!(serde_json::to_string(&tool).unwrap(), text);
    assert!(!format!("{tool:?}").contains("hush"));
}

#[test]
fn a_schema_of_anything_becomes_the_empty_object_schema() {
    for schema in [json!(true), json!({}), json!({ "type": ["object"] })] {
        assert_eq!(InputSchema::from_json(schema), Ok(InputSchema::empty()));
    }
}

#[test]
fn a_schema_of_something_else_is_refused_with_advice() {
    let not_objects = [
        json!({ "type": "string" }),
        json!({ "type": ["object", "null"] }),
        json!({ "type": [] }),
        json!({ "anyOf": [] }),
        json!(false),
    ];
    for schema in not_objects {
        let error = InputSchema::from_json(schema).unwrap_err();
        assert!(matches!(error, SchemaError::NotAnObject { .. }));
        assert!(error.to_string().contains("add `\"type\": \"object\"`"), "{error}");
    }
    let expected = SchemaError::NotASchema { pointer: String::new(), found: "an array" };
    assert_eq!(InputSchema::from_json(json!([])), Err(expected));
    assert!(matches!(
        InputSchema::from_json(json!({ "type": "object", "properties": [] })),
        Err(SchemaError::Malformed { .. })
    ));
}

#[test]
fn a_schema_read_from_a_file_is_checked_too() {
    assert!(serde_json::from_str::<InputSchema>(r#"{"type":"string"}"#).is_err());
    assert_eq!(serde_json::from_str::<InputSchema>("true").unwrap(), InputSchema::empty());
}

#[test]
fn a_schema_nested_too_deeply_is_refused() {
    let mut schema = json!({});
    for _ in 0..200 {
        schema = json!({ "items": schema });
    }
    assert_eq!(InputSchema::from_json(schema), Err(SchemaError::TooDeep { limit: 128 }));
}

#[cfg(feature = "schemars-1")]
#[test]
fn a_rust_type_gives_its_schema() {
    #[derive(schemars::JsonSchema)]
    #[allow(dead_code)]
    struct Input {
        city: String,
        days: Option<u8>,
    }
    let schema = InputSchema::for_type::<Input>().unwrap();
    assert_eq!(schema.as_value()["required"], json!(["city"]));
    assert_eq!(schema.as_value()["properties"]["city"], json!({ "type": "string" }));
    assert!(matches!(InputSchema::for_type::<String>(), Err(SchemaError::NotAnObject { .. })));
}
