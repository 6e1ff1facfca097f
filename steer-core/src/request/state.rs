use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `ServerState` names what a vendor keeps between calls, and says how it treats it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ServerState {
    /// Whether the vendor stores the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<bool>,
    /// The answer that this call goes on from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_response_id: Option<String>,
    /// The vendor's conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// The container of the vendor's tools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// The cached content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached_content: Option<String>,
    /// Whether the vendor goes on with the answer when nobody reads it; it is stored then, and can be read later
    /// ([`ServerState::resume`]).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub background: Option<bool>,
    /// Reads an answer that the vendor keeps, and asks nothing: of the rest of the request only the model, the headers,
    /// the time limits and the delivery count. An answer that the vendor keeps no longer is a `NotFound` error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume: Option<Resume>,
    /// What the vendor does with a conversation that is too long, in its word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncation: Option<String>,
    /// How the vendor thins out a conversation, in its own JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_management: Option<Value>,
    /// What else the answer holds, in the vendor's words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
}

impl ServerState {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// `Resume` is an answer that a vendor keeps, and where to go on reading it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Resume {
    /// The vendor's id of the answer.
    pub response_id: String,
    /// The number of the last event of its stream that was read; all of it comes where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
}

impl Resume {
    /// Reads an answer from its beginning.
    pub fn new(response_id: impl Into<String>) -> Self {
        Self { response_id: response_id.into(), after: None }
    }

    /// Reads a stream behind this event.
    #[must_use]
    pub fn after(mut self, event: u64) -> Self {
        self.after = Some(event);
        self
    }
}
