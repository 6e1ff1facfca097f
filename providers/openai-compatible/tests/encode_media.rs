//! Images, sounds and documents.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{changed, chat, refused, refused_as, send, warning};
use serde_json::{Value, json};
use steer_core::message::Message;
use steer_core::tools::{MediaKind, MediaSource, ToolResultContent};
use steer_core::{ErrorKind, Media};

const PDF: &[u8] = b"%PDF-1.4 and so on";

fn content_of(media: Media) -> Value {
    let sent = send(chat().message(Message::user(media)));
    sent.body["messages"][0]["content"].clone()
}

fn denied(media: Media) -> bool {
    refused(chat().message(Message::user(media))).kind() == ErrorKind::UnsupportedFeature
}

#[test]
fn an_image_is_an_address_that_may_hold_the_bytes() {
    let image = Media::image_bytes("image/PNG; q=1", b"abc".to_vec()).detail("low");
    assert_eq!(
        content_of(image),
        json!([{"type": "image_url", "image_url": {"url": "data:image/png;base64,YWJj", "detail": "low"}}])
    );
    assert_eq!(
        content_of(Media::image_url("https://a/b.png")),
        json!([{"type": "image_url", "image_url": {"url": "https://a/b.png"}}])
    );
    let url = content_of(Media::image_url("data:image/gif;base64,YWJj"));
    assert_eq!(url[0]["image_url"]["url"], "data:image/gif;base64,YWJj");
}

#[test]
fn an_image_of_unknown_type_or_of_a_file_store_is_denied() {
    assert!(denied(Media::new(MediaKind::Image, MediaSource::Bytes(b"abc".to_vec().into()))));
    assert!(denied(Media::file(MediaKind::Image, "acme", "file_1")));
}

#[test]
fn a_sound_is_wav_or_mp3() {
    for (media_type, format) in [("audio/x-wav", "wav"), ("audio/mpeg", "mp3")] {
        assert_eq!(
            content_of(Media::audio_bytes(media_type, b"abc".to_vec())),
            json!([{"type": "input_audio", "input_audio": {"data": "YWJj", "format": format}}])
        );
    }
    assert!(denied(Media::audio_bytes("audio/flac", b"abc".to_vec())));
    assert!(denied(Media::new(MediaKind::Audio, MediaSource::Url("https://a/b.mp3".into()))));
}

#[test]
fn a_document_is_a_file_with_a_name() {
    let part = content_of(Media::document_bytes("application/pdf", PDF).filename("a.pdf"));
    assert_eq!(part[0]["type"], "file");
    assert_eq!(part[0]["file"]["filename"], "a.pdf");
    assert!(part[0]["file"]["file_data"].as_str().unwrap().starts_with("data:application/pdf;base64,JVBER"));
    let nameless = content_of(Media::from_bytes(PDF).unwrap());
    assert_eq!(nameless[0]["file"]["filename"], "document.pdf");
}

#[test]
fn a_file_is_known_to_its_own_provider_alone() {
    let file = |provider: &str| Media::file(MediaKind::Document, provider, "file_1");
    assert_eq!(content_of(file("acme")), json!([{"type": "file", "file": {"file_id": "file_1"}}]));
    assert!(denied(file("other")));
}

#[test]
fn a_document_of_text_becomes_text_with_a_warning() {
    let media = Media::document_text("Body.").title("Title").context("Draft");
    let sent = send(chat().message(Message::user(media)));
    assert_eq!(sent.body["messages"][0]["content"], "Title\nDraft\n\nBody.");
    assert_eq!(sent.subjects(), ["document"]);
    assert_eq!(content_of(Media::document_bytes("text/csv", b"a,b".to_vec())), "a,b");
}

#[test]
fn a_document_of_parts_becomes_its_parts() {
    let parts =
        vec![ToolResultContent::text("One"), ToolResultContent::Media(Media::image_url("https://a/b.png"))];
    let content = content_of(Media::new(MediaKind::Document, MediaSource::Content(parts)));
    assert_eq!(content[0]["text"], "One");
    assert_eq!(content[1]["type"], "image_url");
}

#[test]
fn a_document_elsewhere_and_a_video_are_denied() {
    assert!(denied(Media::document_url("https://a/b.pdf")));
    assert!(denied(Media::new(MediaKind::Video, MediaSource::Url("https://a/b.mp4".into()))));
}

#[test]
fn what_the_dialect_does_not_take_is_denied_or_left_out_as_the_policy_says() {
    let deaf = changed(|dialect| {
        (dialect.images, dialect.audio, dialect.files) = (false, false, false);
    });
    for media in [
        Media::image_url("https://a/b.png"),
        Media::audio_bytes("audio/wav", b"abc".to_vec()),
        Media::document_bytes("application/pdf", PDF),
    ] {
        let request = chat().message(Message::user("See:").part(media));
        assert_eq!(refused_as(request.clone(), deaf).kind(), ErrorKind::UnsupportedFeature);
        let sent = encode_kit::send_as(request.policy(warning()), deaf);
        assert_eq!(sent.body["messages"][0]["content"], "See:");
        assert_eq!(sent.warnings.len(), 1);
    }
}

#[test]
fn media_of_the_assistant_or_the_program_are_denied() {
    let image = || Media::image_url("https://a/b.png");
    for message in [Message::assistant(image()), Message::new(steer_core::Role::System, vec![image().into()])]
    {
        let error = refused(chat().user("Hi").message(message));
        assert_eq!(error.kind(), ErrorKind::UnsupportedFeature);
    }
}
