//! Text, thinking, images and what has no type.

use steer_core::tools::{MediaKind, MediaSource};
use steer_core::{Delivery, Part, StreamChunk, WarningKind};

use crate::read::{answer, bytes, changed, whole};

#[test]
fn text_is_joined_from_its_lines() {
    let answer = answer("text");
    assert_eq!(answer.extract_text(), "Grüße, Welt 🙂 — \"quoted\"\nsecond line.");
    assert_eq!((answer.content.len(), answer.model.as_deref()), (1, Some("gemma3")));
    assert_eq!(
        answer.provider_metadata["created_at"].get(),
        "\"2026-11-25T10:00:04.500Z\"",
        "the last line's time is the answer's"
    );
}

#[test]
fn thinking_comes_before_the_text_and_is_a_part_of_its_own() {
    let answer = answer("thinking");
    assert_eq!(answer.extract_thinking(), "First I add the numbers.");
    assert_eq!(answer.extract_text(), "The sum is 42.");
    assert!(matches!(answer.content.as_slice(), [Part::Thinking(_), Part::Text(_)]));
    let whole = whole("thinking").result.unwrap();
    assert_eq!(whole.extract_thinking(), "First I add the numbers.");
}

#[test]
fn the_last_line_may_hold_text_too() {
    assert_eq!(answer("content_at_the_end").extract_text(), "One two three.");
}

#[test]
fn an_image_is_a_part_with_its_bytes_and_its_type() {
    let answer = answer("images");
    let Part::Media(part) = &answer.content[1] else { panic!() };
    assert_eq!((part.media.kind, part.media.media_type.as_deref()), (MediaKind::Image, Some("image/png")));
    assert!(matches!(&part.media.source, MediaSource::Bytes(bytes) if bytes.len() == 70));
    assert!(part.generated.is_some());
}

#[test]
fn an_image_that_is_not_base64_is_an_error_and_is_not_quoted() {
    let error = changed("images", "iVBORw0KGgo", "*secret*").result.unwrap_err();
    assert!(error.message().contains("base64") && !error.to_string().contains("secret"), "{error}");
    assert_eq!(error.partial().unwrap().extract_text(), "Here: ");
}

#[test]
fn log_probabilities_stand_beside_their_text() {
    let answer = answer("logprobs");
    let Part::Text(text) = &answer.content[0] else { panic!() };
    assert_eq!(text.logprobs.len(), 2);
    assert!(text.logprobs[1].get().contains("\"!\""));
}

#[test]
fn unknown_members_are_kept_as_they_came() {
    let answer = answer("unknown_members");
    assert_eq!(answer.provider_metadata["aura"].get(), "{\"hue\":3}");
    assert_eq!(answer.provider_metadata["remote_host"].get(), "\"https://ollama.com\"");
    assert_eq!(answer.provider_metadata["zz_new"].get(), "[1,null]");
    let Part::Opaque(opaque) = &answer.content[2] else { panic!() };
    assert_eq!(
        (&*opaque.kind, opaque.json.get()),
        ("hologram", r#"{"type":"hologram","id":"h1","hologram":{"x":[1,null]}}"#)
    );
}

#[test]
fn another_model_within_one_answer_is_warned_of_and_the_first_one_kept() {
    let line = |model: &str, done: bool| {
        format!("{{\"model\":\"{model}\",\"message\":{{\"content\":\"x\"}},\"done\":{done}}}\n")
    };
    let body = [line("one", false), line("two", false), line("two", true)].concat();
    let answer = bytes(Delivery::Stream, body).result.unwrap();
    assert_eq!((answer.model.as_deref(), &*answer.extract_text()), (Some("one"), "xxx"));
    let kinds: Vec<_> = answer.warnings.iter().map(|warning| warning.kind).collect();
    assert_eq!(kinds, [WarningKind::Inconsistent]);
}

#[test]
fn a_line_that_differs_in_more_than_its_text_is_read_in_full() {
    let line = |message: &str, time: u32, rest: &str| {
        format!(
            "{{\"model\":\"m\",\"created_at\":\"{time}\",\"message\":{{\"role\":\"assistant\",{message}}}{rest},\"done\":false}}\n"
        )
    };
    let said = |text: &str| format!("\"content\":\"{text}\"");
    let body = [
        line(&said("a"), 1, ""),
        line(&said("b\\n"), 22, ""),
        line(&said("c"), 3, ",\"zz\":1"),
        line(&said("d"), 4, ",\"zz\":2"),
        line("\"content\":\"\",\"thinking\":\"e\"", 5, ""),
        line("\"content\":\"\",\"thinking\":\"f\"", 6, ""),
        line("\"content\":\"\",\"thinking\":\"\"", 7, ""),
        line("\"content\":\"g\",\"thinking\":\"\"", 8, ""),
        line("\"content\":\"h\",\"thinking\":\"i\"", 9, ""),
        line(&said("\\u00fc"), 10, ""),
        "{\"model\":\"m\",\"done\":true,\"done_reason\":\"stop\"}\n".to_owned(),
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
    assert_eq!(said, ["ab\ncd", "(ef)", "g", "(i)", "hü"]);
    assert_eq!(answer.provider_metadata["zz"].get(), "2");
    assert!(
        !decoded
            .chunks
            .iter()
            .any(|chunk| matches!(chunk, StreamChunk::TextDelta { text, .. } if text.is_empty()))
    );
}
