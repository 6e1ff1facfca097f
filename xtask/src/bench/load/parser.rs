//! The event-stream parser beside loops that do nothing but look for line ends, over bytes in memory.

use std::hint::black_box;

use cpu_time::ProcessTime;
use memchr::{memchr, memchr_iter};
use steer::sse::{SseLimits, SseParser};

use super::answer;
use super::text::Words;
use crate::bench::parsed::{Cut, Parsed, Times};
use crate::bench::subject::Api;
use crate::verdict::Obstacle;

/// As many events of a stream as fit into the caches of a processor.
const EVENTS: usize = 3000;
const LARGE: usize = 4 << 20;

/// Measures every loop over every cut.
pub(super) fn parse() -> Result<Vec<Parsed>, Obstacle> {
    let events = answer::events(Api::OpenaiChat, EVENTS);
    let stream = events.concat().into_bytes();
    let large = format!("data: {{\"image\":\"{}\"}}\n\n", "iVBORw0K".repeat(LARGE / 8)).into_bytes();
    let mut sizes = Words::new(4);
    let cuts = [
        (Cut::Blocks, stream.chunks(16 << 10).collect::<Vec<_>>(), events.len()),
        (Cut::Events, events.iter().map(String::as_bytes).collect(), events.len()),
        (Cut::Fragments, fragments(&stream, || sizes.number(64).saturating_add(1)), events.len()),
        (Cut::Large, large.chunks(16 << 10).collect(), 1),
    ];
    cuts.into_iter()
        .map(|(cut, pieces, events)| {
            let found = steer(&pieces)?;
            if found != events {
                return Err(format!("the parser found {found} events of {events}").into());
            }
            let times = Times {
                counting: time(|| Ok(counting(&pieces)))?,
                lines: time(|| Ok(lines(&pieces)))?,
                steer: time(|| steer(&pieces))?,
            };
            Ok(Parsed { cut, bytes: pieces.iter().map(|piece| piece.len()).sum(), times })
        })
        .collect()
}

/// The nanoseconds that one go takes: the least of several measurements, since what disturbs only adds.
fn time(mut go: impl FnMut() -> Result<usize, Obstacle>) -> Result<f64, Obstacle> {
    let mut least = f64::INFINITY;
    for _ in 0..7 {
        let start = ProcessTime::now();
        let mut goes = 0_u32;
        // A clock of microseconds needs a while to be right.
        while goes == 0 || start.elapsed().as_micros() < 8_000 {
            for _ in 0..4 {
                black_box(go()?);
            }
            goes = goes.saturating_add(4);
        }
        least = least.min(start.elapsed().as_nanos() as f64 / f64::from(goes));
    }
    Ok(least)
}

/// Counts line ends in whole registers, without stopping at one.
fn counting(pieces: &[&[u8]]) -> usize {
    pieces.iter().map(|piece| memchr_iter(b'\n', black_box(piece)).count()).sum()
}

/// Stops at every line end, as whoever wants the lines has to.
fn lines(pieces: &[&[u8]]) -> usize {
    let mut found = 0_usize;
    for piece in pieces {
        let mut rest = black_box(*piece);
        while let Some((_, behind)) = memchr(b'\n', rest).and_then(|end| rest.split_at_checked(end)) {
            found = found.saturating_add(1);
            rest = behind.get(1..).unwrap_or_default();
        }
    }
    found
}

fn steer(pieces: &[&[u8]]) -> Result<usize, Obstacle> {
    let mut parser = SseParser::new(SseLimits::default());
    let mut events = 0_usize;
    for piece in pieces {
        let mut rest = black_box(*piece);
        while let Some(event) = parser.next(&mut rest)? {
            black_box(event.data);
            events = events.saturating_add(1);
        }
    }
    Ok(events)
}

fn fragments(bytes: &[u8], mut size: impl FnMut() -> usize) -> Vec<&[u8]> {
    let mut rest = bytes;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at_checked(size()).unwrap_or((rest, &[]));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}
