//! The matrix: phases, faults, deliveries and wire formats, each judged by what the bytes say and not by what the
//! client makes of them.

mod cases;
mod defect;
mod judge;
mod oracle;
mod plan;
mod socket;
mod subject;

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use super::Options;
use crate::verdict::{Obstacle, Verdict};
pub use defect::Defect;
use judge::Tally;
use plan::Plan;
use subject::Subject;

/// The fewest runs of the whole matrix. Fewer mean that cells or streams were lost.
const WHOLE: u64 = 50_000;

/// Runs the matrix and prints how many runs ended in which way.
///
/// # Errors
/// The matrix's files cannot be read, or a client cannot be built.
pub fn run(root: &Path, options: &Options, out: &mut dyn Write) -> Result<Verdict, Obstacle> {
    let (bounded, defect) = (options.bounded, options.defect);
    let start = Instant::now();
    let plan = Plan::read(&root.join("tests/faults"))?;
    let mut tally = Tally::default();
    let is_chosen = |name: &String| options.streams.is_empty() || options.streams.contains(name);
    for stream in plan.streams.iter().filter(|stream| is_chosen(&stream.name)) {
        for whole in [false, true] {
            let oracle = stream.oracle(whole)?;
            for asked_whole in if whole { &[true, false][..] } else { &[false] } {
                let before = tally.runs;
                let mut subject = Subject::new(stream, &oracle, *asked_whole, plan.idle(), defect)?;
                for cell in &plan.cells {
                    match cell.wire() {
                        Some(wire) => {
                            socket::run(cell, wire, &oracle, &subject, &plan, bounded, &mut tally)?;
                        }
                        None => cases::run(cell, &oracle, &mut subject, &plan, bounded, &mut tally),
                    }
                }
                let (asked, body) =
                    (if *asked_whole { "whole" } else { "stream" }, if whole { "body" } else { "stream" });
                let runs = tally.runs.saturating_sub(before);
                writeln!(out, "{}: a {body} where {asked} was asked for: {runs} runs", stream.name)?;
            }
        }
    }
    for found in tally.examples() {
        writeln!(out, "FAILED {found}")?;
    }
    writeln!(out, "{tally}")?;
    writeln!(out, "{:.1} s", start.elapsed().as_secs_f64())?;
    let enough = bounded || !options.streams.is_empty() || tally.runs >= WHOLE;
    if !enough {
        writeln!(out, "FAILED fewer than {WHOLE} runs")?;
    }
    Ok(Verdict::of(enough && tally.is_clean()))
}
