//! Random conversations, as they stand after some turns with one provider.

use std::sync::Arc;

use serde_json::json;
use steer::message::{
    Authority, CachePoint, Citation, CitationTarget, Compaction, ContainerFile, Executor, GeneratedMedia,
    MediaPart, ModelHop, Opaque, Refusal, Role, Seal, SearchResult, Source, Text, Thinking, ToolCallPart,
    ToolResultPart, Visibility,
};
use steer::tools::{MediaKind, MediaSource, ToolOutcome, ToolResultContent};
use steer::{Media, Message, Origin, Part, RawJson, ToolCall, ToolResult};

use crate::random::Random;

/// `History` is a conversation, and what must become of each thing that was said in it.
#[derive(Debug, Default)]
pub struct History {
    /// Its place among those of its pair.
    pub number: usize,
    pub messages: Vec<Message>,
    pub marks: Vec<Mark>,
    /// How many calls the program runs.
    pub calls: usize,
    /// A word of a call, and one of its result: of each call that a result surely answers.
    pub answers: Vec<(String, String)>,
}

/// `Mark` is a word that stands in one place of a history and nowhere else.
#[derive(Clone, Debug)]
pub struct Mark {
    pub word: String,
    /// What stands there.
    pub fate: Fate,
    /// The number of the part that it stands in.
    pub thing: usize,
}

/// `Fate` is what must become of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is sent, whatever the target.
    Sent,
    /// It is sent, or one of these subjects is warned of.
    Told(&'static [&'static str]),
    /// It goes to its origin alone; elsewhere one of these subjects is warned of.
    Own(&'static [&'static str]),
    /// It goes to its provider alone, in whatever format it is spoken to; elsewhere one of these subjects is warned of.
    Kept(&'static [&'static str]),
}

/// `Maker` makes one history.
struct Maker<'r> {
    random: &'r mut Random,
    origin: Arc<Origin>,
    history: History,
    /// Calls that no result has answered yet.
    open: Vec<OpenCall>,
    /// How many parts were made.
    things: usize,
}

/// `OpenCall` is a call that waits for its result.
struct OpenCall {
    id: String,
    name: String,
    word: String,
    /// How many messages came before its own.
    message: usize,
    /// Whether every target pairs it with the same result.
    is_sure: bool,
}

impl OpenCall {
    /// Whether a result cannot say which of the two it answers.
    fn is_like(&self, other: &Self) -> bool {
        self.id == other.id && self.name == other.name
    }
}

const MEDIA: &[&str] = &["media", "image", "audio", "video", "document", "file", "tool_result"];

const IDS: &[&str] = &[
    "toolu_01AbCdEfGhIjKlMnOpQrStUv",
    "call_1",
    "call_1",
    "abcDEF123",
    "fc_68|call/odd id",
    "",
    "ü",
    "a b",
    "a_b",
    "an-id-that-is-longer-than-any-of-the-vendors-takes-since-it-has-more-than-sixty-four-characters",
];

const NAMES: &[&str] = &[
    "look",
    "ask",
    "fs.read",
    "fs_read",
    "näme",
    "a tool with a name of very many words that goes on and on and on and on",
];

/// A history as `provider` left it, speaking `api`.
pub fn history(random: &mut Random, provider: &str, api: &str) -> History {
    let mut origin = Origin::new(provider.into(), api, "a-model");
    origin.response_id = Some("answer-1".to_owned());
    let mut maker =
        Maker { random, origin: Arc::new(origin), history: History::default(), open: Vec::new(), things: 0 };
    for _ in 0..=maker.random.below(6) {
        match maker.random.below(8) {
            0 => maker.note(),
            1 | 2 => maker.user(),
            3 => maker.results(Role::Tool),
            _ => maker.turn(),
        }
    }
    maker.user();
    // Whoever asks for an answer has something to say at last.
    maker.things += 1;
    let text = maker.text(Fate::Sent);
    maker.push(Message::user(text));
    if maker.random.once_in(4) {
        maker.note();
    }
    maker.history
}

