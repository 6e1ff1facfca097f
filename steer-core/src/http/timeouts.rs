use std::time::Duration;

use serde::{Deserialize, Serialize};

/// `Timeouts` are the time limits of a call; each one that is reached is a `Timeout` error with its phase.
///
/// `None` leaves the limit to whoever asks next: a request to the client, the client to the defaults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Timeouts {
    /// Until a connection stands; by default 30 s. It is the transport's, so a request cannot change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect: Option<Duration>,
    /// From sending the request to the response headers; by default 600 s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<Duration>,
    /// From the response headers to the first content of the answer, be it text, thinking or a call of a tool; by default
    /// without limit. An answer that is late is not asked for again: the vendor may be at work on it, and paid for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_content: Option<Duration>,
    /// Between any two bytes of the body; by default 300 s. Keep-alives of the server count as life.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle: Option<Duration>,
    /// The whole call; by default without limit, since healthy streams may last very long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<Duration>,
}

impl Timeouts {
    /// The default time until a connection stands.
    pub const CONNECT: Duration = Duration::from_secs(30);
    /// The default time until the response headers.
    pub const HEADERS: Duration = Duration::from_secs(600);
    /// The default time between two bytes.
    pub const IDLE: Duration = Duration::from_secs(300);

    /// These limits, and those of `fallback` where there are none.
    #[must_use]
    pub fn or(self, fallback: Self) -> Self {
        Self {
            connect: self.connect.or(fallback.connect),
            headers: self.headers.or(fallback.headers),
            first_content: self.first_content.or(fallback.first_content),
            idle: self.idle.or(fallback.idle),
            total: self.total.or(fallback.total),
        }
    }

    /// Sets the time until a connection stands.
    #[must_use]
    pub fn connect(mut self, limit: Duration) -> Self {
        self.connect = Some(limit);
        self
    }

    /// Sets the time until the response headers.
    #[must_use]
    pub fn headers(mut self, limit: Duration) -> Self {
        self.headers = Some(limit);
        self
    }

    /// Sets the time until the first content.
    #[must_use]
    pub fn first_content(mut self, limit: Duration) -> Self {
        self.first_content = Some(limit);
        self
    }

    /// Sets the time between two bytes.
    #[must_use]
    pub fn idle(mut self, limit: Duration) -> Self {
        self.idle = Some(limit);
        self
    }

    /// Sets the time of the whole call.
    #[must_use]
    pub fn total(mut self, limit: Duration) -> Self {
        self.total = Some(limit);
        self
    }
}
