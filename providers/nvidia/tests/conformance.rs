//! The cases that every provider passes, over the fixtures, and what is NVIDIA's own.

use steer_core::{Effort, ErrorKind};
use steer_nvidia::REGISTRATION;

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "nvidia/openai/gpt-oss-120b",
    request: |request| request.effort(Effort::Low).max_output_tokens(64).temperature(0.5),
    errors: [
        (
            401,
            r#"{"type":"urn:inference-service:problem-details:unauthorized","title":"Unauthorized","status":401,"detail":"Authentication failed"}"#,
            ErrorKind::AuthenticationFailed,
            false,
        ),
        (
            404,
            r#"{"status":404,"title":"Not Found","detail":"Function not found"}"#,
            ErrorKind::NotFound,
            false,
        ),
    ],
}
