//! What holds for any answer: messages at random, in any deltas and any pieces.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use steer_core::bytes::Bytes;
use steer_core::{CompletionResponse, Delivery};
use steer_testkit::conformance::{Decoded, Subject, byte_by_byte, random_pieces};

thread_local! {
    // One for each test: a subject answers one request at a time.
    static SUBJECT: Subject =
        Subject::new(steer_openai_compatible::REGISTRATION, "openai-compatible/m").unwrap();
}

#[derive(Clone, Debug)]
struct Message {
    thinking: String,
    text: String,
    /// Id, name and one argument of each call.
    calls: Vec<(String, String, String)>,
    usage: [u32; 2],
    /// How long deltas are, in characters, in turn.
    lengths: Vec<usize>,
}

/// Text with what is hard in it: escapes, characters of two to four bytes, and words of the event stream's own.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[a-z ]{0,12}",
        Just("\u{2028}\u{85}\u{b}\u{c}".to_owned()),
        Just("\r\ndata: [DONE]\n\n".to_owned()),
        Just("\"\\/\u{8}\u{0}🙂 中é\u{FEFF}".to_owned()),
    ];
    vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

fn message() -> impl Strategy<Value = Message> {
    let calls = vec(("[a-z]{1,8}", "[a-z_]{1,12}", text()), 0..3).prop_map(|calls| {
        let numbered = calls.into_iter().enumerate();
        numbered.map(|(number, (id, name, value))| (format!("{id}_{number}"), name, value)).collect()
    });
    (text(), text(), calls, any::<[u32; 2]>(), vec(1_usize..9, 1..6))
        .prop_map(|(thinking, text, calls, usage, lengths)| Message { thinking, text, calls, usage, lengths })
}

impl Message {
    fn finish(&self) -> &'static str {
        if self.calls.is_empty() { "stop" } else { "tool_calls" }
    }

    fn usage(&self) -> Value {
        let [input, output] = self.usage;
        json!({"prompt_tokens": input, "completion_tokens": output})
    }

    fn whole(&self) -> String {
        let calls = self.calls.iter().map(|(id, name, value)| {
            let arguments = json!({"value": value}).to_string();
            json!({"id": id, "type": "function", "function": {"name": name, "arguments": arguments}})
        });
        let calls: Vec<Value> = calls.collect();
        let message = json!({
            "role": "assistant", "content": self.text, "reasoning_content": self.thinking, "tool_calls": calls,
        });
        let choice = json!({"index": 0, "message": message, "finish_reason": self.finish()});
        json!({"id": "c", "created": 7, "model": "m", "choices": [choice], "usage": self.usage()}).to_string()
    }

    /// The chunks of the stream.
    fn chunks(&self) -> Vec<Value> {
        let mut lengths = self.lengths.iter().copied().cycle();
        let mut cut = |text: &str| {
            let mut chars = text.chars().peekable();
            let mut pieces = Vec::new();
            while chars.peek().is_some() {
                pieces.push(chars.by_ref().take(lengths.next().unwrap()).collect::<String>());
            }
            pieces
        };
        let mut deltas = vec![json!({"role": "assistant", "content": ""})];
        deltas.extend(cut(&self.thinking).into_iter().map(|piece| json!({"reasoning_content": piece})));
        deltas.extend(cut(&self.text).into_iter().map(|piece| json!({"content": piece})));
        for (index, (id, name, value)) in self.calls.iter().enumerate() {
            let start = json!({"name": name, "arguments": ""});
            deltas.push(
                json!({"tool_calls": [{"index": index, "id": id, "type": "function", "function": start}]}),
            );
            for piece in cut(&json!({"value": value}).to_string()) {
                deltas.push(json!({"tool_calls": [{"index": index, "function": {"arguments": piece}}]}));
            }
        }
        let choice =
            |delta: Value, finish: Value| json!([{"index": 0, "delta": delta, "finish_reason": finish}]);
        let mut all: Vec<Value> = deltas.into_iter().map(|delta| choice(delta, Value::Null)).collect();
        all.push(choice(json!({}), self.finish().into()));
        let envelope = |choices: Value| json!({"id": "c", "created": 7, "model": "m", "choices": choices});
        let mut all: Vec<Value> = all.into_iter().map(envelope).collect();
        let mut last = envelope(json!([]));
        last["usage"] = self.usage();
        all.push(last);
        all
    }

    fn stream(&self) -> String {
        events(self.chunks().iter().map(Value::to_string))
    }
}

fn events(chunks: impl Iterator<Item = String>) -> String {
    let events = chunks.map(|chunk| format!("data: {chunk}\n\n"));
    events.chain(["data: [DONE]\n\n".to_owned()]).collect()
}

