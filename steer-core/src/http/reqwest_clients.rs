use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use http::Version;

use super::reqwest_setup::Setup;

/// How many clients there may be. More streams than they carry share them evenly.
const CLIENTS: usize = 32;

/// `Clients` are the HTTP clients of one kind of address. A server lets about 100 streams run at a time over one HTTP/2
/// connection, a client keeps one connection to it, and whoever comes late would wait: so there is a further client once
/// the first has that many. Below that there is one, and it costs a request two counts.
#[derive(Debug)]
pub(super) struct Clients {
    setup: Arc<Setup>,
    /// Whether they stay on this machine, where no proxy is asked.
    near: bool,
    first: OnceLock<Counted>,
    more: Box<[OnceLock<Counted>]>,
    /// What the last response over TLS came with: nothing yet, one stream at a time, or many.
    spoken: AtomicU8,
}

#[derive(Debug)]
struct Counted {
    client: reqwest::Client,
    in_flight: Arc<AtomicUsize>,
}

const NOTHING: u8 = 0;
const ONE: u8 = 1;
const MANY: u8 = 2;

/// `InFlight` counts a request until it is dropped, its answer read or not.
pub(super) struct InFlight(Arc<AtomicUsize>);

impl Clients {
    /// Clients that are made when they are first needed.
    pub(super) fn new(setup: Arc<Setup>, near: bool) -> Self {
        let more = (1..CLIENTS).map(|_| OnceLock::new()).collect();
        Self { setup, near, first: OnceLock::new(), more, spoken: AtomicU8::new(NOTHING) }
    }

    /// The client that a program gave, and no other.
    #[cfg(feature = "reqwest-0-13")]
    pub(super) fn given(client: reqwest::Client, setup: Arc<Setup>) -> Self {
        let first = OnceLock::from(Counted::new(client));
        Self { setup, near: false, first, more: Box::default(), spoken: AtomicU8::new(NOTHING) }
    }

    /// Makes the first client.
    pub(super) fn prepare(&self) -> reqwest::Result<()> {
        self.made(&self.first).map(|_| ())
    }

    /// The client for a request, which counts as long as the second value lives.
    pub(super) fn pick(&self, over_tls: bool) -> reqwest::Result<(&reqwest::Client, InFlight)> {
        let mut least = self.made(&self.first)?;
        let mut load = least.load();
        for cell in &self.more {
            if load < self.setup.streams_per_client || !self.may_multiplex(over_tls) {
                break;
            }
            // One that cannot be made is not missed, since there is another.
            let Ok(other) = self.made(cell) else { break };
            if other.load() < load {
                (least, load) = (other, other.load());
            }
        }
        Ok((&least.client, least.begin()))
    }

    /// Notes what a response came with.
    pub(super) fn note(&self, version: Version) {
        let spoken = if version == Version::HTTP_2 { MANY } else { ONE };
        if self.spoken.load(Ordering::Relaxed) != spoken {
            self.spoken.store(spoken, Ordering::Relaxed);
        }
    }

    /// Whether a connection may carry many streams. Over HTTP/1.1 a client opens as many connections as it needs.
    fn may_multiplex(&self, over_tls: bool) -> bool {
        match self.spoken.load(Ordering::Relaxed) {
            NOTHING => over_tls,
            spoken => spoken == MANY,
        }
    }

    fn made<'a>(&self, cell: &'a OnceLock<Counted>) -> reqwest::Result<&'a Counted> {
        if let Some(counted) = cell.get() {
            return Ok(counted);
        }
        let client = self.setup.client(self.near)?;
        Ok(cell.get_or_init(|| Counted::new(client)))
    }
}

impl Counted {
    fn new(client: reqwest::Client) -> Self {
        Self { client, in_flight: Arc::default() }
    }

    fn load(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    fn begin(&self) -> InFlight {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        InFlight(Arc::clone(&self.in_flight))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
