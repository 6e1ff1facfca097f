//! Embedding texts: <https://docs.ollama.com/api/embed>.

use serde::ser::{Serialize, Serializer};
use steer_core::encode::{BodyOptions, BodyWriter};
use steer_core::json::Record;
use steer_core::protocol::{EmbedWire, FeatureArea, Ledger};
use steer_core::{
    ApiError, EmbeddingEncoding, EmbeddingRequest, EmbeddingResponse, ModelConfig, Outgoing, Warning,
    WarningKind,
};

use crate::wire::read_usage;
use crate::{API, Chat};

impl EmbedWire for Chat {
    fn encode(&self, request: &EmbeddingRequest, model: &ModelConfig) -> Result<Outgoing, ApiError> {
        let mut ledger = Ledger::new(request.policy);
        if request.encoding == Some(EmbeddingEncoding::Base64) {
            let why = "the API sends vectors as numbers; leave the encoding out";
            ledger.unsupported(FeatureArea::Settings, "encoding", why)?;
        }
        if request.user.is_some() {
            ledger.unsupported(FeatureArea::Settings, "user", "the API does not ask for the user")?;
        }
        if request.task.is_some() {
            let why = "the API has no such setting; where a model wants it, write it into the texts";
            ledger.unsupported(FeatureArea::Settings, "task", why)?;
        }
        let options = BodyOptions::among(&request.provider_options, model.id.provider.as_str(), API);
        let body = serde_json::to_vec(&Body { request, model: &model.id.name, options })
            .map_err(|error| ApiError::parsing("the request cannot be written as JSON").with_source(error))?;
        let mut outgoing = Outgoing::post("/api/embed", body);
        outgoing.warnings = ledger.into_warnings();
        Ok(outgoing)
    }

    fn read(&self, request: &EmbeddingRequest, body: &str) -> Result<EmbeddingResponse, ApiError> {
        let mut members: Record<'_> = Record::read(body).map_err(|error| {
            ApiError::parsing("the answer to an embedding request is no object").with_source(error)
        })?;
        let vectors = members.take("embeddings");
        let vectors = vectors.ok_or_else(|| ApiError::parsing("the answer holds no vectors"))?;
        let vectors: Vec<Vec<f32>> = serde_json::from_str(vectors.get())
            .map_err(|error| ApiError::parsing("the vectors are no lists of numbers").with_source(error))?;
        let mut response = EmbeddingResponse::new(vectors, request.inputs.len())?;
        response.model = members.text("model").filter(|text| !text.is_empty());
        response.usage = read_usage(&mut members);
        response.extra = members.into_extra();
        // Servers before 0.11.11 leave the setting unread, and so do models that cannot be cut.
        let wanted = request.dimensions.and_then(|length| usize::try_from(length).ok());
        if let Some(wanted) = wanted
            && let Some(vector) = response.vectors.iter().find(|vector| vector.len() != wanted)
        {
            let why = format!("vectors of {} numbers came, not of {wanted}", vector.len());
            response.warnings.push(Warning::new(WarningKind::Unsupported, "dimensions", why));
        }
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
        let mut body = BodyWriter::new(serializer.serialize_map(None)?, &self.options);
        body.member("model", self.model)?;
        body.member("input", &self.request.inputs)?;
        // Left to itself the server cuts a text that is too long, and does not say so.
        body.member("truncate", &false)?;
        body.optional("dimensions", self.request.dimensions.as_ref())?;
        body.end()
    }
}
