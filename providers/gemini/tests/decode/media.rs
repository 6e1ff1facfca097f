//! Images and sounds that a model made.

use steer_core::Part;
use steer_core::message::MediaPart;
use steer_core::tools::{MediaKind, MediaSource};

use crate::read::{answer, bytes};

fn media(part: &Part) -> &MediaPart {
    match part {
        Part::Media(part) => part,
        _ => panic!(),
    }
}

#[test]
fn an_image_keeps_its_signature_and_says_whether_it_is_a_thought() {
    let answer = answer("images");
    let (thought, image) = (media(&answer.content[0]), media(&answer.content[2]));
    assert!(thought.generated.as_ref().unwrap().in_thinking && thought.seal.is_none());
    assert!(!image.generated.as_ref().unwrap().in_thinking);
    assert_eq!(image.seal.as_ref().unwrap().data, "sigImg==");
    assert_eq!((image.media.kind, image.media.media_type.as_deref()), (MediaKind::Image, Some("image/png")));
    assert_eq!(image.media.source, MediaSource::Bytes(b"\x89PNG\r\n\x1a\nfinal".as_slice().into()));
}

#[test]
fn a_file_is_named_by_its_address() {
    let answer = answer("images");
    let file = media(&answer.content[3]);
    assert_eq!(file.media.kind, MediaKind::Video);
    assert_eq!(file.media.source, MediaSource::Url("https://example.org/v.mp4".into()));
}

#[test]
fn pieces_of_one_sound_are_one_part() {
    let answer = answer("audio");
    assert_eq!(answer.content.len(), 1);
    let sound = media(&answer.content[0]);
    assert_eq!(sound.media.source, MediaSource::Bytes((0..24).collect::<Vec<u8>>().into()));
}

#[test]
fn both_alphabets_of_base64_are_read_with_padding_or_without() {
    for (data, expected) in [("-_8", vec![0xfb, 0xff]), ("+/8=", vec![0xfb, 0xff]), ("", vec![])] {
        let body = format!(
            r#"{{"candidates":[{{"content":{{"parts":[{{"inlineData":{{"mimeType":"image/png","data":"{data}"}}}}]}}}}]}}"#
        );
        let answer = bytes(steer_core::Delivery::Whole, body).result.unwrap();
        assert_eq!(media(&answer.content[0]).media.source, MediaSource::Bytes(expected.into()), "{data}");
    }
}
