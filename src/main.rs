//! The `steer` program: talks to language models from the command line.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
