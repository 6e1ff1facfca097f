use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, Serializer};
use steer_core::encode::output_limit;
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::request::ImageFormat;
use steer_core::{ApiError, Call, Capability};

use super::format::Format;
use super::invalid;
use super::media;
use super::thinking::Thinking;
use crate::SchemaForm;

/// `GenerationConfig` is how the answer is made: <https://ai.google.dev/api/generate-content#generationconfig>.
#[derive(Debug, Default)]
pub(super) struct GenerationConfig<'a> {
    temperature: Option<f64>,
    top_p: Option<f64>,
    top_k: Option<u32>,
    presence_penalty: Option<f64>,
    frequency_penalty: Option<f64>,
    seed: Option<i64>,
    candidate_count: Option<u32>,
    max_output_tokens: Option<u32>,
    stop_sequences: Vec<&'a str>,
    modalities: Vec<String>,
    /// For each token how likely it was, and so many of the likeliest others.
    logprobs: Option<u32>,
    voice: Option<&'a str>,
    image: Option<&'a ImageFormat>,
    /// In how much detail media are seen that say nothing of it.
    detail: Option<&'a str>,
    format: Option<Format>,
    form: SchemaForm,
    thinking: Thinking,
}

impl<'a> GenerationConfig<'a> {
    pub(super) fn of(call: &'a Call, form: SchemaForm, ledger: &mut Ledger) -> Result<Self, ApiError> {
        let (request, given) = (&call.request, &call.parameters);
        for (name, value) in [
            ("temperature", given.temperature),
            ("top_p", given.top_p),
            ("presence_penalty", given.presence_penalty),
            ("frequency_penalty", given.frequency_penalty),
        ] {
            if value.is_some_and(|value| !value.is_finite()) {
                return Err(invalid(format!("{name} is not a finite number")));
            }
        }
        if request.candidates == Some(0) {
            return Err(invalid("candidates is 0; ask for one answer at least"));
        }
        let speech = request.speech.as_ref();
        if speech.is_some_and(|speech| speech.format.is_some()) {
            let why = "the API speaks in a format of its own";
            ledger.unsupported(FeatureArea::Settings, "speech.format", why)?;
        }
        let mut config = Self {
            logprobs: request.logprobs,
            voice: speech.and_then(|speech| speech.voice.as_deref()),
            image: request.image.as_ref(),
            detail: request.media_detail.as_deref(),
            seed: given.seed,
            candidate_count: request.candidates,
            max_output_tokens: output_limit(call, ledger),
            stop_sequences: stop_sequences(call, ledger)?,
            modalities: request.modalities.iter().map(|word| word.to_ascii_uppercase()).collect(),
            format: Format::of(request, form, ledger)?,
            form,
            thinking: Thinking::of(call, ledger)?,
            ..Self::default()
        };
        if call.model.supports(Capability::Sampling) == Some(false) {
            for (name, is_set) in [
                ("temperature", given.temperature.is_some()),
                ("top_p", given.top_p.is_some()),
                ("top_k", given.top_k.is_some()),
                ("presence_penalty", given.presence_penalty.is_some()),
                ("frequency_penalty", given.frequency_penalty.is_some()),
            ] {
                if is_set {
                    ledger.unsupported(
                        FeatureArea::Settings,
                        name,
                        "the model takes no sampling settings",
                    )?;
                }
            }
            return Ok(config);
        }
        config.temperature = given.temperature;
        config.top_p = given.top_p;
        config.top_k = given.top_k;
        config.presence_penalty = given.presence_penalty;
        config.frequency_penalty = given.frequency_penalty;
        Ok(config)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.temperature.is_none()
            && self.top_p.is_none()
            && self.top_k.is_none()
            && self.presence_penalty.is_none()
            && self.frequency_penalty.is_none()
            && self.seed.is_none()
            && self.candidate_count.is_none()
            && self.max_output_tokens.is_none()
            && self.stop_sequences.is_empty()
            && self.modalities.is_empty()
            && self.logprobs.is_none()
            && self.voice.is_none()
            && self.image.is_none()
            && self.detail.is_none()
            && self.format.is_none()
            && self.thinking.is_empty()
    }
}

impl Serialize for GenerationConfig<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        member(&mut map, "temperature", self.temperature.as_ref())?;
        member(&mut map, "topP", self.top_p.as_ref())?;
        member(&mut map, "topK", self.top_k.as_ref())?;
        member(&mut map, "presencePenalty", self.presence_penalty.as_ref())?;
        member(&mut map, "frequencyPenalty", self.frequency_penalty.as_ref())?;
        member(&mut map, "seed", self.seed.as_ref())?;
        member(&mut map, "candidateCount", self.candidate_count.as_ref())?;
        member(&mut map, "maxOutputTokens", self.max_output_tokens.as_ref())?;
        member(&mut map, "stopSequences", Some(&self.stop_sequences).filter(|list| !list.is_empty()))?;
        member(&mut map, "responseModalities", Some(&self.modalities).filter(|list| !list.is_empty()))?;
        if let Some(others) = &self.logprobs {
            map.serialize_entry("responseLogprobs", &true)?;
            member(&mut map, "logprobs", Some(others).filter(|others| **others > 0))?;
        }
        member(&mut map, "speechConfig", self.voice.map(Voice).as_ref())?;
        member(&mut map, "imageConfig", self.image.map(ImageConfig::of).as_ref())?;
        member(&mut map, "mediaResolution", self.detail.map(media::level).as_ref())?;
        if let Some(format) = &self.format {
            map.serialize_entry("responseMimeType", "application/json")?;
            if let Format::Schema(schema) = format {
                let key = match self.form {
                    SchemaForm::JsonSchema => "responseJsonSchema",
                    SchemaForm::OpenApi => "responseSchema",
                };
                map.serialize_entry(key, schema)?;
            }
        }
        member(&mut map, "thinkingConfig", Some(&self.thinking).filter(|thinking| !thinking.is_empty()))?;
        map.end()
    }
}

fn member<M: SerializeMap, T: Serialize>(map: &mut M, name: &str, value: Option<&T>) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(name, value))
}

/// One of the API's own voices: <https://ai.google.dev/gemini-api/docs/speech-generation>.
struct Voice<'a>(&'a str);

impl Serialize for Voice<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = BTreeMap::from([("voiceName", self.0)]);
        BTreeMap::from([("voiceConfig", BTreeMap::from([("prebuiltVoiceConfig", name)]))])
            .serialize(serializer)
    }
}

/// <https://ai.google.dev/gemini-api/docs/image-generation#aspect-ratios>
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct ImageConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    aspect_ratio: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_size: Option<&'a str>,
}

impl<'a> ImageConfig<'a> {
    fn of(image: &'a ImageFormat) -> Self {
        Self { aspect_ratio: image.aspect_ratio.as_deref(), image_size: image.size.as_deref() }
    }
}

/// The most stop sequences that the API takes: <https://ai.google.dev/api/generate-content#FIELDS.stop_sequences>.
const MAX_STOPS: usize = 5;

fn stop_sequences<'a>(call: &'a Call, ledger: &mut Ledger) -> Result<Vec<&'a str>, ApiError> {
    let given = &call.parameters.stop_sequences;
    let mut kept: Vec<&str> = given.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    kept.truncate(MAX_STOPS);
    if kept.len() < given.len() {
        let why = "the API takes up to 5 stop sequences, and no empty one";
        ledger.unsupported(FeatureArea::Settings, "stop_sequences", why)?;
    }
    Ok(kept)
}
