//! The cases that every provider passes, over the fixtures, and what is Qwen (Alibaba Cloud)'s own.

use steer_core::{ErrorKind, ThinkingConfig};
use steer_qwen::REGISTRATION;

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "qwen/qwen-plus",
    request: |request| request.thinking(ThinkingConfig::Budget(500)),
    errors: [
        (
            401,
            r#"{"error":{"message":"Incorrect API key provided.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
            ErrorKind::AuthenticationFailed,
            false,
        ),
        (
            429,
            r#"{"error":{"message":"Requests rate limit exceeded","type":"limit_requests","param":null,"code":"limit_requests"}}"#,
            ErrorKind::RateLimited,
            true,
        ),
    ],
}
