//! The rarer blocks, and those that are not known yet.

use steer_core::{Part, StreamChunk};

use crate::read::answer;

#[test]
fn a_summary_of_earlier_turns_is_taken_from_its_delta() {
    let answer = answer("compaction");
    let Part::Compaction(part) = &answer.content[0] else { panic!() };
    assert_eq!(part.summary.as_deref(), Some("Summary: the user plans a trip."));
}

#[test]
fn a_fallback_changes_the_model_of_the_answer() {
    let answer = answer("fallback");
    assert_eq!(answer.model.as_deref(), Some("claude-sonnet-5-5"));
    let Part::ModelHop(hop) = &answer.content[0] else { panic!() };
    assert_eq!(
        (hop.from.as_deref(), hop.to.as_deref()),
        (Some("claude-opus-5-5"), Some("claude-sonnet-5-5"))
    );
    assert!(hop.meta.replay.is_some());
}

#[test]
fn a_file_for_the_container_keeps_its_id_and_the_container_is_told() {
    let answer = answer("container_upload");
    let Part::ContainerFile(file) = &answer.content[0] else { panic!() };
    assert_eq!(file.file_id, "file_011CNha8iCJcU1wXNR6q4V8w");
    assert!(answer.provider_metadata["container"].get().contains("container_011CPR5CNjB747bTd36fQLFk"));
}

#[test]
fn an_unknown_block_is_kept_in_its_place_with_what_its_deltas_add() {
    let answer = answer("unknown_block");
    let json: Vec<&str> = answer
        .content
        .iter()
        .filter_map(|part| match part {
            Part::Opaque(part) => Some(part.json.get()),
            _ => None,
        })
        .collect();
    assert_eq!(
        json,
        [
            r#"{"size":3,"text":"abcdef gh","type":"hologram"}"#,
            r#"{"input":{"to":"Mars"},"type":"teleport"}"#,
            r#"{"type":"monument","year":1847}"#,
        ]
    );
    assert_eq!(answer.extract_text(), "Something new.");
}

#[test]
fn an_unknown_delta_of_a_known_block_is_warned_of_and_kept_raw() {
    let decoded =
        crate::read::changed("text", "text_delta\",\"text\":\"second", "zz_delta\",\"zz\":\"second");
    let answer = decoded.result.unwrap();
    assert_eq!(answer.extract_text(), "Grüße, Welt 🙂 — \"quoted\"\n");
    assert_eq!(answer.warnings[0].subject, "zz_delta");
    let raw = decoded.chunks.iter().find_map(|chunk| match chunk {
        StreamChunk::Raw(frame) => Some(&frame.data),
        _ => None,
    });
    assert!(raw.unwrap().contains("zz_delta"));
}
