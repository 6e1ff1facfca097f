//! What the framing tests share: a run of the framer over pieces.

// Each test program uses some of it.
#![allow(dead_code, clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used)]

use steer_core::framing::{Framer, Framing, FramingError, FramingLimits};

/// What one body gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Outcome {
    /// Name, data, and whether the frame was unterminated.
    pub(crate) frames: Vec<(String, String, bool)>,
    pub(crate) failure: Option<FramingError>,
    pub(crate) replacements: u64,
    pub(crate) skipped: u64,
}

impl Outcome {
    pub(crate) fn data(&self) -> Vec<&str> {
        self.frames.iter().map(|frame| frame.1.as_str()).collect()
    }
}

pub(crate) fn frames(framing: Framing, limits: FramingLimits, pieces: &[&[u8]], clean: bool) -> Outcome {
    let mut framer = Framer::new(framing, limits);
    let mut outcome = Outcome::default();
    outcome.failure = run(&mut framer, pieces, clean, &mut outcome).err();
    outcome.replacements = framer.replacements();
    outcome.skipped = framer.skipped();
    outcome
}

fn run(
    framer: &mut Framer,
    pieces: &[&[u8]],
    clean: bool,
    outcome: &mut Outcome,
) -> Result<(), FramingError> {
    for piece in pieces {
        let mut rest = *piece;
        while let Some(frame) = framer.next(&mut rest)? {
            outcome.frames.push((frame.name.into(), frame.data.into(), frame.unterminated()));
        }
        assert!(rest.is_empty(), "`None` promises that the piece is consumed");
    }
    if let Some(frame) = framer.finish(clean)? {
        outcome.frames.push((frame.name.into(), frame.data.into(), frame.unterminated()));
    }
    Ok(())
}
