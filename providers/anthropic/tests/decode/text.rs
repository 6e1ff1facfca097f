//! Text, thinking and citations.

use steer_core::Part;
use steer_core::message::{CitationTarget, DocumentSpan, Visibility};

use crate::read::answer;

#[test]
fn text_is_joined_from_its_deltas() {
    let answer = answer("text");
    assert_eq!(answer.extract_text(), "Grüße, Welt 🙂 — \"quoted\"\nsecond line.");
    assert_eq!(answer.response_id.as_deref(), Some("msg_01"));
    assert_eq!(answer.model.as_deref(), Some("claude-sonnet-5-5"));
}

#[test]
fn thinking_keeps_its_signature() {
    let answer = answer("thinking");
    assert_eq!(answer.extract_thinking(), "First I add the numbers.");
    let Part::Thinking(part) = &answer.content[0] else { panic!() };
    assert_eq!(part.seal.as_ref().unwrap().data, "EqQBCgIYAhIM/1==");
}

#[test]
fn omitted_thinking_keeps_its_signature_and_its_place() {
    let answer = answer("thinking_omitted");
    let Part::Thinking(part) = &answer.content[0] else { panic!() };
    assert_eq!((&*part.text(), part.seal.as_ref().unwrap().data.as_str()), ("", "EqQBCgIYAhIM/2=="));
}

#[test]
fn redacted_thinking_keeps_its_data_and_its_place() {
    let answer = answer("thinking_redacted");
    let Part::Thinking(part) = &answer.content[0] else { panic!() };
    assert_eq!(part.visibility, Visibility::Redacted);
    assert_eq!(part.seal.as_ref().unwrap().data, "EmwKAhgBEgy3va3pzix/LafPsn4a");
}

#[test]
fn citations_of_every_kind_are_read_and_kept() {
    let answer = answer("citations");
    let targets: Vec<&CitationTarget> = answer
        .content
        .iter()
        .map(|part| match part {
            Part::Text(text) => &text.citations[0],
            _ => panic!(),
        })
        .inspect(|citation| assert!(citation.replay.is_some() && citation.quoted.is_some()))
        .map(|citation| &citation.target)
        .collect();
    let span = |target: &CitationTarget| match target {
        CitationTarget::Document { span, .. } => span.unwrap(),
        _ => panic!(),
    };
    assert_eq!(span(targets[0]), DocumentSpan::Characters(0, 20));
    assert_eq!(span(targets[1]), DocumentSpan::Pages(5, 6));
    assert_eq!(span(targets[2]), DocumentSpan::Blocks(2, 3));
    assert!(matches!(targets[3], CitationTarget::Url { url, .. } if url == "https://example.org/a"));
    assert!(matches!(targets[4], CitationTarget::SearchResult { index: 1, blocks: Some((0, 1)), .. }));
    assert!(matches!(targets[5], CitationTarget::Other { kind } if kind == "hologram_location"));
}
