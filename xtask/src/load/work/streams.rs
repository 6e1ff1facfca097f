//! Many streams at once, held by the client and by the bare HTTP client.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures::StreamExt;
use serde::{Deserialize, Serialize};
use steer::{Client, ClientCall, Delivery};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::act::Act;
use super::asking::{builder, request, to_end};
use super::child::{self, Serving};
use super::format::CHAT;
use super::histogram::Histogram;
use super::server::stamp;
use super::{process, runtime};
use crate::load::figure::{Bound, Figure};
use crate::load::part::{Defect, Size};
use crate::verdict::Obstacle;

/// How many files a process may have open beside its streams.
const BESIDE: usize = 64;
/// How many streams are opened at a time, so that no server turns connections away.
const OPENING: usize = 200;
/// The time between two events of a stream, in milliseconds.
const EVERY: u64 = 1000;

/// `Holder` is who holds the streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Holder {
    /// The HTTP client alone.
    Floor,
    /// This library, through its public client.
    Steer,
}

/// `Held` is what a holder measured.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Held {
    complete: usize,
    /// Bytes of memory for each stream, while all were held.
    memory: f64,
    /// Files that were open then.
    files: usize,
    /// Milliseconds from the server's write to the event in the program's hands.
    median: f64,
    p99: f64,
}

/// Has both hold the streams, one after the other, each in a process of its own and with a server of its own.
pub(super) fn run(size: Size, defect: Option<Defect>) -> Result<Vec<Figure>, Obstacle> {
    let events = if size.bounded { 8 } else { 40 };
    process::allow_files(size.streams.saturating_add(BESIDE))?;
    let of = |name: &str, last: u8| -> Result<Held, Obstacle> {
        // An address of its own, so that the ports of the one before need not be waited for.
        let address = Ipv4Addr::new(127, 0, 0, last);
        let server = Serving::start(address, size.streams.saturating_add(BESIDE))?;
        let (streams, events) = (size.streams.to_string(), events.to_string());
        let mut arguments = vec!["hold", name, &server.url, &streams, &events];
        if let Some(defect) = defect.filter(|_| name == "steer") {
            arguments.extend(["--defect", defect.name()]);
        }
        child::run(&arguments)
    };
    let (floor, steer) = (of("floor", 2)?, of("steer", 3)?);
    let share = |held: &Held| held.complete as f64 * 100.0 / size.streams.max(1) as f64;
    let beside = |held: &Held| held.files as f64 - size.streams as f64;
    Ok(vec![
        Figure::told("streams at once, one event a second each", size.streams as f64, ""),
        Figure::told("complete, bare client", share(&floor), "%").bound(Bound::Exactly(100.0)),
        Figure::told("complete", share(&steer), "%").bound(Bound::Exactly(100.0)),
        Figure::told("memory a stream, bare client", floor.memory / 1024.0, "KiB"),
        Figure::told("memory a stream", steer.memory / 1024.0, "KiB"),
        Figure::told("memory a stream, x bare client", steer.memory / floor.memory, "")
            .bound(Bound::AtMost(1.2)),
        Figure::told("open files beside the streams, bare client", beside(&floor), ""),
        Figure::told("open files beside the streams", beside(&steer), "").bound(Bound::AtMost(BESIDE as f64)),
        Figure::told("latency p50, bare client", floor.median, "ms"),
        Figure::told("latency p50", steer.median, "ms"),
        Figure::told("latency p99, bare client", floor.p99, "ms"),
        Figure::told("latency p99", steer.p99, "ms"),
        Figure::told("latency p50, beyond the bare client's", steer.median - floor.median, "ms"),
        Figure::told("latency p99, beyond the bare client's", steer.p99 - floor.p99, "ms"),
    ])
}

