//! Answers beside completions that are not as they should be.

use steer_testkit::conformance::{broken_answers_beside_completions_are_errors, pass};

#[test]
fn broken_answers_are_errors_and_never_a_panic() {
    let answers = [
        r#"{"input_tokens":12}"#,
        r#"{"data":[{"type":"model","id":"a","display_name":"A","created_at":"2026-01-01T00:00:00Z","max_tokens":8,
            "capabilities":{"x":{"supported":true}}}],"has_more":true,"first_id":"a","last_id":"a"}"#,
    ];
    pass(broken_answers_beside_completions_are_errors(&steer_anthropic::Messages, &answers));
}
