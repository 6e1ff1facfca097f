use serde_json::value::RawValue;
use steer_core::json::{Json, Record};
use steer_core::message::{MediaPart, Opaque};
use steer_core::{Media, Part, RawJson, StreamError};

use super::broken;
use crate::API;

/// `Piece` is one part of a content that is a list.
#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    Thinking(String),
    /// A part that comes whole.
    Part(Box<Part>),
}

/// Reads a content that is a list of parts.
pub(super) fn read_list(json: Json<'_>) -> Result<Vec<Piece>, StreamError> {
    let parts: Vec<&RawValue> =
        serde_json::from_str(json.get()).map_err(|error| broken("content", &error))?;
    parts.into_iter().map(read_part).collect()
}

/// Reads an image of an answer: <https://openrouter.ai/docs/features/multimodal/image-generation>.
pub(super) fn read_image(raw: &RawValue) -> Part {
    let url = Record::read(raw.get()).ok().and_then(|part| {
        let image = part.get("image_url")?;
        Record::read(image.get()).ok()?.text("url").or_else(|| serde_json::from_str(image.get()).ok())
    });
    match url {
        Some(url) => Part::Media(MediaPart::new(Media::image_url(url))),
        None => opaque("image", raw),
    }
}

fn read_part(raw: &RawValue) -> Result<Piece, StreamError> {
    if raw.get().starts_with('"') {
        return text(raw.get()).map(Piece::Text);
    }
    let mut members = Record::read(raw.get()).map_err(|error| broken("content", &error))?;
    let kind = members.text("type").unwrap_or_default();
    Ok(match (kind.as_str(), members.get("text"), members.get("thinking")) {
        ("text" | "output_text" | "", Some(value), _) => Piece::Text(text(value.get())?),
        // <https://docs.mistral.ai/capabilities/reasoning>
        ("thinking", _, Some(value)) => Piece::Thinking(thinking(value)?),
        ("image_url", ..) => Piece::Part(Box::new(read_image(raw))),
        _ => Piece::Part(Box::new(opaque(&kind, raw))),
    })
}

/// The thinking of a part: a text, or a list of text parts.
fn thinking(raw: &RawValue) -> Result<String, StreamError> {
    if raw.get().starts_with('"') {
        return text(raw.get());
    }
    let texts = read_list(raw.into())?.into_iter().map(|piece| match piece {
        Piece::Text(text) | Piece::Thinking(text) => text,
        Piece::Part(_) => String::new(),
    });
    Ok(texts.collect())
}

fn text(json: &str) -> Result<String, StreamError> {
    serde_json::from_str(json).map_err(|error| broken("content", &error))
}

fn opaque(kind: &str, raw: &RawValue) -> Part {
    Part::Opaque(Opaque::new(API, kind, RawJson::from_raw(raw.to_owned())))
}
