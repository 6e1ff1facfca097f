//! What the demo answers beside completions: counts, vectors and lists, in each vendor's shape.

use serde_json::{Value, json};
use steer_testkit::server::{RecordedRequest, Reply};

use super::{last_question, refusal, words};

/// How long the demo's vectors are unless they are asked for otherwise, and at most.
const LENGTHS: (usize, usize) = (8, 4096);

/// The answer, where the request asks for none of these `None`.
pub(super) fn reply(request: &RecordedRequest) -> Option<Reply> {
    let body = || serde_json::from_slice::<Value>(&request.body).unwrap_or_default();
    let answer = match (request.method.as_str(), request.path()) {
        ("GET", "/v1/models") => {
            let model = json!({"type": "model", "id": "demo", "display_name": "Demo", "created_at": "2026-01-01T00:00:00Z"});
            json!({"data": [model], "has_more": false, "first_id": "demo", "last_id": "demo"})
        }
        ("GET", "/models") if request.target.contains("pageSize=") => {
            json!({"models": [{"name": "models/demo", "displayName": "Demo"}]})
        }
        ("GET", "/models") => {
            json!({"object": "list", "data": [{"id": "demo", "object": "model", "owned_by": "steer"}]})
        }
        ("POST", "/v1/messages/count_tokens") => json!({"input_tokens": counted(&body())?}),
        ("POST", "/responses/input_tokens") => {
            json!({"object": "response.input_tokens", "input_tokens": counted(&body())?})
        }
        ("POST", path) if path.ends_with(":countTokens") => {
            let body = body();
            json!({"totalTokens": counted(body.get("generateContentRequest").unwrap_or(&body))?})
        }
        ("GET", "/api/tags") => json!({"models": [{"name": "demo", "model": "demo"}]}),
        ("POST", "/embeddings") => embeddings(&body()),
        ("POST", "/api/embed") => embed(&body()),
        ("POST", path) if path.ends_with(":batchEmbedContents") => batch(&body()),
        _ => return None,
    };
    let reply = match answer {
        Value::Null => refusal(400, "invalid_request_error", "there is no text to embed"),
        answer => Reply::json(200, answer.to_string()),
    };
    Some(reply.header("request-id", "req_demo"))
}

/// The words of the last question; the demo's word is its token.
fn counted(body: &Value) -> Option<usize> {
    last_question(body).map(|prompt| words(&prompt))
}

fn embeddings(body: &Value) -> Value {
    let Some(texts) = inputs(body) else { return Value::Null };
    let length = length(body.get("dimensions"));
    let data: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(
            |(index, text)| json!({"object": "embedding", "index": index, "embedding": vector(text, length)}),
        )
        .collect();
    let tokens: usize = texts.iter().map(|text| words(text)).sum();
    json!({
        "object": "list", "data": data, "model": "demo", "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    })
}

fn embed(body: &Value) -> Value {
    let Some(texts) = inputs(body) else { return Value::Null };
    let length = length(body.get("dimensions"));
    let vectors: Vec<Vec<f64>> = texts.iter().map(|text| vector(text, length)).collect();
    let tokens: usize = texts.iter().map(|text| words(text)).sum();
    json!({"model": "demo", "embeddings": vectors, "prompt_eval_count": tokens})
}

fn inputs(body: &Value) -> Option<Vec<&str>> {
    Some(body.get("input")?.as_array()?.iter().filter_map(Value::as_str).collect())
}

fn batch(body: &Value) -> Value {
    let Some(requests) = body.get("requests").and_then(Value::as_array) else { return Value::Null };
    let vectors: Vec<Value> = requests
        .iter()
        .map(|request| {
            let text = request.pointer("/content/parts/0/text").and_then(Value::as_str).unwrap_or_default();
            json!({"values": vector(text, length(request.get("outputDimensionality")))})
        })
        .collect();
    json!({"embeddings": vectors})
}

fn length(asked: Option<&Value>) -> usize {
    let asked = asked.and_then(Value::as_u64).and_then(|length| usize::try_from(length).ok());
    asked.unwrap_or(LENGTHS.0).min(LENGTHS.1)
}

/// How often each letter comes, in as many places as the vector has: alike for alike texts, and no model's meaning.
fn vector(text: &str, length: usize) -> Vec<f64> {
    let mut counts = vec![0_u32; length];
    for letter in text.chars().filter(|letter| letter.is_alphanumeric()) {
        let place = usize::try_from(u32::from(letter)).ok().and_then(|code| code.checked_rem(length));
        if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
            *count = count.saturating_add(1);
        }
    }
    let norm = counts.iter().map(|&count| f64::from(count).powi(2)).sum::<f64>().sqrt().max(1.0);
    counts.iter().map(|&count| f64::from(count) / norm).collect()
}

#[cfg(test)]
mod tests {
    use super::vector;

    #[test]
    fn a_vector_has_the_length_one_unless_there_is_no_letter() {
        let norm = |text: &str| vector(text, 8).iter().map(|x| x * x).sum::<f64>();
        assert!((norm("some letters") - 1.0).abs() < 1e-9);
        assert_eq!(norm(" ?"), 0.0);
        assert_ne!(vector("abc", 8), vector("abd", 8));
    }
}
