//! One contender of the benchmark, measured in processor time.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::bench::load::main(None)
}
