//! Reasoning items.

use steer_core::message::{SealKind, Thinking, ThinkingForm, Visibility};
use steer_core::{CompletionResponse, Part, StreamChunk};

use crate::read::{answer, stream};

fn thinking(answer: &CompletionResponse) -> &Thinking {
    match &answer.content[0] {
        Part::Thinking(thinking) => thinking,
        part => panic!("{part:?}"),
    }
}

#[test]
fn each_summary_is_a_section_and_the_seal_comes_with_the_whole_item() {
    let decoded = stream("reasoning");
    let sections = decoded.chunks.iter().filter(|chunk| matches!(chunk, StreamChunk::ThinkingSection { .. }));
    assert_eq!(sections.count(), 2);
    let answer = decoded.result.unwrap();
    let thinking = thinking(&answer);
    assert_eq!(thinking.text(), "**Plan**\n\nLook it up.Then answer.");
    assert!(thinking.sections.iter().all(|section| section.form == ThinkingForm::Summary));
    let seal = thinking.seal.as_ref().unwrap();
    assert_eq!((seal.kind, seal.data.as_str()), (SealKind::Encrypted, "gAAAAABsecretBlob=="));
    assert_eq!(thinking.id.as_deref(), Some("rs_1"));
}

#[test]
fn the_vendors_own_json_of_it_is_kept_byte_for_byte() {
    let answer = answer("reasoning");
    let json = r#"{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"**Plan**\n\nLook it up."},{"type":"summary_text","text":"Then answer."}],"encrypted_content":"gAAAAABsecretBlob=="}"#;
    assert_eq!(thinking(&answer).meta.replay.as_ref().unwrap().get(), json);
}

#[test]
fn the_models_own_words_are_told_from_a_summary() {
    let answer = answer("reasoning_content");
    let sections = &thinking(&answer).sections;
    assert_eq!(sections.len(), 1);
    assert_eq!((sections[0].form, sections[0].text.as_str()), (ThinkingForm::Raw, "The user wants a yes."));
}

/// The encrypted form of an item that has just begun may not be all of it.
#[test]
fn only_the_encrypted_form_of_the_whole_item_counts() {
    let decoded = stream("reasoning_encrypted");
    assert!(!serde_json::to_string(&decoded.chunks).unwrap().contains("gAAAAABearly"));
    let answer = decoded.result.unwrap();
    assert_eq!(thinking(&answer).seal.as_ref().unwrap().data, "gAAAAABfinal==");
    assert_eq!(thinking(&answer).visibility, Visibility::Omitted);
}
