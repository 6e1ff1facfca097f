//! The cases that every provider passes, over the fixtures, and what is Together AI's own.

use steer_core::{Effort, ErrorKind};
use steer_together::REGISTRATION;

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "together/openai/gpt-oss-20b",
    request: |request| request.effort(Effort::Low).max_output_tokens(64).temperature(0.5),
    errors: [
        (
            401,
            r#"{"error":{"message":"Invalid API key provided","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
            ErrorKind::AuthenticationFailed,
            false,
        ),
        (503, r#"{"error":{"message":"The engine is currently overloaded"}}"#, ErrorKind::Overloaded, true),
    ],
}
