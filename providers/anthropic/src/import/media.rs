use steer_core::Media;
use steer_core::json::Record;
use steer_core::tools::{MediaKind, MediaSource};

use super::content;
use crate::REGISTRATION;

/// Reads an image or a document: <https://docs.claude.com/en/docs/build-with-claude/vision>,
/// <https://docs.claude.com/en/docs/build-with-claude/pdf-support>.
pub(super) fn read(kind: &str, members: &mut Record<'_>) -> Option<Media> {
    let raw = members.get("source")?;
    let mut source = Record::read(raw.get()).ok()?;
    let kind = if kind == "image" { MediaKind::Image } else { MediaKind::Document };
    let media_type = source.text("media_type");
    let mut media = Media::new(
        kind,
        match source.text("type")?.as_str() {
            "base64" => bytes(media_type.as_deref()?, &source.text("data")?),
            "url" => MediaSource::Url(source.text("url")?),
            "file" => MediaSource::File { provider: REGISTRATION.id.to_owned(), id: source.text("file_id")? },
            "text" => MediaSource::Text(source.text("data")?),
            "content" => MediaSource::Content(content::read(source.take("content")?)?),
            _ => return None,
        },
    );
    // What else the source says is kept with the message.
    let _ = members.take("source");
    media.media_type = media_type;
    media.title = members.text("title");
    media.context = members.text("context");
    media.citations = citations(members);
    Some(media)
}

/// Takes whether the model may cite a block.
pub(super) fn citations(members: &mut Record<'_>) -> Option<bool> {
    let enabled = Record::read(members.get("citations")?.get()).ok()?.lenient("enabled")?;
    let _ = members.take("citations");
    Some(enabled)
}

/// What is not base64, such as the mark of data that was left out of a log, stays as it is in a data URL.
fn bytes(media_type: &str, data: &str) -> MediaSource {
    MediaSource::from_base64(data)
        .unwrap_or_else(|| MediaSource::Url(format!("data:{media_type};base64,{data}")))
}
