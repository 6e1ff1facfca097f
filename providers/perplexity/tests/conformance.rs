//! The cases that every provider passes, over the fixtures, and what is Perplexity's own.

use steer_core::{Effort, ErrorKind};
use steer_perplexity::REGISTRATION;

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "perplexity/sonar-pro",
    request: |request| request.effort(Effort::Low).max_output_tokens(64).temperature(0.5),
    errors: [
        (
            401,
            r#"{"error":{"message":"Invalid API key provided.","type":"invalid_api_key","code":401}}"#,
            ErrorKind::AuthenticationFailed,
            false,
        ),
        (
            400,
            r#"{"error":{"message":"Invalid model 'm'.","type":"invalid_model","code":400}}"#,
            ErrorKind::InvalidRequest,
            false,
        ),
    ],
}
