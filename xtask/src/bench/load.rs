//! What the measured processes do: one serves, one does the work of one contender, one parses.

mod answer;
mod client;
mod floor;
mod floor_plus;
mod parser;
mod serve;
mod text;
mod work;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use cpu_time::ProcessTime;

use super::sample::Sample;
use super::subject::{Api, Contender, Workload};
use crate::verdict::Obstacle;
use work::Work;

/// `Heap` counts what is allocated while work is done.
pub trait Heap {
    /// Does the work and counts.
    fn measure(&self, work: &mut dyn FnMut()) -> HeapUse;
}

/// `HeapUse` is what work allocated.
#[derive(Clone, Copy, Debug)]
pub struct HeapUse {
    /// How often memory was asked for, or for more of it.
    pub allocations: usize,
    /// The most bytes that were held at once, beyond those held before.
    pub peak: usize,
}

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    role: Role,
}

#[derive(Subcommand)]
enum Role {
    /// Answers until its standard input ends, and prints where
    Serve,
    /// Does the work of a contender
    Run {
        api: Api,
        workload: Workload,
        contender: Contender,
        /// The provider to ask
        provider: String,
        /// The address of the server
        url: String,
        /// How many requests to measure
        requests: u32,
    },
    /// Reads an event stream from memory in different pieces
    Parse,
}

/// Does what the arguments say, and prints what was measured as JSON.
#[must_use]
pub fn main(heap: Option<&dyn Heap>) -> ExitCode {
    let done = match Arguments::parse().role {
        Role::Serve => serve::serve(),
        Role::Run { api, workload, contender, provider, url, requests } => {
            Work::new(api, workload, contender, &provider, &url)
                .and_then(|work| print(&measure(&work, requests, heap)?))
        }
        Role::Parse => parser::parse().and_then(|parsed| print(&parsed)),
    };
    done.map_or_else(
        |obstacle| {
            let told = writeln!(io::stderr(), "error: {obstacle}");
            told.map_or(ExitCode::FAILURE, |()| ExitCode::from(2))
        },
        |()| ExitCode::SUCCESS,
    )
}

/// Does the work once to open the connection, and then so many times with an eye on it.
fn measure(work: &Work, requests: u32, heap: Option<&dyn Heap>) -> Result<Sample, Obstacle> {
    let requests = requests.max(1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(work.once())?;
    let mut sample = Sample { body: work.body() as f64, ..Sample::default() };
    let mut done = Ok(());
    let mut all = || {
        done = runtime.block_on(async {
            for _ in 0..requests {
                work.once().await?;
            }
            Ok::<(), Obstacle>(())
        });
    };
    if let Some(heap) = heap {
        let used = heap.measure(&mut all);
        sample.allocations = used.allocations as f64 / f64::from(requests);
        sample.peak = used.peak as f64;
    } else {
        let start = ProcessTime::now();
        all();
        sample.cpu_ns = start.elapsed().as_nanos() as f64 / f64::from(requests);
    }
    done.map(|()| sample)
}

fn print(figures: &impl serde::Serialize) -> Result<(), Obstacle> {
    Ok(writeln!(io::stdout(), "{}", serde_json::to_string(figures)?)?)
}
