//! Text, thoughts, log probabilities and further candidates.

use steer_core::{Delivery, Part, StopReason, StreamChunk};

use crate::read::{answer, bytes};

#[test]
fn text_is_joined_from_its_pieces() {
    let answer = answer("text");
    assert_eq!(answer.extract_text(), "Grüße, Welt 🙂 — \"quoted\"\nsecond line.");
    assert_eq!(answer.content.len(), 1, "pieces without a signature are one part");
    assert_eq!(answer.response_id.as_deref(), Some("resp_01"));
    assert_eq!(answer.model.as_deref(), Some("gemini-3.8-flash"));
}

#[test]
fn thoughts_are_thinking_and_the_rest_is_text() {
    let answer = answer("thinking");
    assert_eq!(answer.extract_thinking(), "First I add the numbers.");
    assert_eq!(answer.extract_text(), "The sum is 42.");
}

#[test]
fn further_candidates_are_alternatives_and_the_first_answers() {
    let answer = answer("candidates");
    assert_eq!(
        (&*answer.extract_text(), &answer.stop_reason),
        ("Heads up.", &Some(StopReason::MaxOutputTokens))
    );
    let other = &answer.alternatives[0];
    let Part::Text(text) = &other.content[0] else { panic!() };
    assert_eq!(
        (other.index, &*text.text, &other.stop_reason),
        (1, "Tails it is.", &Some(StopReason::EndTurn))
    );
}

#[test]
fn log_probabilities_stand_beside_their_text() {
    let answer = answer("logprobs");
    let Part::Text(text) = &answer.content[0] else { panic!() };
    assert!(text.logprobs[0].get().contains("chosenCandidates"));
    assert_eq!(answer.provider_metadata["avgLogprobs"].get(), "-0.25");
}

#[test]
fn unknown_parts_and_members_are_kept_as_they_came() {
    let answer = answer("unknown_parts");
    let replay = |part: &Part| part.meta().replay.as_ref().unwrap().get().to_owned();
    assert!(replay(&answer.content[1]).contains("partMetadata"));
    let Part::Opaque(opaque) = &answer.content[2] else { panic!() };
    assert_eq!(
        (&*opaque.kind, opaque.json.get()),
        ("hologram", r#"{"hologram": {"id": 7}, "thoughtSignature": "sigH=="}"#)
    );
    assert_eq!(replay(&answer.content[3]), r#"{"thoughtSignature": "sigAlone=="}"#);
    assert!(replay(&answer.content[4]).contains("mood"));
}

#[test]
fn a_piece_that_differs_in_more_than_its_text_is_read_in_full() {
    let piece = |text: &str, rest: &str, count: u32| {
        format!(
            "data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":\"{text}\"{rest}}}]}}}}],\"usageMetadata\":{{\"promptTokenCount\":4,\"candidatesTokenCount\":{count}}}}}\n\n"
        )
    };
    let end = "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\n\n";
    let body = [
        piece("a", "", 1),
        piece("b\\n", "", 12),
        piece("c", ",\"thought\":true", 13),
        piece("d", "", 14),
        piece("", "", 15),
        piece("e", ",\"thoughtSignature\":\"s\"", 16),
        piece("f", "", 17),
        piece("g", "", 99),
        end.to_owned(),
    ]
    .concat();
    let decoded = bytes(Delivery::Stream, body);
    let answer = decoded.result.unwrap();
    let said: Vec<String> = answer
        .content
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.text.clone(),
            Part::Thinking(thinking) => format!("({})", thinking.text()),
            _ => panic!(),
        })
        .collect();
    assert_eq!(said, ["ab\n", "(c)", "d", "e", "fg"]);
    assert_eq!(answer.usage.unwrap().output_tokens, Some(99), "the last count came with a piece of text");
    assert!(
        !decoded
            .chunks
            .iter()
            .any(|chunk| matches!(chunk, StreamChunk::TextDelta { text, .. } if text.is_empty()))
    );
}
