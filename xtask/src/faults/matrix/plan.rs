use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use super::oracle::Oracle;
use crate::verdict::Obstacle;

/// `Plan` is the matrix as its file says it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    idle: u64,
    tolerance: u64,
    pub(super) streams: Vec<Stream>,
    pub(super) cells: Vec<Cell>,
}

/// `Stream` is an answer of one wire format, and what it says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stream {
    pub(super) name: String,
    pub(super) format: String,
    stream: PathBuf,
    whole: PathBuf,
    pub(super) texts: Vec<String>,
    pub(super) marks: Vec<String>,
    #[serde(default)]
    pub(super) arguments: Option<String>,
    pub(super) end: String,
    pub(super) after: String,
    #[serde(skip)]
    folder: PathBuf,
}

/// `Cell` is one fault, and where it strikes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cell {
    pub(super) phase: String,
    pub(super) fault: Fault,
    #[serde(default = "one")]
    every: usize,
    #[serde(default = "one")]
    bounded: usize,
    #[serde(default)]
    pub(super) statuses: Vec<u16>,
}

/// `Fault` is what goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Fault {
    Refuse,
    ConnectTimeout,
    Silence,
    Status,
    /// The connection breaks.
    Break,
    /// The body ends as if it were whole.
    Cut,
    /// Nothing more comes.
    Stall,
    /// Nothing goes wrong; the bytes come in two pieces.
    Split,
    /// From there on the bytes come one by one, just within the time.
    Slow,
    /// One byte is another.
    Corrupt,
    /// The piece behind it comes twice.
    Twice,
    SocketCut,
    SocketReset,
    SocketLength,
    /// One byte is another, over TLS.
    SocketCorrupt,
    /// All of the body comes twice, over TLS.
    SocketTwice,
    /// The body is compressed, which nobody asked for.
    SocketPacked,
    /// The certificate proves nothing, or the handshake stalls.
    TlsRefused,
    /// The connection ends, over HTTP/2.
    Http2Cut,
    /// The stream is reset, and no other.
    Http2ResetStream,
    /// The connection takes no further streams, and this one is answered to its end.
    Http2GoAway,
    /// The connection takes no further streams, does not answer this one, and ends.
    Http2GoneAway,
}

/// `Wire` is what a socket speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    Http1,
    Tls,
    Http2,
}

impl Plan {
    pub(super) fn read(folder: &Path) -> Result<Self, Obstacle> {
        let file = folder.join("matrix.toml");
        let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let text = fs::read_to_string(&file).map_err(|error| wrong(&error))?;
        let mut plan: Self = toml::from_str(&text).map_err(|error| wrong(&error))?;
        for stream in &mut plan.streams {
            stream.folder = folder.join("streams");
        }
        Ok(plan)
    }

    pub(super) fn idle(&self) -> Duration {
        Duration::from_millis(self.idle)
    }

    /// When a call must have ended in which nothing comes after `busy`.
    pub(super) fn limit(&self, busy: Duration) -> Duration {
        busy.saturating_add(self.idle()).saturating_add(Duration::from_millis(self.tolerance))
    }
}

impl Stream {
    pub(super) fn oracle(&self, whole: bool) -> Result<Oracle, Obstacle> {
        let file = self.folder.join(if whole { &self.whole } else { &self.stream });
        let bytes = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let oracle = if whole { Oracle::of_body(self, bytes) } else { Oracle::of_stream(self, bytes) };
        oracle.map_err(|wrong| format!("{}: {wrong}", file.display()).into())
    }
}

impl Cell {
    /// What its socket speaks; `None` where it needs no socket.
    pub(super) fn wire(&self) -> Option<Wire> {
        match self.fault {
            Fault::SocketCut | Fault::SocketReset | Fault::SocketLength | Fault::SocketPacked => {
                Some(Wire::Http1)
            }
            Fault::SocketCorrupt | Fault::SocketTwice | Fault::TlsRefused => Some(Wire::Tls),
            Fault::Http2Cut | Fault::Http2ResetStream | Fault::Http2GoAway | Fault::Http2GoneAway => {
                Some(Wire::Http2)
            }
            _ => None,
        }
    }

    /// The bytes at which it strikes, the last one among them.
    pub(super) fn places(&self, length: usize, bounded: bool) -> impl Iterator<Item = usize> {
        let step = if bounded { self.bounded } else { self.every };
        (0..length).step_by(step.max(1)).chain([length])
    }
}

fn one() -> usize {
    1
}
