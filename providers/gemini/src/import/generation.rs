use serde_json::value::RawValue;
use steer_core::CompletionRequest;
use steer_core::json::Record;
use steer_core::request::{ImageFormat, Speech};

use super::{format, media, member, thinking};

/// Reads how the answer is made: <https://ai.google.dev/api/generate-content#generationconfig>.
pub(super) fn read(mut config: Record<'_>, request: &mut CompletionRequest) {
    let members = &mut config;
    request.response_format = format::take(members);
    request.candidates = member::whole(members, "candidateCount", "candidate_count");
    let modalities: Vec<String> =
        member::lenient(members, "responseModalities", "response_modalities").unwrap_or_default();
    request.modalities = modalities.iter().map(|word| word.to_ascii_lowercase()).collect();
    let is_wanted = member::lenient::<bool>(members, "responseLogprobs", "response_logprobs");
    if is_wanted == Some(true) {
        request.logprobs = Some(member::whole(members, "logprobs", "logprobs").unwrap_or_default());
    }
    if let Some(voice) = members.get("speechConfig").and_then(voice) {
        request.speech = Some(Speech::voice(voice));
        let _ = members.take("speechConfig");
    }
    if let Some(image) = members.get("imageConfig").and_then(image) {
        request.image = Some(image);
        let _ = members.take("imageConfig");
    }
    request.media_detail =
        member::text(members, "mediaResolution", "media_resolution").map(media::in_our_words);
    let parameters = &mut request.parameters;
    thinking::take(members, parameters);
    parameters.temperature = members.lenient("temperature");
    parameters.top_p = member::lenient(members, "topP", "top_p");
    parameters.top_k = member::whole(members, "topK", "top_k");
    parameters.presence_penalty = member::lenient(members, "presencePenalty", "presence_penalty");
    parameters.frequency_penalty = member::lenient(members, "frequencyPenalty", "frequency_penalty");
    parameters.seed = members.lenient("seed");
    parameters.max_output_tokens = member::whole(members, "maxOutputTokens", "max_output_tokens");
    parameters.stop_sequences =
        member::lenient(members, "stopSequences", "stop_sequences").unwrap_or_default();
    member::keep_rest(request, "generationConfig", config);
}

/// <https://ai.google.dev/gemini-api/docs/image-generation#aspect-ratios>
fn image(raw: &RawValue) -> Option<ImageFormat> {
    let mut inner = member::object(Some(raw))?;
    let mut image = ImageFormat::default();
    image.aspect_ratio = inner.text("aspectRatio");
    image.size = inner.text("imageSize");
    inner.rest().next().is_none().then_some(image)
}

/// One of the API's own voices, if nothing else is said: <https://ai.google.dev/gemini-api/docs/speech-generation>.
fn voice(raw: &RawValue) -> Option<String> {
    let mut inner = member::object(Some(raw))?;
    for name in ["voiceConfig", "prebuiltVoiceConfig"] {
        let next = member::object(inner.take(name))?;
        if inner.rest().next().is_some() {
            return None;
        }
        inner = next;
    }
    let name = inner.text("voiceName")?;
    inner.rest().next().is_none().then_some(name)
}