fn decode(body: impl Into<Bytes>) -> Decoded {
    SUBJECT.with(|subject| subject.decode(Delivery::Stream, [body.into()]))
}

fn comparable(mut response: CompletionResponse) -> CompletionResponse {
    response.raw.clear();
    response.usage.as_mut().unwrap().raw = None;
    response
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_pieces_of_any_message_give_the_same_chunks(message in message(), seed in any::<u64>()) {
        let body = Bytes::from(message.stream());
        let expected = decode(body.clone());
        prop_assert!(expected.result.is_ok());
        for pieces in [random_pieces(&body, seed), byte_by_byte(&body)] {
            let same = SUBJECT.with(|subject| subject.decode(Delivery::Stream, pieces)).same_as(&expected);
            prop_assert!(same.is_ok(), "{same:?}");
        }
    }

    #[test]
    fn any_stream_adds_up_to_the_whole_answer(message in message()) {
        let folded = comparable(decode(message.stream()).result.unwrap());
        let whole = SUBJECT.with(|subject| subject.decode(Delivery::Whole, [message.whole().into()]));
        let whole = comparable(whole.result.unwrap());
        // `Debug` hides the content.
        let shown = |response: &CompletionResponse| serde_json::to_string_pretty(response).unwrap();
        prop_assert_eq!(shown(&folded), shown(&whole));
        prop_assert_eq!(folded.extract_text(), message.text);
    }

    #[test]
    fn padding_of_any_length_changes_nothing(message in message(), padding in vec("[A-Za-z0-9]{0,9}|\"\\\\", 1..5)) {
        let expected = decode(message.stream());
        let padded = message.chunks().into_iter().zip(padding.into_iter().cycle()).map(|(mut chunk, padding)| {
            chunk["obfuscation"] = padding.into();
            chunk.to_string()
        });
        let same = decode(events(padded)).same_as(&expected);
        prop_assert!(same.is_ok(), "{same:?}");
    }

    /// No chunk looks like the one before it, so that each is parsed in full.
    #[test]
    fn recognising_repeated_chunks_changes_nothing(message in message()) {
        let expected = decode(message.stream());
        let alternating = message.chunks().into_iter().enumerate().map(|(place, chunk)| {
            let mut members: Vec<String> =
                chunk.as_object().unwrap().iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
            if place % 2 == 1 {
                members.reverse();
            }
            format!("{{{}}}", members.join(","))
        });
        let same = decode(events(alternating)).same_as(&expected);
        prop_assert!(same.is_ok(), "{same:?}");
    }

    /// White space in front of the first member hides how a chunk begins, so that each is read from its start.
    #[test]
    fn reading_a_chunk_from_behind_a_known_head_changes_nothing(
        heads in vec(members(), 1..3), chunks in vec((any::<bool>(), 0..3_usize, members()), 1..8)
    ) {
        let body = |space: fn(usize) -> String| {
            let chunk = |(place, (is_last, kind, tail)): (usize, &(bool, usize, Vec<&str>))| {
                let head = heads.get(usize::from(*is_last)).or(heads.first()).unwrap();
                let choice = match kind {
                    0 => "\"delta\":{\"content\":\"a\"}",
                    1 => "\"delta\":{\"content\":\"b\"},\"logprobs\":null",
                    _ => "\"delta\":{},\"finish_reason\":\"stop\"",
                };
                let choices = format!("\"choices\":[{{\"index\":0,{choice}}}]");
                let members: Vec<&str> = head.iter().copied().chain([&*choices]).chain(tail.iter().copied()).collect();
                format!("{{{}{}}}", space(place), members.join(","))
            };
            events(chunks.iter().enumerate().map(chunk))
        };
        let expected = decode(body(|place| " ".repeat(place + 1)));
        let same = decode(body(|_| String::new())).same_as(&expected);
        prop_assert!(same.is_ok(), "{same:?}");
    }
}

/// Members that chunks repeat, and others, in any order, some of them twice.
fn members() -> impl Strategy<Value = Vec<&'static str>> {
    let member = prop::sample::select(vec![
        r#""id":"c""#,
        r#""id":"d""#,
        r#""id":"""#,
        r#""created":7"#,
        r#""model":"m""#,
        r#""model" : "n""#,
        r#""object":"chat.completion.chunk""#,
        r#""service_tier":"a""#,
        r#""service_tier":"b""#,
        r#""service_tier":1"#,
        r#""system_fingerprint":"f""#,
        r#""system_fingerprint":"g""#,
        r#""other":1"#,
        r#""usage":null"#,
        r#""usage":{"prompt_tokens":1}"#,
        r#""obfuscation":"x""#,
    ]);
    vec(member, 0..5)
}
