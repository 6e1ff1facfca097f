use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::message::{Opaque, Refusal};
use steer_core::tools::{MediaKind, MediaSource};
use steer_core::{Media, Part, RawJson};

use super::object;
use crate::API;

/// Takes the content of a message: a text, or parts. Of another shape it stays among the members.
pub(super) fn read(members: &mut Record<'_>) -> Vec<Part> {
    if let Some(text) = members.text("content") {
        return vec![Part::text(text)];
    }
    let list = members.get("content").and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok());
    let Some(list) = list else { return Vec::new() };
    let _ = members.take("content");
    list.into_iter().map(|raw| typed(raw).unwrap_or_else(|| opaque(raw))).collect()
}

/// A part with a type: <https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages>.
fn typed(raw: &RawValue) -> Option<Part> {
    let mut members = Record::read(raw.get()).ok()?;
    let mut part = match members.text("type")?.as_str() {
        "text" => Part::text(members.text("text")?),
        "refusal" => Part::Refusal(Refusal::new(members.text("refusal")?)),
        "image_url" => Part::from(image(&mut members)?),
        "input_audio" => Part::from(sound(&mut members)?),
        "file" => Part::from(file(&mut members)?),
        _ => return None,
    };
    part.meta_mut().extra = members.into_extra();
    Some(part)
}

fn opaque(raw: &RawValue) -> Part {
    let kind = object(Some(raw)).and_then(|mut members| members.text("type")).unwrap_or_default();
    Part::Opaque(Opaque::new(API, kind, RawJson::from_raw(raw.to_owned())))
}

/// <https://platform.openai.com/docs/guides/images-vision>; some servers take the address alone.
fn image(members: &mut Record<'_>) -> Option<Media> {
    if let Some(url) = members.text("image_url") {
        return Some(at(MediaKind::Image, url));
    }
    let mut image = object(members.take("image_url"))?;
    let mut media = at(MediaKind::Image, image.text("url")?);
    media.detail = image.text("detail");
    Some(media)
}

/// <https://platform.openai.com/docs/guides/audio>
fn sound(members: &mut Record<'_>) -> Option<Media> {
    let mut sound = object(members.take("input_audio"))?;
    let (data, format) = (sound.text("data")?, sound.text("format")?);
    let media_type = match format.as_str() {
        "mp3" => "audio/mpeg".to_owned(),
        other => format!("audio/{other}"),
    };
    Some(Media::new(MediaKind::Audio, bytes(&media_type, &data)).media_type(media_type))
}

/// <https://platform.openai.com/docs/guides/pdf-files>
fn file(members: &mut Record<'_>) -> Option<Media> {
    let mut file = object(members.take("file"))?;
    let mut media = match (file.text("file_data"), file.text("file_id")) {
        (Some(data), _) => at(MediaKind::Document, data),
        // Whose file it is, the body does not say; it stays with the format.
        (None, Some(id)) => Media::file(MediaKind::Document, API, id),
        (None, None) => return None,
    };
    media.filename = file.text("filename");
    Some(media)
}

/// What is at an address; where the address holds the data itself, the data.
fn at(kind: MediaKind, url: String) -> Media {
    let inline = url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
    match inline.and_then(|(media_type, data)| Some((media_type, MediaSource::from_base64(data)?))) {
        Some((media_type, source)) => Media::new(kind, source).media_type(media_type),
        None => Media::new(kind, MediaSource::Url(url)),
    }
}

/// What is not base64, such as the mark of data that was left out of a log, stays as it is in a data URL.
fn bytes(media_type: &str, data: &str) -> MediaSource {
    MediaSource::from_base64(data)
        .unwrap_or_else(|| MediaSource::Url(format!("data:{media_type};base64,{data}")))
}
