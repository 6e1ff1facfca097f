use std::fmt;
use std::time::Instant;

use bytes::Bytes;

/// `RecordedRequest` is one request as the client sent it.
#[derive(Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method, as sent.
    pub method: String,
    /// The request target, with its query, as sent.
    pub target: String,
    /// The headers in the order and the spelling in which they came, with the blanks around values removed.
    pub headers: Vec<(String, Bytes)>,
    /// The body, with any chunk framing removed. At most 64 MiB; trailers are read and left out.
    pub body: Bytes,
    /// The number of the connection that it came on; the first connection has number 0.
    pub connection: usize,
    /// When its last byte had been read.
    pub when: Instant,
    /// Whether it came over HTTP/2. Names are then in small letters, and `:authority` stands under `host`.
    pub is_http2: bool,
}

impl RecordedRequest {
    /// The target up to its query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The first header of this name, in whatever case; `None` also when its value is not UTF-8.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(sent, _)| sent.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(value).ok()
    }

    /// The values of all headers of this name, in whatever case, in order.
    pub fn header_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Bytes> + 'a {
        let named =
            move |(sent, value): &'a (String, Bytes)| sent.eq_ignore_ascii_case(name).then_some(value);
        self.headers.iter().filter_map(named)
    }

    /// The body as text; `None` when it is not UTF-8.
    #[must_use]
    pub fn body_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.body).ok()
    }
}

/// Shows names and sizes only: header values, queries and bodies hold keys and prompts.
impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("path", &self.path())
            .field("headers", &names)
            .field("body", &format_args!("<{} bytes>", self.body.len()))
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}
