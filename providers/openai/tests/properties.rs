//! What holds for any answer: items at random, in any deltas and any pieces.

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
use steer_core::{CompletionResponse, Delivery, ErrorKind};
use steer_testkit::conformance::{Decoded, Subject, byte_by_byte, random_pieces};

thread_local! {
    // One for each test: a subject answers one request at a time.
    static SUBJECT: Subject = Subject::new(steer_openai::REGISTRATION, "openai/m").unwrap();
}

#[derive(Clone, Debug)]
enum Item {
    Message(Vec<String>),
    Refusal(String),
    Reasoning(Vec<String>, Option<String>),
    Call(String, String),
    Custom(String),
    Search(String),
    Unknown(String),
}

#[derive(Clone, Debug)]
struct Answer {
    items: Vec<Item>,
    usage: [u32; 2],
    /// How long deltas are, in characters, in turn.
    lengths: Vec<usize>,
    /// Whether the last event repeats the output.
    is_repeated: bool,
    /// Whether deltas come at all.
    has_deltas: bool,
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

fn item() -> impl Strategy<Value = Item> {
    prop_oneof![
        vec(text(), 0..3).prop_map(Item::Message),
        text().prop_map(Item::Refusal),
        (vec(text(), 0..3), proptest::option::of("[a-zA-Z]{1,9}="))
            .prop_map(|(texts, seal)| Item::Reasoning(texts, seal)),
        ("[a-z_]{1,12}", text()).prop_map(|(name, value)| Item::Call(name, value)),
        text().prop_map(Item::Custom),
        text().prop_map(Item::Search),
        text().prop_map(Item::Unknown),
    ]
}

fn answer() -> impl Strategy<Value = Answer> {
    (vec(item(), 0..5), any::<[u32; 2]>(), vec(1_usize..9, 1..6), any::<bool>(), any::<bool>()).prop_map(
        |(items, usage, lengths, is_repeated, has_deltas)| Answer {
            items,
            usage,
            lengths,
            is_repeated,
            has_deltas,
        },
    )
}

impl Item {
    fn json(&self, place: usize) -> Value {
        let id = format!("item_{place}");
        match self {
            Self::Message(texts) => {
                let content: Vec<Value> = texts.iter().map(|text| content(text)).collect();
                json!({"id": id, "type": "message", "role": "assistant", "status": "completed", "content": content})
            }
            Self::Refusal(text) => {
                let content = json!([{"type": "refusal", "refusal": text}]);
                json!({"id": id, "type": "message", "role": "assistant", "status": "completed", "content": content})
            }
            Self::Reasoning(texts, seal) => {
                let summary: Vec<Value> =
                    texts.iter().map(|text| json!({"type": "summary_text", "text": text})).collect();
                json!({"id": id, "type": "reasoning", "summary": summary, "encrypted_content": seal})
            }
            Self::Call(name, value) => {
                let arguments = json!({"value": value}).to_string();
                json!({"id": id, "type": "function_call", "call_id": format!("call_{place}"), "name": name, "arguments": arguments})
            }
            Self::Custom(input) => {
                json!({"id": id, "type": "custom_tool_call", "call_id": format!("call_{place}"), "name": "run", "input": input})
            }
            Self::Search(query) => {
                json!({"id": id, "type": "web_search_call", "status": "completed", "action": {"type": "search", "query": query}})
            }
            Self::Unknown(what) => json!({"id": id, "type": "dream", "what": what}),
        }
    }

    /// What of it comes in deltas: the event, the member that counts, its value, and the text.
    fn deltas(&self) -> Vec<(&'static str, &'static str, usize, String)> {
        let numbered = |event, key, texts: &[String]| {
            texts.iter().enumerate().map(|(place, text)| (event, key, place, text.clone())).collect()
        };
        match self {
            Self::Message(texts) => numbered("output_text", "content_index", texts),
            Self::Refusal(text) => vec![("refusal", "content_index", 0, text.clone())],
            Self::Reasoning(texts, _) => numbered("reasoning_summary_text", "summary_index", texts),
            Self::Call(_, value) => {
                vec![("function_call_arguments", "zz_index", 0, json!({"value": value}).to_string())]
            }
            Self::Custom(input) => vec![("custom_tool_call_input", "zz_index", 0, input.clone())],
            Self::Search(_) | Self::Unknown(_) => Vec::new(),
        }
    }

