//! The cases that every provider passes, over the fixtures, and what is Moonshot AI's own.

use steer_core::{Effort, ErrorKind};
use steer_moonshot::REGISTRATION;

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "moonshot/kimi-k2.5",
    request: |request| request.effort(Effort::Low).max_output_tokens(64).temperature(0.5),
    errors: [
        (
            401,
            r#"{"error":{"message":"Invalid Authentication","type":"invalid_authentication_error"}}"#,
            ErrorKind::AuthenticationFailed,
            false,
        ),
        (
            429,
            r#"{"error":{"message":"The engine is currently overloaded, please try again later","type":"engine_overloaded_error"}}"#,
            ErrorKind::Overloaded,
            true,
        ),
    ],
}
