//! The cases that every provider passes, over the fixtures, and what is Fireworks AI's own.

use steer_core::{Effort, ErrorKind};
use steer_fireworks::REGISTRATION;

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "fireworks/accounts/fireworks/models/gpt-oss-120b",
    request: |request| request.effort(Effort::Low).max_output_tokens(64).temperature(0.5),
    errors: [
        (
            404,
            r#"{"error":{"object":"error","type":"invalid_request_error","code":"NOT_FOUND","message":"Model not found, inaccessible, and/or not deployed"}}"#,
            ErrorKind::NotFound,
            false,
        ),
        (
            429,
            r#"{"error":{"object":"error","type":"invalid_request_error","message":"rate limit exceeded"}}"#,
            ErrorKind::RateLimited,
            true,
        ),
    ],
}
