//! Many calls that fail in many ways, for long.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use steer::http::Timeouts;
use steer::{ClientCall, Delivery, RetryPolicy};
use tokio::task::JoinSet;

use super::act::Act;
use super::asking::{builder, read, request};
use super::child::Serving;
use super::format::CHAT;
use super::{process, runtime};
use crate::load::figure::{Bound, Figure};
use crate::load::part::Size;
use crate::load::statistics::{growth, quantile, slope};
use crate::verdict::Obstacle;

/// The time between two calls, of which there are 200 a second.
const EVERY: Duration = Duration::from_millis(5);
/// How long nothing may come.
const IDLE: Duration = Duration::from_millis(300);
/// A slope is judged from so many minutes on. Before, what the allocator keeps weighs more than what leaks.
const JUDGED: f64 = 60.0;

const MIB: f64 = 1_048_576.0;

/// Calls for so many minutes, and looks at memory and open files all the while.
pub(super) fn run(size: Size) -> Result<Vec<Figure>, Obstacle> {
    let server = Serving::start(Ipv4Addr::LOCALHOST, 4096)?;
    process::allow_files(4096)?;
    let time = Duration::try_from_secs_f64(size.minutes.max(0.0) * 60.0)?;
    runtime()?.block_on(async {
        let client = builder(&server.url, CHAT, Act::Mixed, Delivery::Stream)
            .timeouts(Timeouts::default().headers(IDLE).idle(IDLE))
            .retry(RetryPolicy::attempts(2))
            .build()?;
        let start = Instant::now();
        let mut clock = tokio::time::interval(EVERY);
        let mut look = tokio::time::interval(Duration::from_millis(500));
        let mut calls = JoinSet::new();
        let (mut memory, mut files) = (Vec::new(), Vec::new());
        let (mut answered, mut failed, mut longest) = (0_u32, 0_u32, Duration::ZERO);
        while start.elapsed() < time {
            tokio::select! {
                _ = clock.tick() => {
                    let client = client.clone();
                    calls.spawn(async move {
                        let begun = Instant::now();
                        let ended = read(&client, ClientCall::new(request(Delivery::Stream)), |_| {}).await;
                        (ended, begun.elapsed())
                    });
                }
                _ = look.tick() => {
                    let hours = start.elapsed().as_secs_f64() / 3600.0;
                    memory.push((hours, process::resident()?));
                    files.push((hours, process::open_files()? as f64));
                }
                Some(ended) = calls.join_next() => {
                    let (ended, took) = ended?;
                    longest = longest.max(took);
                    let count = if ended.is_ok() { &mut answered } else { &mut failed };
                    *count = count.saturating_add(1);
                }
            }
        }
        let left = tokio::time::timeout(Duration::from_secs(10), async {
            while calls.join_next().await.is_some() {}
        });
        let hung = if left.await.is_ok() { 0.0 } else { calls.len() as f64 };
        let values = |points: &[(f64, f64)]| points.iter().map(|point| point.1).collect::<Vec<_>>();
        let long = size.minutes >= JUDGED;
        let steepest = |figure: Figure, most| if long { figure.bound(Bound::AtMost(most)) } else { figure };
        Ok(vec![
            Figure::told("minutes", size.minutes, ""),
            Figure::told("calls that were answered", f64::from(answered), "").bound(Bound::AtLeast(1.0)),
            Figure::told("calls that failed, as they must", f64::from(failed), "").bound(Bound::AtLeast(1.0)),
            Figure::told("calls that never ended", hung, "").bound(Bound::Exactly(0.0)),
            Figure::told("longest call", longest.as_secs_f64(), "s"),
            Figure::told("memory, median", quantile(&values(&memory), 0.5) / MIB, "MiB"),
            Figure::told("memory, last third beyond the second", growth(&values(&memory)) / MIB, "MiB")
                .bound(Bound::AtMost(2.0)),
            steepest(Figure::told("memory, slope", slope(&memory) / MIB, "MiB/h"), 1.0),
            Figure::told("open files, median", quantile(&values(&files), 0.5), ""),
            Figure::told("open files, last third beyond the second", growth(&values(&files)), "")
                .bound(Bound::AtMost(16.0)),
            steepest(Figure::told("open files, slope", slope(&files), "1/h"), 1.0),
        ])
    })
}
