//! What the processes do: one runs a part, one serves, one holds streams or takes one attack.

mod act;
mod asking;
mod attack;
mod cancel;
mod child;
mod format;
mod gzip;
mod histogram;
mod idle;
mod memory;
mod outage;
mod process;
mod server;
mod soak;
mod streams;
mod writing;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::part::{Defect, Part, Size};
use crate::verdict::Obstacle;
use attack::Attack;
use streams::Holder;

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    role: Role,
}

#[derive(Subcommand)]
enum Role {
    /// Runs a part
    Part {
        part: Part,
        #[arg(long)]
        bounded: bool,
        #[arg(long)]
        streams: usize,
        #[arg(long)]
        minutes: f64,
        #[arg(long)]
        defect: Option<Defect>,
    },
    /// Answers until its standard input ends, and prints where
    Serve {
        /// The loopback address to listen at
        address: std::net::Ipv4Addr,
        /// How many connections must be possible
        connections: usize,
    },
    /// Holds streams
    Hold {
        holder: Holder,
        /// The address of the server
        url: String,
        streams: usize,
        events: usize,
        #[arg(long)]
        defect: Option<Defect>,
    },
    /// Takes one attack
    Suffer {
        attack: Attack,
        /// The address of the server
        url: String,
        #[arg(long)]
        defect: Option<Defect>,
    },
}

/// Does what the arguments say, and prints what was measured as JSON.
#[must_use]
pub fn main() -> ExitCode {
    let done = match Arguments::parse().role {
        Role::Part { part, bounded, streams, minutes, defect } => {
            let size = Size { bounded, streams, minutes };
            let figures = match part {
                Part::Streams => streams::run(size, defect),
                Part::Idle => idle::run(size, defect),
                Part::Cancel => cancel::run(size, defect),
                Part::Outage => outage::run(size, defect),
                Part::Memory => memory::run(defect),
                Part::Soak => soak::run(size),
            };
            figures.and_then(|figures| print(&figures))
        }
        Role::Serve { address, connections } => server::serve(address, connections),
        Role::Hold { holder, url, streams, events, defect } => {
            streams::hold(holder, &url, streams, events, defect).and_then(|held| print(&held))
        }
        Role::Suffer { attack, url, defect } => {
            memory::suffer(attack, &url, defect).and_then(|suffered| print(&suffered))
        }
    };
    done.map_or_else(
        |obstacle| {
            let told = writeln!(io::stderr(), "error: {obstacle}");
            told.map_or(ExitCode::FAILURE, |()| ExitCode::from(2))
        },
        |()| ExitCode::SUCCESS,
    )
}

fn print(figures: &impl serde::Serialize) -> Result<(), Obstacle> {
    Ok(writeln!(io::stdout(), "{}", serde_json::to_string(figures)?)?)
}

/// A runtime as a program has it that does no more than this.
fn runtime() -> Result<tokio::runtime::Runtime, Obstacle> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}
