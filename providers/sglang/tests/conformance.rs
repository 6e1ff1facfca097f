//! The cases that every provider passes, over the fixtures, and what is SGLang's own.

use steer_core::ErrorKind;
use steer_sglang::REGISTRATION;

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "sglang/qwen/qwen3-8b",
    request: |request| request.max_output_tokens(64).stop_sequence("END"),
    errors: [
        (
        400,
        r#"{"object":"error","message":"The model is not there","type":"BadRequestError","param":null,"code":400}"#,
        ErrorKind::InvalidRequest,
        false,
    )
    ],
}
