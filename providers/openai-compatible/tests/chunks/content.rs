//! Text, thinking and the other parts of an answer.

use steer_core::message::CitationTarget;
use steer_core::{CompletionResponse, Part, StopReason, WarningKind};

use crate::read::{answer, stream, whole};

fn thinking(answer: &CompletionResponse) -> String {
    let parts = answer.content.iter().filter_map(|part| match part {
        Part::Thinking(part) => Some(part.text().into_owned()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("|")
}

#[test]
fn text_is_joined_from_its_deltas() {
    let answer = answer("text_deltas");
    assert_eq!(answer.extract_text(), "Grüße, Welt 🙂 — \"quoted\"\nsecond line.");
    assert_eq!((answer.response_id.as_deref(), answer.model.as_deref()), (Some("chatcmpl-1"), Some("m-1")));
    assert_eq!(answer.provider_metadata["system_fingerprint"].get(), "\"fp_44709d6fcb\"");
}

#[test]
fn thinking_is_read_under_each_of_its_names() {
    for (name, thought, text) in [
        ("reasoning_deltas", "First, think.", "Then speak."),
        ("reasoning", "Under another name.", "Said."),
        ("content_parts", "Parts of thought.", "Parts of text."),
    ] {
        let answer = answer(name);
        assert_eq!((thinking(&answer).as_str(), answer.extract_text().as_ref()), (thought, text));
        assert_eq!(answer.content.len(), 2);
    }
}

#[test]
fn thinking_under_two_names_at_once_is_read_once() {
    assert_eq!(thinking(&answer("reasoning_twice")), "Only once.");
}

#[test]
fn the_details_of_thinking_are_kept_as_they_came() {
    for (name, thought, kept) in [
        ("reasoning_details_text", "Two pieces.", "c2lnbmF0dXJlLTE="),
        ("reasoning_details_summary", "A short account.", "A short account."),
        ("reasoning_details_encrypted", "", "ZW5jcnlwdGVkLTAx"),
    ] {
        let answer = answer(name);
        assert_eq!(thinking(&answer), thought, "{name}");
        let replay = answer.content[0].meta().replay.as_ref().unwrap();
        assert!(replay.get().contains(kept), "{name}");
    }
}

#[test]
fn an_unknown_part_of_a_list_is_kept_in_its_place() {
    let answer = whole("content_list_unknown").result.unwrap();
    assert!(matches!(answer.content[..], [Part::Text(_), Part::Opaque(_), Part::Media(_)]));
}

#[test]
fn a_refusal_is_no_text_and_ends_the_answer_as_one() {
    let answer = answer("refusal_deltas");
    let Part::Refusal(refusal) = &answer.content[0] else { panic!() };
    assert_eq!(refusal.text, "I cannot help with that.");
    assert!(matches!(answer.stop_reason, Some(StopReason::Refused { .. })));
}

#[test]
fn several_answers_are_kept_apart() {
    let answer = answer("alternatives");
    assert_eq!((answer.extract_text().as_ref(), &answer.stop_reason), ("Heads", &Some(StopReason::EndTurn)));
    let other = &answer.alternatives[0];
    let Part::Text(text) = &other.content[0] else { panic!() };
    assert_eq!((other.index, text.text.as_str()), (1, "Tails"));
    assert_eq!(other.stop_reason, Some(StopReason::MaxOutputTokens));
}

#[test]
fn the_probabilities_of_every_delta_are_handed_out() {
    let decoded = stream("logprobs");
    let told =
        decoded.chunks.iter().filter(|chunk| matches!(chunk, steer_core::StreamChunk::Logprobs { .. }));
    assert_eq!(told.count(), 2);
    assert_eq!(decoded.result.unwrap().extract_text(), "Yes.");
}

#[test]
fn a_sound_is_joined_with_its_transcript() {
    let answer = answer("audio");
    let Part::Media(sound) = &answer.content[0] else { panic!() };
    let steer_core::tools::MediaSource::Bytes(bytes) = &sound.media.source else { panic!() };
    assert_eq!(bytes.as_ref(), b"RIFF\x00\x01\x02\x03");
    assert_eq!(sound.generated.as_ref().unwrap().id.as_deref(), Some("audio_1"));
    // The end of its life comes after its sound.
    assert_eq!(answer.provider_metadata["audio.expires_at"].get(), "1764003600");
}

#[test]
fn an_annotation_is_a_citation_of_the_text() {
    let answer = answer("annotations");
    let Part::Text(text) = &answer.content[0] else { panic!() };
    let target =
        CitationTarget::Url { url: "https://example.com/rust".to_owned(), title: Some("Rust".to_owned()) };
    assert_eq!((&text.citations[0].target, text.citations[0].span), (&target, Some((0, 4))));
}

#[test]
fn an_image_of_the_message_is_a_part() {
    assert!(matches!(answer("images").content[..], [Part::Text(_), Part::Media(_)]));
}

#[test]
fn a_first_chunk_of_the_filter_alone_does_not_set_the_model() {
    let answer = answer("azure");
    assert_eq!((answer.model.as_deref(), answer.response_id.as_deref()), (Some("m-1"), Some("chatcmpl-1")));
    assert_eq!(answer.extract_text(), "Safe and sound.");
    assert!(answer.provider_metadata.contains_key("prompt_filter_results"));
}

#[test]
fn an_id_that_changes_is_warned_of_once_and_the_first_is_kept() {
    let answer = answer("id_changes");
    assert_eq!(answer.response_id.as_deref(), Some("chatcmpl-1"));
    let kinds: Vec<_> = answer.warnings.iter().map(|warning| warning.kind).collect();
    assert_eq!(kinds, [WarningKind::Inconsistent]);
}

#[test]
fn padding_is_no_part_of_the_answer() {
    let answer = answer("padding");
    assert_eq!(answer.extract_text(), "Padded and hidden.");
    assert!(answer.provider_metadata.is_empty());
}

#[test]
fn chunks_without_choices_are_skipped() {
    assert_eq!(answer("choices_odd").extract_text(), "Still there.");
}

#[test]
fn a_whole_sound_says_until_when_it_can_be_named() {
    let answer = whole("sound").result.unwrap();
    let Part::Media(sound) = &answer.content[0] else { panic!() };
    assert_eq!(sound.generated.as_ref().unwrap().expires_at, Some(1_764_003_600));
}
