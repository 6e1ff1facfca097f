//! The cases that every provider passes, over the fixtures, and what is DeepSeek's own.

use steer_core::{Effort, ErrorKind, Message};
use steer_deepseek::REGISTRATION;

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "deepseek/deepseek-v4-pro",
    request: |request| request
        .message(Message::assistant("Hello."))
        .user("Why?")
        .effort(Effort::High),
    errors: [
        (
            402,
            r#"{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}"#,
            ErrorKind::QuotaExhausted,
            false,
        ),
        (
            422,
            r#"{"error":{"message":"Invalid parameters","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}"#,
            ErrorKind::InvalidRequest,
            false,
        ),
        (503, r#"{"error":{"message":"Server overloaded"}}"#, ErrorKind::Overloaded, true),
    ],
}
