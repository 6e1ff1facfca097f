use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use serde_json::value::RawValue;
use steer_core::Media;
use steer_core::json::Record;
use steer_core::message::{GeneratedMedia, MediaPart};

/// Base64 with or without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Whether there is an image, or may still be; one that failed is a call and nothing more.
pub(super) fn may_come(members: &Record<'_>) -> bool {
    let status = members.get("status").map(RawValue::get);
    members.get("result").is_some() || matches!(status, Some("\"in_progress\"" | "\"generating\""))
}

/// Reads an image that the vendor made: <https://platform.openai.com/docs/guides/image-generation>. `None` where the
/// image cannot be read.
pub(super) fn read(members: &mut Record<'_>) -> Option<MediaPart> {
    let mut part = MediaPart::new(picture(members, "result")?);
    let mut generated = GeneratedMedia::default();
    generated.id = members.text("id");
    part.generated = Some(generated);
    Some(part)
}

/// The picture of a partial or final image. Where there is none yet, it has no bytes.
pub(super) fn picture(members: &mut Record<'_>, data: &str) -> Option<Media> {
    let text = members.borrowed_text(data).unwrap_or_default();
    let bytes = BASE64.decode(text.as_bytes()).ok()?;
    let format = match members.borrowed_text("output_format") {
        Some(format) if format == "svg" => "svg+xml".into(),
        Some(format) => format,
        None => "png".into(),
    };
    Some(Media::image_bytes(format!("image/{format}"), Bytes::from(bytes)))
}
