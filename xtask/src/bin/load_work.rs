//! The clients and servers of `cargo xtask load`.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::load::work::main()
}
