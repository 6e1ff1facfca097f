//! Images, documents and files.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod encode_kit;

use encode_kit::{asking, refused, send};
use serde_json::{Value, json};
use steer_core::message::{ContainerFile, Message};
use steer_core::tools::{MediaKind, MediaSource, ToolResultContent};
use steer_core::{ErrorKind, Media, Part};

fn block(part: impl Into<Part>) -> Value {
    send(asking().message(Message::user(part))).body["messages"][0]["content"][1].clone()
}

fn denied(media: Media) {
    assert_eq!(
        refused(asking().message(Message::user(Part::from(media)))).kind(),
        ErrorKind::UnsupportedFeature
    );
}

#[test]
fn images_are_bytes_addresses_or_files() {
    assert_eq!(
        block(Media::image_bytes("image/jpg; q=1", vec![255, 0, 1])),
        json!({"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "/wAB"}})
    );
    assert_eq!(
        block(Media::image_url("https://a.example/b.png")),
        json!({"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}})
    );
    assert_eq!(
        block(Media::image_url("data:image/png;base64,AAAA")),
        json!({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}})
    );
    let sent = send(asking().message(Message::user(Part::from(Media::file(
        MediaKind::Image,
        "anthropic",
        "file_1",
    )))));
    let image = json!({"type": "image", "source": {"type": "file", "file_id": "file_1"}});
    assert_eq!(sent.body["messages"][0]["content"][1], image);
}

#[test]
fn an_image_without_a_type_is_recognised_by_its_bytes() {
    let png = b"\x89PNG\r\n\x1a\n0000".to_vec();
    let media = Media::new(MediaKind::Image, MediaSource::Bytes(png.into()));
    assert_eq!(block(media)["source"]["media_type"], "image/png");
}

#[test]
fn documents_are_pdf_text_parts_or_files() {
    let pdf =
        Media::document_bytes("application/pdf", b"%PDF".to_vec()).title("T").context("C").citations(true);
    assert_eq!(
        block(pdf),
        json!({"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERg=="},
               "title": "T", "context": "C", "citations": {"enabled": true}})
    );
    let text = json!({"type": "text", "media_type": "text/plain", "data": "é"});
    assert_eq!(block(Media::document_text("é").filename("a.txt"))["source"], text);
    assert_eq!(block(Media::document_text("é").filename("a.txt"))["title"], "a.txt");
    assert_eq!(block(Media::document_bytes("text/markdown", "é".as_bytes().to_vec()))["source"], text);
    let parts = vec![ToolResultContent::text("one"), Media::image_url("https://a.example/b.png").into()];
    assert_eq!(
        block(Media::new(MediaKind::Document, MediaSource::Content(parts)))["source"],
        json!({"type": "content", "content": [
            {"type": "text", "text": "one"},
            {"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}},
        ]})
    );
    let url = json!({"type": "url", "url": "https://a.example/b.pdf"});
    assert_eq!(block(Media::document_url("https://a.example/b.pdf"))["source"], url);
}

#[test]
fn media_that_the_api_does_not_take_is_denied() {
    denied(Media::audio_bytes("audio/wav", vec![1]));
    denied(Media::new(MediaKind::Video, MediaSource::Url("https://a.example".to_owned())));
    denied(Media::image_bytes("image/tiff", vec![1]));
    denied(Media::new(MediaKind::Image, MediaSource::Bytes(vec![1].into())));
    denied(Media::document_bytes("application/zip", vec![1]));
    denied(Media::file(MediaKind::Document, "openai", "file-1"));
}

#[test]
fn a_file_for_the_container_is_uploaded_by_its_id() {
    let part = Part::ContainerFile(ContainerFile::new("file_1"));
    assert_eq!(block(part), json!({"type": "container_upload", "file_id": "file_1"}));
}