impl Maker<'_> {
    fn push(&mut self, message: Message) {
        self.history.messages.push(message);
    }

    /// A word of its own for what is made next.
    fn mark(&mut self, fate: Fate) -> String {
        let word = format!("mark{}x", self.history.marks.len());
        self.history.marks.push(Mark { word: word.clone(), fate, thing: self.things });
        word
    }

    fn text(&mut self, fate: Fate) -> String {
        let word = self.mark(fate);
        let around = self.random.of(&["", " ", "\n", "«", "\"", "\\", "😀 "]);
        format!("{around}{word}{around}")
    }

    fn note(&mut self) {
        let authority = if self.random.once_in(2) { Authority::System } else { Authority::Developer };
        let text = self.text(Fate::Sent);
        self.push(Message::system_note(text, authority));
    }

    fn user(&mut self) {
        let mut message = Message::new(Role::User, Vec::new());
        for _ in 0..self.random.below(4) {
            let mut part = self.said();
            if self.random.once_in(8) {
                part = part.cached(CachePoint::new());
            }
            message.parts.push(part);
        }
        self.push(message);
        if self.random.once_in(4) {
            self.results(Role::User);
        }
    }

    /// What a user says.
    fn said(&mut self) -> Part {
        self.things += 1;
        match self.random.below(12) {
            0 => Part::text(self.random.of(&["", " ", "\n\t"])),
            1 => {
                let text = self.mark(Fate::Told(MEDIA));
                let kind = [MediaKind::Image, MediaKind::Document, MediaKind::Audio, MediaKind::Video]
                    [self.random.below(4)];
                Part::from(Media::new(kind, MediaSource::Url(format!("https://example.com/{text}"))))
            }
            2 => {
                let text = self.mark(Fate::Told(MEDIA));
                Part::from(Media::document_text(text).title("A title"))
            }
            3 => Part::from(Media::image_bytes("image/png", self.bytes())),
            4 => Part::from(Media::document_bytes("application/pdf", self.bytes())),
            5 => Part::from(Media::audio_bytes("audio/wav", self.bytes())),
            6 => {
                let text = self.text(Fate::Sent);
                Part::SearchResult(SearchResult::new("https://example.com", "A place", text))
            }
            7 => {
                let id = self.mark(Fate::Own(&["container file"]));
                self.made(Part::ContainerFile(ContainerFile::new(id)))
            }
            8 => {
                let id = self.mark(Fate::Kept(MEDIA));
                Part::from(Media::file(MediaKind::Document, self.origin.provider.as_str(), id))
            }
            _ => Part::text(self.text(Fate::Sent)),
        }
    }

    /// Bytes whose base64 holds a mark.
    fn bytes(&mut self) -> Vec<u8> {
        let word = self.mark(Fate::Told(MEDIA));
        let MediaSource::Bytes(bytes) = MediaSource::from_base64(&padded(&word)).unwrap() else {
            unreachable!()
        };
        bytes.to_vec()
    }

    /// A turn of the model's, and mostly the results of its calls.
    fn turn(&mut self) {
        let mut parts = Vec::new();
        for _ in 0..self.random.below(6) {
            let part = self.answered(&mut parts);
            parts.extend(part.map(|part| self.made(part)));
        }
        self.push(Message::new(Role::Assistant, parts));
        while !self.open.is_empty() && !self.random.once_in(5) {
            self.results(Role::Tool);
        }
    }

    /// What a model answers.
    fn answered(&mut self, parts: &mut Vec<Part>) -> Option<Part> {
        self.things += 1;
        Some(match self.random.below(16) {
            0..=3 => Part::text(self.text(Fate::Sent)),
            4 => Part::text(self.random.of(&["", " "])),
            5 | 6 => self.thinking(),
            7 => {
                let mut text = Text::new(self.text(Fate::Sent));
                let word = self.mark(Fate::Own(&["citation"]));
                let mut citation =
                    Citation::new(CitationTarget::Url { url: "https://example.com".to_owned(), title: None });
                let json = json!({"type": "web_search_result_location", "url": word});
                citation.replay = Some(RawJson::of(&json).unwrap());
                text.citations.push(citation);
                Part::Text(text)
            }
            8 => Part::Refusal(Refusal::new(self.text(Fate::Sent))),
            9 => return self.rare(),
            10 => self.provider_call(parts),
            _ => self.call(),
        })
    }

    fn thinking(&mut self) -> Part {
        let kind = self.random.below(4);
        let mut thinking = Thinking::default();
        if kind == 0 {
            thinking.visibility = Visibility::Redacted;
        } else {
            thinking = Thinking::new(self.text(Fate::Told(&["thinking"])));
        }
        thinking.seal = match kind {
            0 | 1 => Some(Seal::encrypted(self.mark(Fate::Own(&["thinking"])))),
            2 => Some(Seal::signature(self.mark(Fate::Own(&["thinking"])))),
            _ => None,
        };
        Part::Thinking(thinking)
    }

    /// What few answers have.
    fn rare(&mut self) -> Option<Part> {
        Some(match self.random.below(6) {
            0 => {
                let mut source = Source::default();
                source.url = Some(self.mark(Fate::Told(&["source"])));
                Part::Source(source)
            }
            1 => {
                let mut hop = ModelHop::default();
                (hop.from, hop.to) = (Some(self.mark(Fate::Own(&["model hop"]))), Some("b".to_owned()));
                Part::ModelHop(hop)
            }
            2 => {
                let mut compaction = Compaction::default();
                compaction.summary = Some(self.text(Fate::Told(&["compaction"])));
                Part::Compaction(compaction)
            }
            3 => {
                let word = self.mark(Fate::Own(&["opaque part"]));
                let json = RawJson::of(&json!({"type": "new_thing", "data": word})).unwrap();
                Part::Opaque(Opaque::new(self.origin.api.to_string(), "new_thing", json))
            }
            4 => {
                let mut sound = MediaPart::new(Media::audio_bytes("audio/wav", vec![1, 2, 3]));
                let mut generated = GeneratedMedia::default();
                generated.transcript = Some(self.text(Fate::Told(MEDIA)));
                sound.generated = Some(generated);
                Part::Media(sound)
            }
            _ => return None,
        })
    }

    /// A call that the vendor ran, and its result.
    fn provider_call(&mut self, parts: &mut Vec<Part>) -> Part {
        let id = format!("srvtoolu_{}", self.history.marks.len());
        let input = json!({"query": self.mark(Fate::Own(&["tool call"]))}).to_string();
        let mut call = ToolCallPart::new(ToolCall::new(id.as_str(), "web_search", input));
        (call.executor, call.kind) = (Executor::Provider, Some("server_tool_use".to_owned()));
        parts.push(self.made(Part::ToolCall(call)));
        let word = self.mark(Fate::Own(&["tool result", "opaque part"]));
        let json = json!([{"type": "web_search_result", "encrypted_content": word}]).to_string();
        let content = ToolResultContent::Opaque {
            api: self.origin.api.to_string(),
            kind: "web_search_tool_result".to_owned(),
            json,
        };
        let mut result = ToolResultPart::new(ToolResult::new(id, vec![content]));
        (result.executor, result.kind) = (Executor::Provider, Some("web_search_tool_result".to_owned()));
        Part::ToolResult(result)
    }

    fn call(&mut self) -> Part {
        let (id, name) = (self.random.of(IDS), self.random.of(NAMES));
        self.history.calls += 1;
        let word = self.mark(Fate::Sent);
        let message = self.history.messages.len();
        let (id, name) = (id.to_owned(), name.to_owned());
        self.open.push(OpenCall {
            id: id.clone(),
            name: name.clone(),
            word: word.clone(),
            message,
            is_sure: true,
        });
        let call = match self.random.below(6) {
            0 => ToolCall::free_text(id, name, word),
            1 => ToolCall::new(id, name, format!("{{\"cut\": \"{word}")).incomplete(),
            2 => ToolCall::new(id, name, format!("[\"{word}\"]")),
            _ => ToolCall::new(id, name, format!("{{\"b\": 1.50, \"a\": \"{word}\"}}")),
        };
        Part::ToolCall(ToolCallPart::new(call))
    }

    /// Any open call, but of those that a result cannot tell apart the first one.
    fn next_answered(&mut self) -> OpenCall {
        let place = self.random.below(self.open.len());
        let is_like = |call: &OpenCall| call.is_like(&self.open[place]);
        let first = self.open.iter().position(is_like).unwrap();
        let mut call = self.open.remove(first);
        // Whether two messages are one turn is up to the target, and so whether the latest or the first is answered.
        let mut is_sure = call.is_sure;
        for other in self.open.iter_mut().filter(|other| other.is_like(&call)) {
            if other.message != call.message {
                (is_sure, other.is_sure) = (false, false);
            }
        }
        call.is_sure = is_sure;
        call
    }

    /// Results of some open calls, in any order.
    fn results(&mut self, role: Role) {
        let mut message = Message::new(role, Vec::new());
        for _ in 0..=self.random.below(2) {
            if self.open.is_empty() {
                break;
            }
            self.things += 1;
            let call = self.next_answered();
            let text = self.text(Fate::Sent);
            let word = self.history.marks.last().map(|mark| mark.word.clone());
            if call.is_sure {
                self.history.answers.push((call.word, word.unwrap()));
            }
            let (id, name) = (call.id, call.name);
            let mut result = match self.random.below(6) {
                0 => ToolResult::json(id, json!({"found": text, "n": 1.5})),
                1 => ToolResult::error(id, text),
                2 => ToolResult::text(id, text).outcome(ToolOutcome::Denied),
                3 => ToolResult::text(id, text).media(Media::image_bytes("image/png", self.bytes())),
                _ => ToolResult::text(id, text),
            };
            result.name = Some(name);
            message.parts.push(result.into());
        }
        self.push(message);
    }

    /// The part as one that the provider sent.
    fn made(&self, mut part: Part) -> Part {
        part.meta_mut().origin = Some(Arc::clone(&self.origin));
        part
    }
}

/// A word as base64 that decodes: four characters stand for three bytes.
fn padded(word: &str) -> String {
    let missing = (4 - word.len() % 4) % 4;
    format!("{word}{}", "A".repeat(missing))
}
