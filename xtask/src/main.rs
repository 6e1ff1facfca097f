//! `cargo xtask`: reads the arguments and calls the task.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::verdict::{Obstacle, Verdict};
use xtask::{
    bench, catalogs, check, faults, fuzz, load, new_provider, providers, real_servers, replay, requests,
    requests_sdk, semver,
};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The tasks of the workspace")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measures what the client costs beside the least that reading the same bytes can cost
    Bench(bench::Options),
    /// Writes the prices of a pinned price list into the catalogs
    Catalogs(catalogs::Options),
    /// Format, lints, documentation, and what a program can check of how the workspace is laid out
    Check(check::Options),
    /// Runs the tests that the catalogue of failures names, or the matrix of faults
    Faults(faults::Options),
    /// Runs each fuzz target for a while, and fails on what it finds
    Fuzz(fuzz::Options),
    /// Puts the client under load and under attack, and judges memory, latency and time
    Load(load::Options),
    /// Makes a crate for a vendor that speaks Chat Completions
    NewProvider(new_provider::Options),
    /// Runs tests against servers of others: llama.cpp with a small model, and aimock
    RealServers(real_servers::Options),
    /// Sends recorded exchanges through the client and compares what it reports
    Replay(replay::Options),
    /// Reads recorded request bodies into our types, writes them again and compares
    Requests(requests::Options),
    /// Checks what the encoders write with the request types of the vendors' own Python packages
    RequestsSdk(requests_sdk::Options),
    /// Builds, lints and tests each provider alone, then all together
    TestProviders(providers::Options),
    /// Compares the public API with that of an earlier revision
    Semver(semver::Options),
}

fn main() -> ExitCode {
    let task = Arguments::parse().task;
    run(task, &mut io::stdout()).map_or_else(
        |obstacle| {
            let told = writeln!(io::stderr(), "error: {obstacle}");
            told.map_or(ExitCode::FAILURE, |()| ExitCode::from(2))
        },
        ExitCode::from,
    )
}

fn run(task: Task, out: &mut dyn Write) -> Result<Verdict, Obstacle> {
    match task {
        Task::Bench(options) => bench::run(&options, out),
        Task::Catalogs(options) => catalogs::run(&options, out),
        Task::Check(options) => check::run(&options, out),
        Task::Faults(options) => faults::run(&options, out),
        Task::Fuzz(options) => fuzz::run(&options, out),
        Task::Load(options) => load::run(&options, out),
        Task::NewProvider(options) => new_provider::run(&options, out),
        Task::RealServers(options) => real_servers::run(&options, out),
        Task::Replay(options) => replay::run(&options, out),
        Task::Requests(options) => requests::run(&options, out),
        Task::RequestsSdk(options) => requests_sdk::run(&options, out),
        Task::TestProviders(options) => providers::run(&options, out),
        Task::Semver(options) => semver::run(&options, out),
    }
}
