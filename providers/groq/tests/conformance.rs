//! The cases that every provider passes, over the fixtures, and what is Groq's own.

use steer_core::{Effort, ErrorKind};
use steer_groq::REGISTRATION;

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "groq/openai/gpt-oss-120b",
    request: |request| request.effort(Effort::Low).max_output_tokens(64).temperature(0.5),
    errors: [
        (
            400,
            r#"{"error":{"message":"The arguments of the call are no JSON.","type":"invalid_request_error","code":"tool_use_failed","failed_generation":"<f>"}}"#,
            ErrorKind::InvalidRequest,
            true,
        ),
        (
            429,
            r#"{"error":{"message":"Too many tokens in this minute","type":"tokens","code":"rate_limit_exceeded"}}"#,
            ErrorKind::RateLimited,
            true,
        ),
        (
            404,
            r#"{"error":{"message":"No such model","type":"invalid_request_error","code":"model_not_found"}}"#,
            ErrorKind::NotFound,
            false,
        ),
    ],
}
