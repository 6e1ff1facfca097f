//! The cases that every provider passes, over the fixtures, and what is llama.cpp's own.

use steer_core::ErrorKind;
use steer_llamacpp::REGISTRATION;

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "llamacpp/any",
    request: |request| request.max_output_tokens(64).stop_sequence("END"),
    errors: [
        (
            503,
            r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
            ErrorKind::Overloaded,
            true,
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":4096}}"#,
            ErrorKind::ContextLength,
            false,
        ),
    ],
}
