//! Counting tokens: <https://ai.google.dev/api/tokens#method:-models.counttokens>.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::RawValue;
use steer_core::encode::Counted;
use steer_core::json::{JsonText, Members};
use steer_core::protocol::CountWire;
use steer_core::usage::{ModalityTokens, TokenPlace};
use steer_core::{ApiError, Call, Delivery, Outgoing, TokenCount, Warning};

use crate::encode::{self, resource};
use crate::{GenerateContent, Host};

/// What Vertex AI counts:
/// <https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/projects.locations.publishers.models/countTokens>.
const TAKEN: [&str; 4] = ["contents", "systemInstruction", "tools", "generationConfig"];

/// What is left out there because it changes only the answer, so that the count stays right.
const ANSWER_ONLY: [&str; 5] = ["toolConfig", "safetySettings", "serviceTier", "store", "labels"];

impl CountWire for GenerateContent {
    fn encode(&self, call: &Call) -> Result<Outgoing, ApiError> {
        let mut outgoing = encode::encode(call, Delivery::Whole, self.schemas)?;
        let mut warnings = Vec::new();
        outgoing.body = counted(self.host, &call.model.id.name, &outgoing.body, &mut warnings)
            .ok_or_else(|| ApiError::parsing("the request cannot be made one that is counted"))?
            .into();
        outgoing.path = encode::path(&call.model.id.name, ":countTokens")?.into();
        outgoing.warnings.extend(warnings);
        Ok(outgoing)
    }

    fn read(&self, body: &str) -> Result<TokenCount, ApiError> {
        let (mut count, mut members) = TokenCount::read(body, "totalTokens")?;
        count.cached_tokens = members.lenient("cachedContentTokenCount");
        let details = ["promptTokensDetails", "cacheTokensDetails"].map(|name| members.take(name));
        for (place, raw) in [TokenPlace::Input, TokenPlace::Cached].into_iter().zip(details) {
            count.modalities.extend(raw.into_iter().flat_map(|raw| modalities(place, raw)));
        }
        Ok(count)
    }
}

/// The body of a request, as the host counts it.
fn counted(host: Host, model: &str, body: &[u8], warnings: &mut Vec<Warning>) -> Option<Vec<u8>> {
    let members: Members<'_> = Members::read(std::str::from_utf8(body).ok()?).ok()?;
    match host {
        // Contents alone would leave the prompt and the tools uncounted.
        Host::GeminiApi => {
            let request = WithModel { model: &resource(model), members: &members };
            serde_json::to_vec(&Whole { generate_content_request: request }).ok()
        }
        Host::VertexAi | Host::VertexAiPredict => {
            serde_json::to_vec(&Counted::of(&members, &TAKEN, &ANSWER_ONLY, warnings)).ok()
        }
    }
}

/// Tokens by medium; what cannot be read says nothing.
fn modalities(place: TokenPlace, raw: &RawValue) -> Vec<ModalityTokens> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct One<'a> {
        #[serde(borrow, default)]
        modality: JsonText<'a>,
        #[serde(default)]
        token_count: u64,
    }
    let all: Vec<One<'_>> = serde_json::from_str(raw.get()).unwrap_or_default();
    let tokens =
        |one: One<'_>| ModalityTokens::new(place, one.modality.to_ascii_lowercase(), one.token_count);
    all.into_iter().map(tokens).collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Whole<'m, 'a> {
    generate_content_request: WithModel<'m, 'a>,
}

/// A request with the name of its model, which stands in the address otherwise.
struct WithModel<'m, 'a> {
    model: &'m str,
    members: &'m Members<'a>,
}

impl Serialize for WithModel<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("model", self.model)?;
        for (name, value) in self.members.rest().filter(|(name, _)| *name != "model") {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
