//! The cases that every provider passes, over the fixtures, and what is Hugging Face's own.

use steer_core::{Effort, ErrorKind};
use steer_huggingface::REGISTRATION;

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "huggingface/openai/gpt-oss-120b:groq",
    request: |request| request.effort(Effort::Low).max_output_tokens(64).temperature(0.5),
    errors: [
        (401, r#"{"error":"Invalid username or password."}"#, ErrorKind::AuthenticationFailed, false),
        (
            400,
            r#"{"error":{"message":"The requested model 'm' does not exist","type":"invalid_request_error","param":"model","code":"model_not_found"}}"#,
            ErrorKind::NotFound,
            false,
        ),
    ],
}
