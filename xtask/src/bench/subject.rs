//! What is measured: a wire format, a kind of work, and who does it.

use serde::{Deserialize, Serialize};

/// How many text deltas a long stream has.
pub const EVENTS: usize = 20_000;

/// `Api` is a wire format that the benchmark can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Api {
    /// Chat Completions.
    OpenaiChat,
    /// Messages.
    AnthropicMessages,
    /// Responses.
    OpenaiResponses,
    /// `generateContent`.
    Gemini,
}

/// `Workload` is what one request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Workload {
    /// A long stream, one HTTP chunk for each event.
    Chunks,
    /// The same stream, in HTTP chunks of 16 KiB.
    Batch,
    /// A stream of four deltas.
    Small,
    /// One JSON body.
    Whole,
    /// A request of 4 MiB, with a short answer.
    Send,
}

/// `Contender` is who does the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Contender {
    /// The HTTP client alone: the bytes are thrown away.
    Floor,
    /// The HTTP client, and the least that reads every text: lines, and one typed parse of each event.
    FloorPlus,
    /// This library, through its public client.
    Steer,
}

impl Api {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::OpenaiChat, Self::AnthropicMessages, Self::OpenaiResponses, Self::Gemini];

    /// Its name, as a catalog writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenaiChat => "openai-chat",
            Self::AnthropicMessages => "anthropic-messages",
            Self::OpenaiResponses => "openai-responses",
            Self::Gemini => "gemini",
        }
    }
}

impl Workload {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Chunks, Self::Batch, Self::Small, Self::Whole, Self::Send];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chunks => "chunks",
            Self::Batch => "batch",
            Self::Small => "small",
            Self::Whole => "whole",
            Self::Send => "send",
        }
    }

    /// How many text deltas one request brings; nothing where they are not what is counted.
    #[must_use]
    pub fn events(self) -> Option<usize> {
        matches!(self, Self::Chunks | Self::Batch).then_some(EVENTS)
    }

    /// How many requests make one measurement long enough for the clock.
    #[must_use]
    pub fn requests(self) -> u32 {
        match self {
            Self::Chunks | Self::Batch => 2,
            Self::Small | Self::Whole => 1500,
            Self::Send => 8,
        }
    }
}

impl Contender {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Floor, Self::FloorPlus, Self::Steer];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::FloorPlus => "floor-plus",
            Self::Steer => "steer",
        }
    }
}
