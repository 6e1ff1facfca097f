use steer::ErrorKind;

/// `Attack` is an answer that no client should have to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Attack {
    EndlessLine,
    EndlessJsonLine,
    EmptyLines,
    LinesOfOneEvent,
    EndlessEvents,
    EndlessBody,
    GzipTold,
    GzipUntold,
    EndlessError,
    EndlessHeaders,
    DeepJson,
    SlowReader,
}

const MIB: f64 = 1_048_576.0;

impl Attack {
    pub(super) const ALL: [Self; 12] = [
        Self::EndlessLine,
        Self::EndlessJsonLine,
        Self::EmptyLines,
        Self::LinesOfOneEvent,
        Self::EndlessEvents,
        Self::EndlessBody,
        Self::GzipTold,
        Self::GzipUntold,
        Self::EndlessError,
        Self::EndlessHeaders,
        Self::DeepJson,
        Self::SlowReader,
    ];

    /// Its name, as the command line takes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::EndlessLine => "endless-line",
            Self::EndlessJsonLine => "endless-json-line",
            Self::EmptyLines => "empty-lines",
            Self::LinesOfOneEvent => "lines-of-one-event",
            Self::EndlessEvents => "endless-events",
            Self::EndlessBody => "endless-body",
            Self::GzipTold => "gzip-told",
            Self::GzipUntold => "gzip-untold",
            Self::EndlessError => "endless-error",
            Self::EndlessHeaders => "endless-headers",
            Self::DeepJson => "deep-json",
            Self::SlowReader => "slow-reader",
        }
    }

    /// What it is, in words.
    pub(super) fn told(self) -> &'static str {
        match self {
            Self::EndlessLine => "an event's line without end",
            Self::EndlessJsonLine => "a line of JSON without end",
            Self::EmptyLines => "a million empty lines, then an answer",
            Self::LinesOfOneEvent => "an event of lines without end",
            Self::EndlessEvents => "events without end",
            Self::EndlessBody => "one JSON body without end",
            Self::GzipTold => "a gzip bomb of 1 GiB, told in the headers",
            Self::GzipUntold => "a gzip bomb of 1 GiB, untold",
            Self::EndlessError => "an error body without end",
            Self::EndlessHeaders => "headers without end",
            Self::DeepJson => "an event of a million nested arrays",
            Self::SlowReader => "1 GiB for a reader that is slow",
        }
    }

    /// What the limits let an answer take by default, in bytes.
    pub(super) fn cap(self) -> f64 {
        match self {
            // A line of an event stream or of JSON.
            Self::EndlessLine | Self::EndlessJsonLine => 16.0 * MIB,
            // The data of one event, which the number of its lines bounds far below that.
            Self::LinesOfOneEvent => 100_000.0 * LINE.len() as f64,
            // The parts of an answer together.
            Self::EndlessEvents => 64.0 * MIB,
            Self::EndlessBody => 32.0 * MIB,
            Self::EndlessError => MIB / 16.0,
            // The event itself.
            Self::DeepJson => MIB,
            // Nothing of these need be kept.
            Self::EmptyLines
            | Self::GzipTold
            | Self::GzipUntold
            | Self::EndlessHeaders
            | Self::SlowReader => 0.0,
        }
    }

    /// How it must end: with an error of this kind, or well.
    pub(super) fn end(self) -> Option<ErrorKind> {
        match self {
            Self::EmptyLines | Self::SlowReader => None,
            Self::GzipTold | Self::GzipUntold | Self::DeepJson => Some(ErrorKind::ResponseParsing),
            Self::EndlessError => Some(ErrorKind::InvalidRequest),
            Self::EndlessHeaders => Some(ErrorKind::Network),
            Self::EndlessLine
            | Self::EndlessJsonLine
            | Self::LinesOfOneEvent
            | Self::EndlessEvents
            | Self::EndlessBody => Some(ErrorKind::LimitExceeded),
        }
    }
}

/// A line of an event that does not end.
pub(super) const LINE: &str = "data: 0123456789012345678901234567890123456789\n";
