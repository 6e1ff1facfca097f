//! What can be run, how large, and with which mistake.

/// `Part` is one question that is put to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Many streams of an event a second: memory, latency, open files
    Streams,
    /// When a stream counts as dead, and that a slow one does not
    Idle,
    /// How soon the server sees that a call was dropped or cancelled
    Cancel,
    /// How many requests are sent while the vendor fails
    Outage,
    /// How much memory hostile answers take, and how they end
    Memory,
    /// Mixed failures over time: growth of memory and open files
    Soak,
}

/// `Defect` is a mistake that the client or its user could make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Defect {
    /// Limits of size are four times those that the figures are for
    LimitsLifted,
    /// Nothing bounds the further attempts of all calls together, and a call has five of them
    RetriesUnbounded,
    /// A dropped call is kept
    DropForgotten,
    /// A stream may be silent for twice as long
    IdleDoubled,
    /// Each stream keeps 64 KiB
    StreamsHoard,
}

/// `Size` is how much is run.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Whether the numbers are small.
    pub bounded: bool,
    /// How many streams are held at once.
    pub streams: usize,
    /// How long the soak runs.
    pub minutes: f64,
}

impl Part {
    /// All of them, in order.
    pub const ALL: [Self; 6] =
        [Self::Streams, Self::Idle, Self::Cancel, Self::Outage, Self::Memory, Self::Soak];

    /// Its name, as the command line takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Streams => "streams",
            Self::Idle => "idle",
            Self::Cancel => "cancel",
            Self::Outage => "outage",
            Self::Memory => "memory",
            Self::Soak => "soak",
        }
    }
}

impl Defect {
    /// Its name, as the command line takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LimitsLifted => "limits-lifted",
            Self::RetriesUnbounded => "retries-unbounded",
            Self::DropForgotten => "drop-forgotten",
            Self::IdleDoubled => "idle-doubled",
            Self::StreamsHoard => "streams-hoard",
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn each_name_is_the_one_that_the_command_line_takes() {
        for part in Part::ALL {
            assert_eq!(Part::from_str(part.name(), false), Ok(part));
        }
        for defect in Defect::value_variants() {
            assert_eq!(Defect::from_str(defect.name(), false), Ok(*defect));
        }
    }
}
