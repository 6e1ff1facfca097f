//! Recordings of what vendors offer beside completions.

use serde_json::{Value, json};
use steer::beside::ModelListRequest;
use steer::{ApiError, Client, CompletionRequest, CompletionResponse, EmbeddingRequest};

use super::recording::Recording;
use super::semantics::Outcome;

/// What is asked of a provider beside completions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Count,
    Embed,
    Models,
}

/// The wire formats beside completions, what each answers, and the format whose providers speak it.
const FORMATS: [(&str, Question, &str); 8] = [
    ("anthropic-count-tokens", Question::Count, "anthropic-messages"),
    ("anthropic-models", Question::Models, "anthropic-messages"),
    ("gemini-count-tokens", Question::Count, "gemini"),
    ("gemini-embeddings", Question::Embed, "gemini"),
    ("gemini-models", Question::Models, "gemini"),
    ("openai-embeddings", Question::Embed, "openai-chat"),
    ("openai-input-tokens", Question::Count, "openai-responses"),
    ("openai-models", Question::Models, "openai-chat"),
];

/// The format that a provider must speak to be asked for a recording.
pub(super) fn spoken(api: &str) -> &str {
    format(api).map_or(api, |(_, _, spoken)| spoken)
}

/// Whether a format is one beside completions.
pub(super) fn is_beside(api: &str) -> bool {
    format(api).is_some()
}

/// Asks a client for a recorded answer; `header` says which one it is.
pub(super) async fn ask(client: &Client, provider: &str, recording: &Recording, header: &str) -> Outcome {
    let model = format!("{provider}/{}", recording.model());
    match format(&recording.api).map(|(_, question, _)| question) {
        Some(Question::Embed) => {
            let inputs = (0..recording.inputs()).map(|number| number.to_string());
            let request = EmbeddingRequest::new(model).inputs(inputs).header(header, &recording.id);
            told(recording, client.embed(request).await, |outcome, answer| {
                outcome.usage_of(answer.usage.as_ref());
                outcome.response_id = answer.response_id;
                outcome.model = answer.model;
                outcome.embeddings = Some(embeddings(&answer.vectors));
            })
        }
        Some(Question::Models) => {
            let request = ModelListRequest::new(provider).header(header, &recording.id).max_pages(1);
            told(recording, client.list_models(request).await, |outcome, list| {
                outcome.models = Some(list.models.into_iter().map(|model| model.id).collect());
            })
        }
        _ => {
            let request = CompletionRequest::new(model).user("Hello").header(header, recording.id.as_str());
            told(recording, client.count_tokens(request).await, |outcome, count| {
                outcome.token_count = Some(count.input_tokens);
            })
        }
    }
}

fn format(api: &str) -> Option<(&'static str, Question, &'static str)> {
    FORMATS.into_iter().find(|(name, ..)| *name == api)
}

fn told<T>(
    recording: &Recording,
    result: Result<T, ApiError>,
    tell: impl FnOnce(&mut Outcome, T),
) -> Outcome {
    let nothing = CompletionResponse::default();
    let mut outcome = Outcome::of_answer(recording, &nothing, result.as_ref().err());
    if let Ok(answer) = result {
        tell(&mut outcome, answer);
    }
    outcome
}

/// How many vectors, how long, and how each begins.
fn embeddings(vectors: &[Vec<f32>]) -> Value {
    let lengths: Vec<usize> = vectors.iter().map(Vec::len).collect();
    let first: Vec<Vec<f32>> =
        vectors.iter().map(|vector| vector.iter().copied().take(3).collect()).collect();
    json!({"count": vectors.len(), "dimensions": lengths, "first": first})
}
