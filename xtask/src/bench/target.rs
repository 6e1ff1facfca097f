//! What is aimed at.

use super::subject::Api;

/// `Target` is a figure to be reached: the lower, the better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// What is measured.
    pub measure: Measure,
    /// The wire format it is for; nothing where it is for all.
    pub api: Option<Api>,
    /// At or below this we are ahead of every client that was measured.
    pub ahead: f64,
    /// What we want.
    pub limit: f64,
}

/// `Measure` is a figure that has a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Processor time of the long stream in large chunks, in that of `floor-plus`.
    Batch,
    /// Processor time of the long stream in a chunk for each event, in that of `floor`.
    Chunks,
    /// Allocations for each text delta more, beyond those of `floor`, whichever way the stream comes.
    EventAllocations,
    /// Processor time of a short stream, in that of `floor`.
    Small,
    /// Allocations of a request for one whole body.
    WholeAllocations,
    /// The most memory while sending, in bytes of the body.
    SendPeak,
    /// Time of the event-stream parser in that of counting line ends, for pieces of 16 KiB.
    ParseBlocks,
    /// The same, for one event a piece.
    ParseEvents,
    /// The same, for pieces of 1 to 64 bytes.
    ParseFragments,
    /// The same, for one event of 4 MB.
    ParseLarge,
}

/// All targets, in the order in which they are told.
pub const TARGETS: [Target; 13] = [
    all(Measure::Batch, 1.2, 1.0),
    of(Api::OpenaiChat, Measure::Chunks, 1.9, 1.75),
    of(Api::AnthropicMessages, Measure::Chunks, 1.6, 1.4),
    of(Api::OpenaiResponses, Measure::Chunks, 1.8, 1.6),
    of(Api::Gemini, Measure::Chunks, 2.5, 2.3),
    all(Measure::EventAllocations, 2.0, 1.0),
    all(Measure::Small, 1.6, 1.4),
    all(Measure::WholeAllocations, 75.0, 69.0),
    all(Measure::SendPeak, 1.3, 1.1),
    all(Measure::ParseBlocks, at_speed(0.36), at_speed(0.7)),
    all(Measure::ParseEvents, at_speed(0.36), at_speed(0.85)),
    all(Measure::ParseFragments, at_speed(0.45), at_speed(0.95)),
    all(Measure::ParseLarge, 4.5, 1.2),
];

impl Measure {
    /// What it is, in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Batch => "batch, CPU x floor-plus",
            Self::Chunks => "chunks, CPU x floor",
            Self::EventAllocations => "allocations per text delta",
            Self::Small => "small stream, CPU x floor",
            Self::WholeAllocations => "whole body, allocations",
            Self::SendPeak => "sending, peak heap / body",
            Self::ParseBlocks => "parser, 16 KiB pieces, x counting",
            Self::ParseEvents => "parser, one event a piece, x counting",
            Self::ParseFragments => "parser, 1-64 bytes a piece, x counting",
            Self::ParseLarge => "parser, one 4 MB event, x counting",
        }
    }

    /// Whether it is about the parser, which is the same for every wire format.
    #[must_use]
    pub fn is_of_parser(self) -> bool {
        matches!(self, Self::ParseBlocks | Self::ParseEvents | Self::ParseFragments | Self::ParseLarge)
    }
}

impl Target {
    /// Whether a figure, as it is printed, is at or below a bound.
    #[must_use]
    pub fn is_met(figure: f64, bound: f64) -> bool {
        figure > 0.0 && (figure * 100.0).round() <= (bound * 100.0).round()
    }

    /// Whether it is for this wire format.
    #[must_use]
    pub fn is_for(&self, api: Api) -> bool {
        !self.measure.is_of_parser() && self.api.is_none_or(|own| own == api)
    }
}

const fn all(measure: Measure, ahead: f64, limit: f64) -> Target {
    Target { measure, api: None, ahead, limit }
}

const fn of(api: Api, measure: Measure, ahead: f64, limit: f64) -> Target {
    Target { measure, api: Some(api), ahead, limit }
}

/// How many times longer a parser takes that has this share of the speed of counting.
const fn at_speed(share: f64) -> f64 {
    1.0 / share
}

#[cfg(test)]
mod tests {
    use super::{TARGETS, Target};
    use crate::bench::subject::Api;

    #[test]
    fn a_bound_is_judged_at_the_precision_that_is_printed() {
        assert!(Target::is_met(1.004, 1.0));
        assert!(!Target::is_met(1.006, 1.0));
        assert!(!Target::is_met(0.0, 1.0), "nothing was measured");
    }

    #[test]
    fn what_we_want_is_never_easier_than_being_ahead() {
        for target in TARGETS {
            assert!(target.limit <= target.ahead, "{}", target.measure.name());
        }
    }

    #[test]
    fn each_wire_format_has_one_target_for_each_measure() {
        for api in Api::ALL {
            let own = TARGETS.iter().filter(|target| target.is_for(api));
            let mut names: Vec<&str> = own.map(|target| target.measure.name()).collect();
            assert_eq!(names.len(), 6, "{api:?}");
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), 6, "{api:?}");
        }
        assert_eq!(TARGETS.iter().filter(|target| target.measure.is_of_parser()).count(), 4);
    }
}
