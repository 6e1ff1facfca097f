use bytes::Bytes;
use serde::{Deserialize, Serialize};
use steer_tools::ToolInput;

use super::ResponseHead;
use crate::json::RawJson;
use crate::message::{Citation, Part, Seal, ThinkingForm};
use crate::redact::Hidden;
use crate::response::{Alternative, CompletionResponse, EndProof, RawFrame, StopReason, Warning};
use crate::usage::TokenUsage;

/// `StreamChunk` is one event of an answer.
///
/// The grammar, which [`CompletionStream`](super::CompletionStream) enforces: blocks open with `ContentBlockStart`
/// and close with `ContentBlockStop`; every delta names an open block by its index; several blocks may be open at
/// once; the last chunk is `MessageComplete` and comes once. Everything else may come anywhere before it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum StreamChunk {
    /// The vendor has begun to answer.
    MessageStart(Box<MessageStart>),
    /// A part begins: the part as far as it is known, with what the deltas will fill still empty.
    ContentBlockStart {
        /// The block's number, which its deltas name.
        index: u32,
        /// The part so far.
        part: Box<Part>,
    },
    /// More visible text.
    TextDelta {
        /// The block.
        index: u32,
        /// The text to append.
        text: String,
    },
    /// More thinking.
    ThinkingDelta {
        /// The block.
        index: u32,
        /// The text to append to the last section.
        text: String,
    },
    /// A new section of thinking begins.
    ThinkingSection {
        /// The block.
        index: u32,
        /// What kind of text follows.
        form: ThinkingForm,
    },
    /// A signature or encrypted form of the block.
    SealDelta {
        /// The block.
        index: u32,
        /// The data.
        seal: Seal,
        /// Whether it replaces or continues what was there.
        op: SealOp,
    },
    /// More of a tool call's arguments, as the model writes them.
    ToolInputDelta {
        /// The block.
        index: u32,
        /// The text to append.
        delta: String,
    },
    /// The whole arguments of a tool call, in place of what came before.
    ToolInputReplace {
        /// The block.
        index: u32,
        /// The arguments.
        input: ToolInput,
    },
    /// The id or the name of a tool call, where it came late or changed.
    ToolCallRevised {
        /// The block.
        index: u32,
        /// The id from now on.
        id: Option<String>,
        /// The name from now on.
        name: Option<String>,
    },
    /// The state of a call that the vendor runs.
    ServerToolStatus {
        /// The block.
        index: u32,
        /// The vendor's word.
        status: String,
    },
    /// More of a refusal.
    RefusalDelta {
        /// The block.
        index: u32,
        /// The text to append.
        text: String,
    },
    /// A citation of the block's text.
    CitationAdded {
        /// The block.
        index: u32,
        /// The citation.
        citation: Box<Citation>,
    },
    /// More of a sound.
    AudioDelta {
        /// The block.
        index: u32,
        /// The decoded bytes to append.
        #[serde(with = "base64_bytes")]
        audio: Bytes,
    },
    /// More of what is spoken in a sound.
    TranscriptDelta {
        /// The block.
        index: u32,
        /// The text to append.
        text: String,
    },
    /// An early picture of the block's medium; the last one stands in the closed block.
    MediaPartial {
        /// The block.
        index: u32,
        /// Which picture it is, from 0.
        number: u32,
        /// The medium so far.
        media: Box<steer_tools::Media>,
    },
    /// Log probabilities of the block's latest tokens, in the vendor's own form.
    Logprobs {
        /// The block.
        index: u32,
        /// The vendor's JSON.
        json: RawJson,
    },
    /// The vendor's own JSON of the block, which goes back to it as it is.
    Replay {
        /// The block.
        index: u32,
        /// The vendor's JSON.
        json: RawJson,
    },
    /// A part ends.
    ContentBlockStop {
        /// The block.
        index: u32,
        /// The whole part, where the vendor repeats it at the end; it wins over what the deltas added up to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<Box<Part>>,
    },
    /// The counters so far; each snapshot replaces the one before.
    Usage(Box<TokenUsage>),
    /// Why the answer ends.
    Stop {
        /// The reason.
        reason: StopReason,
        /// The vendor's own word.
        raw: String,
    },
    /// What a vendor's filter says of the prompt or the answer, in the vendor's own form.
    Safety {
        /// The vendor's JSON.
        json: RawJson,
    },
    /// A member of the vendor's JSON that has no typed field.
    Metadata {
        /// Its name.
        key: String,
        /// The vendor's JSON; it replaces what came before under the same name.
        json: RawJson,
    },
    /// One of several further answers, whole.
    Alternative(Box<Alternative>),
    /// Something could not be sent or read as asked.
    Warning(Warning),
    /// The vendor is still there.
    Heartbeat,
    /// A frame as it came, where the request asked for it; it comes before what was read from it.
    Raw(RawFrame),
    /// All that was handed out is void: the answer starts again.
    Reset {
        /// What is known of the answer that comes now, where it is another response.
        #[serde(skip)]
        head: Option<Box<ResponseHead>>,
    },
    /// What a provider's own stream yields last: the vendor's end was seen. `CompletionStream` answers it with
    /// `MessageComplete`, so callers never meet it.
    MessageEnd {
        /// How the end was proven.
        proof: EndProof,
    },
    /// The whole answer, and the end of the stream.
    MessageComplete(Box<CompletionResponse>),
}