    /// The item as it begins.
    fn begun(&self, place: usize) -> Value {
        let mut item = self.json(place);
        for key in ["content", "summary"] {
            if item.get(key).is_some() {
                item[key] = json!([]);
            }
        }
        for key in ["arguments", "input"] {
            if item.get(key).is_some() {
                item[key] = json!("");
            }
        }
        item
    }
}

fn content(text: &str) -> Value {
    json!({"type": "output_text", "text": text, "annotations": []})
}

impl Answer {
    fn output(&self) -> Vec<Value> {
        self.items.iter().enumerate().map(|(place, item)| item.json(place)).collect()
    }

    fn response(&self, output: Vec<Value>) -> Value {
        let [input, out] = self.usage;
        json!({"id": "r", "object": "response", "created_at": 7, "status": "completed", "model": "m", "output": output,
            "usage": {"input_tokens": input, "output_tokens": out}})
    }

    fn events(&self) -> Vec<Value> {
        let mut lengths = self.lengths.iter().copied().cycle();
        let mut events =
            vec![json!({"type": "response.created", "response": {"id": "r", "created_at": 7, "model": "m"}})];
        for (place, item) in self.items.iter().enumerate() {
            events.push(json!({"type": "response.output_item.added", "output_index": place, "item": item.begun(place)}));
            for (event, key, number, text) in item.deltas().into_iter().filter(|_| self.has_deltas) {
                if let Item::Message(_) = item {
                    events.push(json!({"type": "response.content_part.added", "output_index": place,
                        "content_index": number, "part": content("")}));
                }
                let mut chars = text.chars().peekable();
                while chars.peek().is_some() {
                    let piece: String = chars.by_ref().take(lengths.next().unwrap()).collect();
                    let kind = format!("response.{event}.delta");
                    events.push(
                        json!({"type": kind, "output_index": place, "item_id": format!("item_{place}"),
                        key: number, "delta": piece, "obfuscation": "x".repeat(events.len() % 5)}),
                    );
                }
            }
            events.push(
                json!({"type": "response.output_item.done", "output_index": place, "item": item.json(place)}),
            );
        }
        let output = if self.is_repeated { self.output() } else { Vec::new() };
        events.push(json!({"type": "response.completed", "response": self.response(output)}));
        for (number, event) in events.iter_mut().enumerate() {
            event["sequence_number"] = json!(number);
        }
        events
    }

    fn stream(&self) -> String {
        self.events().iter().map(|event| format!("data: {event}\n\n")).collect()
    }
}

fn decode(delivery: Delivery, body: impl Into<Bytes>) -> Decoded {
    SUBJECT.with(|subject| subject.decode(delivery, [body.into()]))
}

fn comparable(mut response: CompletionResponse) -> CompletionResponse {
    response.raw.clear();
    response
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_pieces_of_any_answer_give_the_same_chunks(answer in answer(), seed in any::<u64>()) {
        let body = Bytes::from(answer.stream());
        let expected = decode(Delivery::Stream, body.clone());
        prop_assert!(expected.result.is_ok(), "{:?}", expected.result);
        for pieces in [random_pieces(&body, seed), byte_by_byte(&body)] {
            let same = SUBJECT.with(|subject| subject.decode(Delivery::Stream, pieces)).same_as(&expected);
            prop_assert!(same.is_ok(), "{same:?}");
        }
    }

    #[test]
    fn any_stream_adds_up_to_the_whole_answer(answer in answer()) {
        let folded = comparable(decode(Delivery::Stream, answer.stream()).result.unwrap());
        let whole = answer.response(answer.output()).to_string();
        let whole = comparable(decode(Delivery::Whole, whole).result.unwrap());
        prop_assert_eq!(folded, whole);
    }

    #[test]
    fn an_answer_without_its_end_is_cut_off_with_what_came(answer in answer(), cut in 0_usize..40) {
        let mut events = answer.events();
        events.pop();
        events.truncate(cut.max(1));
        let body: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
        let error = decode(Delivery::Stream, body).result.unwrap_err();
        prop_assert_eq!(error.kind(), ErrorKind::Truncated);
    }

    #[test]
    fn any_events_in_any_order_do_no_harm(answer in answer(), order in vec(any::<prop::sample::Index>(), 0..40)) {
        let events = answer.events();
        let body: String =
            order.iter().map(|place| format!("data: {}\n\n", events[place.index(events.len())])).collect();
        let found = decode(Delivery::Stream, body);
        prop_assert!(found.trailing == 0);
        if let Err(error) = found.result {
            prop_assert_eq!(error.kind(), ErrorKind::Truncated);
        }
    }
}