/// Holds streams until they end.
pub(super) fn hold(
    holder: Holder,
    url: &str,
    streams: usize,
    events: usize,
    defect: Option<Defect>,
) -> Result<Held, Obstacle> {
    process::allow_files(streams.saturating_add(BESIDE))?;
    let runtime = runtime()?;
    let reader = Arc::new(Reader::new(holder, url, events, defect)?);
    runtime.block_on(async {
        // What is made once for all streams is there before the first look at the memory.
        Reader::new(holder, url, 1, None)?.read(None).await?;
        let before = process::resident()?;
        let opening = Arc::new(Semaphore::new(OPENING));
        let mut tasks = Vec::with_capacity(streams);
        for _ in 0..streams {
            let place = Arc::clone(&opening).acquire_owned().await?;
            let reader = Arc::clone(&reader);
            tasks.push(tokio::spawn(async move { reader.read(Some(place)).await }));
        }
        while reader.open.load(Ordering::SeqCst) < streams && !tasks.iter().any(|task| task.is_finished()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        reader.live.store(true, Ordering::SeqCst);
        // Two events later each stream has the buffers that it will have.
        tokio::time::sleep(Duration::from_millis(EVERY.saturating_mul(5) / 2)).await;
        let (after, files) = (process::resident()?, process::open_files()?);
        let mut complete = 0_usize;
        for task in tasks {
            match task.await? {
                Ok(()) => complete = complete.saturating_add(1),
                Err(failed) => told_once(complete, &failed),
            }
        }
        let memory = (after - before) / streams.max(1) as f64;
        let (median, p99) = (reader.times.quantile(0.5), reader.times.quantile(0.99));
        Ok(Held { complete, memory, files, median, p99 })
    })
}

#[allow(clippy::print_stderr, reason = "the figure is told by the table, and why by this")]
fn told_once(complete: usize, failed: &Obstacle) {
    eprintln!("a stream failed after {complete} were complete: {failed}");
}

/// `Reader` reads one stream after the other, or as many as there are tasks.
struct Reader {
    client: Client,
    floor: Option<(reqwest::Client, reqwest::Request)>,
    events: usize,
    open: AtomicUsize,
    /// Whether all are open. Before, what opens them is what an event waits for.
    live: AtomicBool,
    times: Histogram,
    hoards: bool,
}

impl Reader {
    fn new(holder: Holder, url: &str, events: usize, defect: Option<Defect>) -> Result<Self, Obstacle> {
        let client = builder(url, CHAT, Act::Ticks(events, EVERY), Delivery::Stream).build()?;
        let floor = match holder {
            Holder::Steer => None,
            Holder::Floor => {
                let sent = client.preview(request(Delivery::Stream))?.ok_or("the provider speaks no HTTP")?;
                let http = reqwest::Client::builder()
                    .redirect(reqwest::redirect::Policy::none())
                    .tcp_nodelay(true)
                    .tcp_keepalive(Duration::from_secs(60))
                    .retry(reqwest::retry::never())
                    .no_proxy()
                    .build()?;
                Some((http, sent.try_into()?))
            }
        };
        let hoards = defect == Some(Defect::StreamsHoard);
        Ok(Self {
            client,
            floor,
            events,
            open: AtomicUsize::new(0),
            live: AtomicBool::new(false),
            times: Histogram::new(),
            hoards,
        })
    }

    /// Reads a stream. The place is given back when its first bytes are there.
    async fn read(&self, place: Option<OwnedSemaphorePermit>) -> Result<(), Obstacle> {
        let hoard = if self.hoards { vec![1_u8; 64 << 10] } else { Vec::new() };
        let seen = match &self.floor {
            // Each in a box, since one task would else be as large as the larger of the two, whoever holds the stream.
            Some((client, sent)) => Box::pin(self.bare(client, sent, place)).await?,
            None => Box::pin(self.whole(place)).await?,
        };
        drop(std::hint::black_box(hoard));
        if seen == self.events {
            return Ok(());
        }
        Err(format!("{seen} events came of {}", self.events).into())
    }

    async fn whole(&self, place: Option<OwnedSemaphorePermit>) -> Result<usize, Obstacle> {
        let call = ClientCall::new(request(Delivery::Stream));
        let stream = self.client.stream_complete(call).await?;
        self.open.fetch_add(1, Ordering::SeqCst);
        drop(place);
        let mut seen = 0_usize;
        let text =
            to_end(stream, |text| seen = seen.saturating_add(usize::from(self.see(text.as_bytes())))).await?;
        if !text.ends_with("end") {
            return Err("the whole answer is not what its deltas were".into());
        }
        Ok(seen)
    }

    async fn bare(
        &self,
        client: &reqwest::Client,
        sent: &reqwest::Request,
        place: Option<OwnedSemaphorePermit>,
    ) -> Result<usize, Obstacle> {
        let sent = sent.try_clone().ok_or("the request cannot be sent twice")?;
        let mut pieces = client.execute(sent).await?.error_for_status()?.bytes_stream();
        self.open.fetch_add(1, Ordering::SeqCst);
        drop(place);
        let mut seen = 0_usize;
        while let Some(piece) = pieces.next().await {
            let piece = piece?;
            const MARK: &[u8] = b"\"content\":\"";
            let text = piece.windows(MARK.len()).position(|part| part == MARK).and_then(|at| {
                let rest = piece.get(at.saturating_add(MARK.len())..)?;
                rest.get(..rest.iter().position(|byte| *byte == b'"')?)
            });
            seen = seen.saturating_add(usize::from(text.is_some_and(|text| self.see(text))));
        }
        Ok(seen)
    }

    /// Whether it is the text of an event that says when it was sent; if so, its time is counted once all streams are open.
    fn see(&self, text: &[u8]) -> bool {
        let sent = std::str::from_utf8(text).ok().and_then(|text| text.parse::<u64>().ok());
        if let Some(sent) = sent
            && self.live.load(Ordering::Relaxed)
        {
            self.times.add(Duration::from_nanos(stamp().saturating_sub(sent)));
        }
        sent.is_some()
    }
}
