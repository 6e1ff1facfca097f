//! Embedding texts: <https://platform.openai.com/docs/api-reference/embeddings>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;
use steer_core::encode::{BodyOptions, BodyWriter};
use steer_core::json::Members;
use steer_core::protocol::{EmbedWire, FeatureArea};
use steer_core::usage::UsageProvenance;
use steer_core::{
    ApiError, EmbeddingEncoding, EmbeddingRequest, EmbeddingResponse, Ledger, ModelConfig, Outgoing, RawJson,
    TokenUsage,
};

use crate::{API, Chat};

impl EmbedWire for Chat {
    fn encode(&self, request: &EmbeddingRequest, model: &ModelConfig) -> Result<Outgoing, ApiError> {
        let mut ledger = Ledger::new(request.policy);
        if request.task.is_some() {
            let why = "the API has no such setting; where a server has one, give it as a provider option";
            ledger.unsupported(FeatureArea::Settings, "task", why)?;
        }
        let options = BodyOptions::among(&request.provider_options, model.id.provider.as_str(), API);
        let body = serde_json::to_vec(&Body { request, model: &model.id.name, options })
            .map_err(|error| ApiError::parsing("the request cannot be written as JSON").with_source(error))?;
        let mut outgoing = Outgoing::post(self.dialect.embeddings.unwrap_or("/embeddings"), body);
        outgoing.warnings = ledger.into_warnings();
        Ok(outgoing)
    }

    fn read(&self, request: &EmbeddingRequest, body: &str) -> Result<EmbeddingResponse, ApiError> {
        let mut members: Members<'_> = Members::read(body).map_err(|error| {
            ApiError::parsing("the answer to an embedding request is no object").with_source(error)
        })?;
        let data = members.take("data").ok_or_else(|| ApiError::parsing("the answer holds no vectors"))?;
        let mut response = EmbeddingResponse::new(vectors(data)?, request.inputs.len())?;
        response.model = members.text("model").filter(|text| !text.is_empty());
        response.response_id = members.text("id").filter(|text| !text.is_empty());
        response.usage = members.take("usage").and_then(usage);
        response.extra = members.into_extra();
        Ok(response)
    }
}

struct Body<'a> {
    request: &'a EmbeddingRequest,
    model: &'a str,
    options: BodyOptions<'a>,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let request = self.request;
        let mut body = BodyWriter::new(serializer.serialize_map(None)?, &self.options);
        body.member("model", self.model)?;
        body.member("input", &request.inputs)?;
        body.optional("dimensions", request.dimensions.as_ref())?;
        let encoding = request.encoding.map(|encoding| match encoding {
            EmbeddingEncoding::Base64 => "base64",
            _ => "float",
        });
        body.optional("encoding_format", encoding)?;
        body.optional("user", request.user.as_deref())?;
        body.end()
    }
}

/// The vectors in the order of the inputs.
fn vectors(data: &RawValue) -> Result<Vec<Vec<f32>>, ApiError> {
    let broken = |error| ApiError::parsing("the vectors are no list").with_source(error);
    let entries: Vec<Members<'_>> = serde_json::from_str(data.get()).map_err(broken)?;
    let mut placed = Vec::with_capacity(entries.len());
    for (place, mut entry) in entries.into_iter().enumerate() {
        let index = entry.lenient("index").unwrap_or(place);
        let raw = entry.take("embedding").ok_or_else(|| ApiError::parsing("an entry holds no vector"))?;
        placed.push((index, vector(raw)?));
    }
    placed.sort_by_key(|(index, _)| *index);
    // Some servers number every entry 0; the order of the list holds then, since the sort keeps it. Numbers that skip
    // or repeat in any other way do not tell which text a vector belongs to.
    let told = placed.iter().enumerate().all(|(place, (index, _))| place == *index);
    let untold = placed.iter().all(|(index, _)| *index == 0);
    if !told && !untold {
        return Err(ApiError::parsing("the vectors are numbered so that they fit no inputs"));
    }
    Ok(placed.into_iter().map(|(_, vector)| vector).collect())
}

/// A vector: numbers, or little-endian 32-bit floats in base64.
fn vector(raw: &RawValue) -> Result<Vec<f32>, ApiError> {
    let broken = |error| ApiError::parsing("a vector is no list of numbers").with_source(error);
    if !raw.get().starts_with('"') {
        return serde_json::from_str(raw.get()).map_err(broken);
    }
    let text: String = serde_json::from_str(raw.get()).map_err(broken)?;
    let bytes = STANDARD
        .decode(text)
        .map_err(|error| ApiError::parsing("a vector is not base64").with_source(error))?;
    let (floats, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() {
        return Err(ApiError::parsing("a vector in base64 does not consist of 32-bit numbers"));
    }
    Ok(floats.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}

/// The counters; some servers tell the total alone.
fn usage(raw: &RawValue) -> Option<TokenUsage> {
    let mut members: Members<'_> = Members::read(raw.get()).ok()?;
    let mut usage = TokenUsage::default();
    let prompt: Option<u64> = members.lenient("prompt_tokens");
    let total: Option<u64> = members.lenient("total_tokens");
    usage.input_tokens = prompt.or(total);
    usage.provider_cost = members.take("cost").map(|cost| cost.get().to_owned());
    usage.provenance = UsageProvenance::Final;
    usage.raw = RawJson::new(raw.get()).ok();
    usage.input_tokens.is_some().then_some(usage)
}
