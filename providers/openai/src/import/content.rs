use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::message::Opaque;
use steer_core::tools::{MediaKind, MediaSource, ToolResultContent};
use steer_core::{Media, Part, RawJson};

use super::object;
use crate::API;

/// Takes a member of content: a text, or parts. Of another shape it stays among the members.
pub(super) fn read(members: &mut Record<'_>, name: &str) -> Vec<Part> {
    if let Some(text) = members.text(name) {
        return vec![Part::text(text)];
    }
    let list = members.get(name).and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok());
    let Some(list) = list else { return Vec::new() };
    let _ = members.take(name);
    list.into_iter().map(|raw| typed(raw).unwrap_or_else(|| opaque(raw))).collect()
}

/// The same as the content of a tool's result.
pub(super) fn result(members: &mut Record<'_>, name: &str) -> Vec<ToolResultContent> {
    let content = read(members, name).into_iter().map(|part| match part {
        Part::Text(text) => ToolResultContent::text(text.text),
        Part::Media(part) => ToolResultContent::Media(part.media),
        Part::Opaque(part) => {
            ToolResultContent::Opaque { api: part.api, kind: part.kind, json: part.json.get().to_owned() }
        }
        _ => ToolResultContent::text(""),
    });
    content.collect()
}

/// A part with a type: <https://platform.openai.com/docs/api-reference/responses/create>.
fn typed(raw: &RawValue) -> Option<Part> {
    let mut members = Record::read(raw.get()).ok()?;
    let mut part = match members.text("type")?.as_str() {
        "input_text" => Part::text(members.text("text")?),
        "input_image" => Part::from(image(&mut members)?),
        "input_file" => Part::from(file(&mut members)?),
        _ => return None,
    };
    part.meta_mut().extra = members.into_extra();
    Some(part)
}

fn opaque(raw: &RawValue) -> Part {
    let kind = object(Some(raw)).and_then(|mut members| members.text("type")).unwrap_or_default();
    Part::Opaque(Opaque::new(API, kind, RawJson::from_raw(raw.to_owned())))
}

/// <https://platform.openai.com/docs/guides/images-vision>
fn image(members: &mut Record<'_>) -> Option<Media> {
    let mut media = match members.text("image_url") {
        Some(url) => at(MediaKind::Image, url),
        // Whose file it is, the body does not say; it stays with the format.
        None => Media::file(MediaKind::Image, API, members.text("file_id")?),
    };
    media.detail = members.text("detail");
    Some(media)
}

/// <https://platform.openai.com/docs/guides/pdf-files>
fn file(members: &mut Record<'_>) -> Option<Media> {
    let url = members.text("file_data").or_else(|| members.text("file_url"));
    let mut media = match url {
        Some(url) => at(MediaKind::Document, url),
        None => Media::file(MediaKind::Document, API, members.text("file_id")?),
    };
    media.filename = members.text("filename");
    media.detail = members.text("detail");
    Some(media)
}

/// What is at an address; where the address holds the data itself, the data. What is not base64, such as the mark of data
/// that was left out of a log, stays in the address as it is.
fn at(kind: MediaKind, url: String) -> Media {
    let inline = url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
    match inline.and_then(|(media_type, data)| Some((media_type, MediaSource::from_base64(data)?))) {
        Some((media_type, source)) => Media::new(kind, source).media_type(media_type),
        None => Media::new(kind, MediaSource::Url(url)),
    }
}
