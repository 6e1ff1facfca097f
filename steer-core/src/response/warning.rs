use serde::{Deserialize, Serialize};

/// `Warning` says what could not be sent or read as asked, without being an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Warning {
    /// What kind of warning it is.
    pub kind: WarningKind,
    /// The setting, part or wire word that it concerns.
    pub subject: String,
    /// What happened, in one sentence. It holds no prompt, completion or key.
    pub message: String,
}

impl Warning {
    /// Makes a warning.
    pub fn new(kind: WarningKind, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, subject: subject.into(), message: message.into() }
    }
}

/// `WarningKind` sorts warnings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WarningKind {
    /// The target cannot take a setting, and it was left out.
    Unsupported,
    /// A setting was changed to what the target takes.
    Adjusted,
    /// Content was converted with a loss.
    Converted,
    /// The vendor sent something that has no meaning here.
    UnknownEvent,
    /// Bytes that are not UTF-8 were replaced.
    ReplacedBytes,
    /// The stream ended without the blank line that ends its last event.
    UnterminatedFrame,
    /// Something else was used in place of what was asked first, such as a key in place of a login.
    Fallback,
    /// The vendor contradicted itself, such as with a second id.
    Inconsistent,
}
