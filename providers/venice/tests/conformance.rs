//! The cases that every provider passes, over the fixtures, and what is Venice's own.

use steer_core::{Effort, ErrorKind};
use steer_venice::REGISTRATION;

steer_testkit::vendor! {
    registration: REGISTRATION,
    model: "venice/zai-org-glm-4.7",
    request: |request| request.effort(Effort::Low).max_output_tokens(64).temperature(0.5),
    errors: [
        (401, r#"{"error":"Authentication failed"}"#, ErrorKind::AuthenticationFailed, false),
        (
            402,
            r#"{"error":"Insufficient USD or Diem balance to complete request"}"#,
            ErrorKind::QuotaExhausted,
            false,
        ),
    ],
}
