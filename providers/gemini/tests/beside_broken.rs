//! Answers beside completions that are not as they should be.

use steer_testkit::conformance::{broken_answers_beside_completions_are_errors, pass};

#[test]
fn broken_answers_are_errors_and_never_a_panic() {
    let answers = [
        r#"{"totalTokens":36,"cachedContentTokenCount":4,"promptTokensDetails":[{"modality":"TEXT","tokenCount":32}]}"#,
        r#"{"embeddings":[{"values":[0.5,-1]},{"values":[0.25,2]}],"usageMetadata":{"promptTokenCount":14}}"#,
        r#"{"embedding":{"values":[0.5]},"truncated":true}"#,
        r#"{"predictions":[{"embeddings":{"values":[0.5],"statistics":{"token_count":3,"truncated":true}}}]}"#,
        r#"{"models":[{"name":"models/a","displayName":"A","inputTokenLimit":8,"supportedGenerationMethods":["x"]}],
            "nextPageToken":"b"}"#,
    ];
    pass(broken_answers_beside_completions_are_errors(&steer_gemini::GenerateContent::default(), &answers));
}
