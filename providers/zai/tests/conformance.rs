//! The cases that every provider passes, over the fixtures, and what is Z.ai's own.

use steer_core::{Effort, ErrorKind};
use steer_zai::REGISTRATION;

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "zai/glm-4.7",
    request: |request| request.effort(Effort::Low).max_output_tokens(64).temperature(0.5),
    errors: [
        (
            401,
            r#"{"error":{"code":"1001","message":"Header not received Authentication parameter"}}"#,
            ErrorKind::AuthenticationFailed,
            false,
        ),
        (
            429,
            r#"{"error":{"code":"1302","message":"High concurrency usage of this API"}}"#,
            ErrorKind::RateLimited,
            true,
        ),
    ],
}
