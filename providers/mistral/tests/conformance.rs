//! The cases that every provider passes, over the fixtures, and what is Mistral's own.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use serde_json::json;
use steer_core::{ErrorKind, InputSchema, Message, Part, Tool, ToolCall, ToolChoice, ToolResult, ToolSchema};
use steer_mistral::REGISTRATION;

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "mistral/mistral-medium-latest",
    request: |request| request
        .tool(Tool::from(ToolSchema::new("f", InputSchema::from_json(json!({"type": "object"})).unwrap())))
        .tool_choice(ToolChoice::Required)
        .message(Message::assistant(Part::from(ToolCall::new("call_of_more_than_nine", "f", "{}"))))
        .message(Message::tool(ToolResult::text("call_of_more_than_nine", "4").for_tool("f")))
        .user("And?"),
    errors: [
        (401, r#"{"detail":"Unauthorized"}"#, ErrorKind::AuthenticationFailed, false),
        (
            400,
            r#"{"object":"error","message":"There is none of this name","type":"invalid_model","param":null,"code":"1500"}"#,
            ErrorKind::InvalidRequest,
            false,
        ),
        (
            429,
            r#"{"object":"error","message":"Requests rate limit exceeded","type":"rate_limited","param":null,"code":"1300"}"#,
            ErrorKind::RateLimited,
            true,
        ),
    ],
}
