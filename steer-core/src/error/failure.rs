use std::time::Duration;

use http::{HeaderMap, StatusCode};

use super::{ContextOverflow, ErrorKind, table};

/// The longest message of a vendor's that an error keeps, in bytes.
const MESSAGE_LIMIT: usize = 4096;

/// The longest code, or id of a request, that an error keeps, in bytes. They are words, unless a server is broken.
const WORD_LIMIT: usize = 256;

/// `Failure` is what a protocol reads from a vendor's error: the raw material of an [`ApiError`](super::ApiError).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: ErrorKind,
    /// The vendor's message, at most 4 KiB, without control characters.
    pub message: String,
    /// The vendor's own code or type; an error keeps at most 256 bytes of it, without control characters.
    pub code: Option<String>,
    /// The HTTP status, or the one that an error inside a successful response names.
    pub status: Option<u16>,
    /// How long the vendor asks to wait.
    pub retry_after: Option<Duration>,
    /// Whether the vendor says that the same request may be sent again.
    pub retryable: Option<bool>,
    /// The vendor's id of the request; the same holds for it.
    pub request_id: Option<String>,
    /// How long the prompt was and how long it may be, where the vendor says it of a prompt that is too long.
    pub overflow: Option<ContextOverflow>,
}

impl Failure {
    /// Makes a failure of a kind.
    pub fn new(kind: ErrorKind, message: impl AsRef<str>) -> Self {
        Self {
            kind,
            message: clean(message.as_ref()),
            code: None,
            status: None,
            retry_after: None,
            retryable: None,
            request_id: None,
            overflow: None,
        }
    }

    /// Reads an error response by the table that fits most vendors: the body's code and type first, then well-known
    /// phrases, then the status.
    pub fn from_response(status: StatusCode, body: &[u8]) -> Self {
        table::from_response(status, body)
    }

    /// Reads an error that stands inside a successful response, such as an event of a stream: the JSON of the
    /// event, whole. `None` where it is not the JSON of an error.
    pub fn from_body(json: &str) -> Option<Self> {
        table::from_body(json)
    }

    /// Takes the vendor's own word on whether to send again, `x-should-retry`, where the headers hold it; it wins over
    /// what the status usually means.
    #[must_use]
    pub fn heeding(mut self, headers: &HeaderMap) -> Self {
        self.retryable = match headers.get("x-should-retry").map(|value| value.as_bytes()) {
            Some(b"true") => Some(true),
            Some(b"false") => Some(false),
            _ => self.retryable,
        };
        self
    }

    /// Adds the vendor's code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }
}

/// A vendor's text as an error may show it: no control characters, and not without end.
pub(super) fn clean(text: &str) -> String {
    clean_to(text, MESSAGE_LIMIT)
}

/// A vendor's code or id as an error may show it.
pub(super) fn clean_word(text: String) -> String {
    match text.len() <= WORD_LIMIT && !text.contains(char::is_control) {
        true => text,
        false => clean_to(&text, WORD_LIMIT),
    }
}

fn clean_to(text: &str, limit: usize) -> String {
    let mut out = String::new();
    for c in text.trim().chars() {
        if out.len() >= limit {
            out.push('…');
            break;
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}
