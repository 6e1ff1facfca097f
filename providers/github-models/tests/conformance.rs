//! The cases that every provider passes, over the fixtures, and what is GitHub Models's own.

use steer_core::ErrorKind;
use steer_github_models::REGISTRATION;

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "github-models/openai/gpt-4.1",
    request: |request| request.max_output_tokens(64).stop_sequence("END"),
    errors: [
        (
            401,
            r#"{"error":{"code":"unauthorized","message":"The `models` permission is required","details":"Unauthorized"}}"#,
            ErrorKind::AuthenticationFailed,
            false,
        ),
        (
            429,
            r#"{"error":{"code":"RateLimitReached","message":"Rate limit of 15 per 60s exceeded","details":""}}"#,
            ErrorKind::RateLimited,
            true,
        ),
    ],
}
