#![doc = include_str!("../README.md")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a panic is how a target tells what it found"
)]

// The histories that the hand-offs of the workspace's tests are made of name it so.
extern crate steer_core as steer;

mod answers;
mod base_url;
mod catalog;
mod credentials;
mod cut;
mod error_body;
mod framing;
#[path = "../../handoff/histories.rs"]
#[allow(dead_code, missing_docs, unreachable_pub, reason = "it belongs to another test")]
mod histories;
mod history;
mod import;
mod oauth_callback;
mod random;
mod retry_after;
mod speakers;
mod terminal;

/// `Target` is one thing that fuzzing runs.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Target {
    /// Its name: of the program, of its folder of seeds, and of its line in the log.
    pub name: &'static str,
    /// Reads any bytes, and panics where what must hold of them does not.
    pub run: fn(&[u8]),
    /// Folders of other tests, from the workspace's root, whose files are inputs as they are.
    pub fixtures: &'static [&'static str],
}

/// Makes the table, and a function for each program to call.
macro_rules! targets {
    ($($name:ident = $run:path, [$($fixtures:literal),*];)*) => {
        /// Every target.
        pub const TARGETS: &[Target] = &[
            $(Target { name: stringify!($name), run: $run, fixtures: &[$($fixtures),*] },)*
        ];
        $(
            #[doc = concat!("The target `", stringify!($name), "`; see [`TARGETS`].")]
            pub fn $name(input: &[u8]) {
                $run(input);
            }
        )*
    };
}

targets! {
    anthropic_stream = answers::anthropic_stream, ["providers/anthropic/tests/fixtures"];
    anthropic_whole = answers::anthropic_whole, ["providers/anthropic/tests/fixtures"];
    base_url = base_url::run, [];
    catalog = catalog::run, [];
    chat_stream = answers::chat_stream, ["providers/openai-compatible/tests/fixtures"];
    chat_whole = answers::chat_whole, ["providers/openai-compatible/tests/fixtures"];
    credentials = credentials::run, [];
    error_body = error_body::run, [];
    framing = framing::framing, ["providers/ollama/tests/fixtures"];
    gemini_stream = answers::gemini_stream, ["providers/gemini/tests/fixtures"];
    gemini_whole = answers::gemini_whole, ["providers/gemini/tests/fixtures"];
    history = history::run, [];
    import = import::run, [];
    oauth_callback = oauth_callback::run, [];
    ollama_stream = answers::ollama_stream, ["providers/ollama/tests/fixtures"];
    ollama_whole = answers::ollama_whole, ["providers/ollama/tests/fixtures"];
    responses_stream = answers::responses_stream, ["providers/openai/tests/fixtures"];
    responses_whole = answers::responses_whole, ["providers/openai/tests/fixtures"];
    retry_after = retry_after::run, [];
    sse_parser = framing::sse_parser, ["providers/anthropic/tests/fixtures"];
    terminal = terminal::run, [];
    utf8 = framing::utf8, ["providers/ollama/tests/fixtures"];
}
