//! What is measured of the event-stream parser.

use serde::{Deserialize, Serialize};

use super::target::Measure;

/// `Parsed` is how long loops took over the same bytes in the same pieces.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parsed {
    /// How the bytes were cut.
    pub cut: Cut,
    /// How many they are.
    pub bytes: usize,
    /// What each loop took.
    pub times: Times,
}

/// `Times` are nanoseconds for one go over all bytes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Times {
    /// Counting line ends.
    pub counting: f64,
    /// Stopping at each of them.
    pub lines: f64,
    /// The parser of this library.
    pub steer: f64,
}

/// `Cut` is how bytes are cut into pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cut {
    /// 16 KiB.
    Blocks,
    /// After each event.
    Events,
    /// 1 to 64 bytes.
    Fragments,
    /// One event of 4 MB, in pieces of 16 KiB.
    Large,
}

impl Cut {
    /// What has a target.
    #[must_use]
    pub fn measure(self) -> Measure {
        match self {
            Self::Blocks => Measure::ParseBlocks,
            Self::Events => Measure::ParseEvents,
            Self::Fragments => Measure::ParseFragments,
            Self::Large => Measure::ParseLarge,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Blocks => "16 KiB pieces",
            Self::Events => "one event a piece",
            Self::Fragments => "1-64 bytes a piece",
            Self::Large => "one 4 MB event",
        }
    }
}

impl Parsed {
    /// Megabytes a second.
    #[must_use]
    pub fn speed(&self, nanoseconds: f64) -> f64 {
        self.bytes as f64 * 1000.0 / nanoseconds.max(1.0)
    }
}
