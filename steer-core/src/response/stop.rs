use serde::{Deserialize, Serialize};

/// `StopReason` is why an answer ended. Errors and truncation are not among them: those are errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StopReason {
    /// The model had said all.
    EndTurn,
    /// A stop sequence; which one, where the vendor says.
    StopSequence(Option<String>),
    /// The model waits for the results of its tool calls.
    ToolUse,
    /// The most output tokens were reached.
    MaxOutputTokens,
    /// The context window was full.
    ContextWindow,
    /// The vendor paused a long turn; send the answer back as it is to go on.
    Paused,
    /// Earlier turns were summed up.
    Compacted,
    /// The model refused.
    Refused {
        /// The vendor's category.
        category: Option<String>,
        /// The vendor's explanation.
        explanation: Option<String>,
    },
    /// A filter of the vendor's stopped the prompt or the answer.
    Filtered {
        /// What it stopped.
        place: FilterPlace,
        /// The vendor's categories.
        categories: Vec<String>,
    },
    /// The answer repeated protected text.
    Recitation,
    /// The model wrote a tool call that cannot be read.
    MalformedToolCall,
    /// The model could not make the medium or answer in the language that was asked.
    NoMedia,
    /// The request was cancelled at the vendor's.
    Cancelled,
    /// A reason without a name here, in the vendor's word.
    Other(String),
}

/// `FilterPlace` is what a vendor's filter stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FilterPlace {
    /// The prompt.
    Prompt,
    /// The answer.
    Output,
}

/// `EndProof` says how the end of an answer was proven. Anything less is a `Truncated` error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EndProof {
    /// The vendor's own end was seen.
    Confirmed,
    /// Only a weaker sign was seen, on an endpoint that is known to send no better one.
    Inferred,
}
