//! Embedding texts: <https://ai.google.dev/api/embeddings>.

mod body;

use serde::Deserialize;
use serde_json::value::RawValue;
use steer_core::encode::BodyOptions;
use steer_core::json::Members;
use steer_core::protocol::{EmbedWire, FeatureArea, Ledger};
use steer_core::usage::UsageProvenance;
use steer_core::{
    ApiError, EmbeddingEncoding, EmbeddingRequest, EmbeddingResponse, ModelConfig, Outgoing, RawJson,
    TokenUsage, Warning, WarningKind,
};

use crate::wire::Usage;
use crate::{API, GenerateContent, Host, encode};
use body::{Body, Shape};

impl EmbedWire for GenerateContent {
    fn encode(&self, request: &EmbeddingRequest, model: &ModelConfig) -> Result<Outgoing, ApiError> {
        let mut ledger = Ledger::new(request.policy);
        if request.encoding == Some(EmbeddingEncoding::Base64) {
            let why = "the API sends vectors as numbers; leave the encoding out";
            ledger.unsupported(FeatureArea::Settings, "encoding", why)?;
        }
        if request.user.is_some() {
            ledger.unsupported(FeatureArea::Settings, "user", "the API does not ask for the user")?;
        }
        let shape = match (self.host, request.inputs.as_slice()) {
            (Host::GeminiApi, _) => Shape::Batch,
            (Host::VertexAiPredict, _) => Shape::Predict,
            (Host::VertexAi, [input]) => Shape::One(input),
            (Host::VertexAi, _) => Shape::VertexBatch,
        };
        let options = BodyOptions::among(&request.provider_options, model.id.provider.as_str(), API);
        let body = Body { request, shape, model: &encode::resource(&model.id.name), options: &options };
        let body = serde_json::to_vec(&body)
            .map_err(|error| ApiError::parsing("the request cannot be written as JSON").with_source(error))?;
        let mut outgoing = Outgoing::post(encode::path(&model.id.name, shape.method())?, body);
        outgoing.warnings = ledger.into_warnings();
        Ok(outgoing)
    }

    /// Takes the shape of every method: a list, one vector, and the predictions of `predict`.
    fn read(&self, request: &EmbeddingRequest, body: &str) -> Result<EmbeddingResponse, ApiError> {
        let mut members: Members<'_> = Members::read(body).map_err(|error| {
            ApiError::parsing("the answer to an embedding request is no object").with_source(error)
        })?;
        let vectors = if let Some(list) = members.take("embeddings") {
            parsed(list)?
        } else if let Some(one) = members.take("embedding") {
            vec![parsed(one)?]
        } else if let Some(list) = members.take("predictions") {
            let all: Vec<Prediction> = parsed(list)?;
            all.into_iter().map(|prediction| prediction.embeddings).collect()
        } else {
            return Err(ApiError::parsing("the answer holds no vectors"));
        };
        let counted = tokens(&vectors);
        let is_cut = |vector: &Vector| vector.statistics.as_ref().is_some_and(|told| told.truncated);
        let cut = vectors.iter().filter(|vector| is_cut(vector)).count();
        let all_cut: Option<bool> = members.lenient("truncated");
        let vectors = vectors.into_iter().map(|vector: Vector| vector.values).collect();
        let mut response = EmbeddingResponse::new(vectors, request.inputs.len())?;
        response.usage = members.take("usageMetadata").and_then(counters).or(counted);
        response.usage.iter_mut().for_each(|usage| usage.provenance = UsageProvenance::Final);
        response.extra = members.into_extra();
        if cut > 0 || all_cut == Some(true) {
            let why = "the vendor cut a text that is too long for the model, so its vector stands for the beginning";
            response.warnings.push(Warning::new(WarningKind::Adjusted, "inputs", why));
        }
        Ok(response)
    }
}

#[derive(Deserialize)]
struct Prediction {
    embeddings: Vector,
}

#[derive(Deserialize)]
struct Vector {
    values: Vec<f32>,
    #[serde(default)]
    statistics: Option<Statistics>,
}

/// Vertex AI counts each text apart:
/// <https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api#response_body>.
#[derive(Deserialize)]
struct Statistics {
    #[serde(default, alias = "tokenCount")]
    token_count: Option<f64>,
    #[serde(default)]
    truncated: bool,
}

fn parsed<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Result<T, ApiError> {
    serde_json::from_str(raw.get())
        .map_err(|error| ApiError::parsing("a vector is no list of numbers").with_source(error))
}

/// What the answer counts, with the vendor's JSON.
fn counters(raw: &RawValue) -> Option<TokenUsage> {
    let mut usage = Usage::read(raw.get())?;
    usage.raw = Some(RawJson::from_raw(raw.to_owned()));
    Some(usage)
}

/// The tokens of all texts, where each is counted.
fn tokens(vectors: &[Vector]) -> Option<TokenUsage> {
    let count = |vector: &Vector| vector.statistics.as_ref()?.token_count;
    let all: Option<f64> = vectors.iter().map(count).sum();
    // A float that is no count becomes the nearest one that is.
    let all = all.filter(|all| all.is_finite() && !vectors.is_empty())? as u64;
    let mut usage = TokenUsage::default();
    usage.input_tokens = Some(all);
    Some(usage)
}
