//! Answers beside completions that are not as they should be.

use steer_testkit::conformance::{broken_answers_beside_completions_are_errors, pass};

#[test]
fn broken_answers_are_errors_and_never_a_panic() {
    let answers = [
        r#"{"model":"m","embeddings":[[0.5,-1],[0.25,2]],"total_duration":1,"prompt_eval_count":8}"#,
        r#"{"models":[{"name":"a","model":"a","modified_at":"2025-10-03","size":1,"details":{"family":"f"},
            "capabilities":["completion"]}]}"#,
    ];
    pass(broken_answers_beside_completions_are_errors(&steer_ollama::Chat, &answers));
}
