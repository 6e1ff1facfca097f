//! The cases that every provider passes, over the fixtures, and what is vLLM's own.

use steer_core::ErrorKind;
use steer_vllm::REGISTRATION;

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "vllm/Qwen/Qwen3-8B",
    request: |request| request.max_output_tokens(64).stop_sequence("END"),
    errors: [
        (
        404,
        r#"{"error":{"message":"The model `m` does not exist.","type":"NotFoundError","param":"model","code":404}}"#,
        ErrorKind::NotFound,
        false,
    )
    ],
}
