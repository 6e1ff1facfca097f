//! Answers beside completions that are not as they should be.

use steer_openai_compatible::{Chat, Dialect};
use steer_testkit::conformance::{broken_answers_beside_completions_are_errors, pass};

#[test]
fn broken_answers_are_errors_and_never_a_panic() {
    let answers = [
        r#"{"model":"e","id":"i","data":[{"index":1,"embedding":"AACAPwAAAMA="},{"index":0,"embedding":[0.5,1]}],
            "usage":{"prompt_tokens":2,"total_tokens":2,"cost":0.1}}"#,
        r#"{"data":[{"id":"a","name":"A","created":5,"owned_by":"x","architecture":{"input_modalities":["text"]},
            "capabilities":{"x":true},"top_provider":{"max_completion_tokens":7}}],"has_more":true,"last_id":"a"}"#,
        r#"[{"id":"a","created_at":"x","capabilities":["y"]}]"#,
    ];
    pass(broken_answers_beside_completions_are_errors(&Chat::new(Dialect::compatible()), &answers));
}