/// `MessageStart` is what a vendor says when it begins to answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MessageStart {
    /// The vendor's id of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_id: Option<String>,
    /// The model that answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// When, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<u64>,
}

/// `SealOp` says what a seal does to the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SealOp {
    /// Replaces it.
    Set,
    /// Continues it.
    Append,
}

impl std::fmt::Debug for StreamChunk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, index) = match self {
            Self::MessageStart(start) => return f.debug_tuple("MessageStart").field(start).finish(),
            Self::Usage(usage) => return f.debug_tuple("Usage").field(usage).finish(),
            Self::Warning(warning) => return f.debug_tuple("Warning").field(warning).finish(),
            Self::MessageComplete(response) => {
                return f.debug_tuple("MessageComplete").field(response).finish();
            }
            Self::MessageEnd { proof } => return f.debug_struct("MessageEnd").field("proof", proof).finish(),
            Self::Stop { reason, raw } => {
                return f.debug_struct("Stop").field("reason", reason).field("raw", raw).finish();
            }
            Self::ContentBlockStart { index, .. } => ("ContentBlockStart", Some(index)),
            Self::TextDelta { index, .. } => ("TextDelta", Some(index)),
            Self::ThinkingDelta { index, .. } => ("ThinkingDelta", Some(index)),
            Self::ThinkingSection { index, .. } => ("ThinkingSection", Some(index)),
            Self::SealDelta { index, .. } => ("SealDelta", Some(index)),
            Self::ToolInputDelta { index, .. } => ("ToolInputDelta", Some(index)),
            Self::ToolInputReplace { index, .. } => ("ToolInputReplace", Some(index)),
            Self::ToolCallRevised { index, .. } => ("ToolCallRevised", Some(index)),
            Self::ServerToolStatus { index, .. } => ("ServerToolStatus", Some(index)),
            Self::RefusalDelta { index, .. } => ("RefusalDelta", Some(index)),
            Self::CitationAdded { index, .. } => ("CitationAdded", Some(index)),
            Self::AudioDelta { index, .. } => ("AudioDelta", Some(index)),
            Self::TranscriptDelta { index, .. } => ("TranscriptDelta", Some(index)),
            Self::MediaPartial { index, .. } => ("MediaPartial", Some(index)),
            Self::Logprobs { index, .. } => ("Logprobs", Some(index)),
            Self::Replay { index, .. } => ("Replay", Some(index)),
            Self::ContentBlockStop { index, .. } => ("ContentBlockStop", Some(index)),
            Self::Alternative(_) => ("Alternative", None),
            Self::Safety { .. } => ("Safety", None),
            Self::Metadata { .. } => ("Metadata", None),
            Self::Heartbeat => ("Heartbeat", None),
            Self::Raw(_) => ("Raw", None),
            Self::Reset { .. } => ("Reset", None),
        };
        let mut out = f.debug_struct(name);
        if let Some(index) = index {
            out.field("index", index);
        }
        // The content in its serialised form, since it has no other once the index is told.
        out.field("content", &Hidden(&Content(self))).finish()
    }
}

struct Content<'a>(&'a StreamChunk);

impl std::fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&serde_json::to_string(self.0).map_err(|_| std::fmt::Error)?)
    }
}

/// Bytes in JSON as base64.
mod base64_bytes {
    use bytes::Bytes;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use steer_tools::MediaSource;

    pub(super) fn serialize<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
        MediaSource::Bytes(bytes.clone()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        match MediaSource::deserialize(deserializer)? {
            MediaSource::Bytes(bytes) => Ok(bytes),
            _ => Err(serde::de::Error::custom("audio of a chunk is base64 bytes")),
        }
    }
}
