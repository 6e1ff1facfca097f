//! The cases that every provider passes, over the fixtures, and what is Cerebras's own.

use steer_cerebras::REGISTRATION;
use steer_core::{Effort, ErrorKind};

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "cerebras/gpt-oss-120b",
    request: |request| request.effort(Effort::Low).max_output_tokens(64).temperature(0.5),
    errors: [
        (
            429,
            r#"{"message":"Requests per minute limit exceeded","type":"too_many_requests_error","param":"quota","code":"request_quota_exceeded"}"#,
            ErrorKind::RateLimited,
            true,
        ),
        (
            404,
            r#"{"message":"Model m does not exist","type":"not_found_error","param":"model","code":"model_not_found"}"#,
            ErrorKind::NotFound,
            false,
        ),
    ],
}
