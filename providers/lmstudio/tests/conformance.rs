//! The cases that every provider passes, over the fixtures, and what is LM Studio's own.

use steer_core::ErrorKind;
use steer_lmstudio::REGISTRATION;

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "lmstudio/openai/gpt-oss-20b",
    request: |request| request.max_output_tokens(64).stop_sequence("END"),
    errors: [
        (
        404,
        r#"{"error":{"message":"Model not found","type":"invalid_request_error","param":"model","code":"model_not_found"}}"#,
        ErrorKind::NotFound,
        false,
    )
    ],
}
