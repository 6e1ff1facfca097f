//! The program at a terminal.
#![cfg(all(feature = "cli", unix))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends where something is not as it must be"
)]

mod cli_program;

use cli_program::session::Session;
use cli_program::{begun, chat, saying, steer};
use steer_testkit::server::{Reply, Script, Server};

const PROMPT: &str = "> ";
const CTRL_C: &str = "\u{3}";
const CTRL_D: &str = "\u{4}";

#[test]
fn nothing_that_a_terminal_obeys_reaches_it_from_the_model() {
    let server =
        Server::start_blocking(saying(&["left\u{1b}]0;ow", "ned\u{7}\u{1b}[2", "J\u{9b}31m\u{202e}right"]))
            .unwrap();
    let mut session = Session::start(chat(&server, &["hi"]));
    let shown = session.sees("right");
    assert!(shown.ends_with("left"), "{shown:?}");
    session.sees("claude-test · 3 in / 5 out tokens");
    assert_eq!(session.code(), Some(0));
}

#[test]
fn a_conversation_goes_on_from_what_was_said_and_ends_with_ctrl_d() {
    let server =
        Server::start_blocking(Script::replies([saying(&["first answer"]), saying(&["second answer"])]))
            .unwrap();
    let mut session = Session::start(chat(&server, &[]));
    session.sees(PROMPT);
    session.types("one\r");
    session.sees("first answer");
    session.sees(PROMPT);
    session.types("/help\r");
    session.sees("/quit");
    session.sees(PROMPT);
    session.types("two\r");
    session.sees("second answer");
    session.sees(PROMPT);
    session.types(CTRL_D);
    assert_eq!(session.code(), Some(0));
    let bodies: Vec<String> =
        server.requests().iter().map(|request| request.body_text().unwrap().to_owned()).collect();
    assert_eq!(bodies.len(), 2);
    assert!(!bodies[0].contains("answer"));
    assert!(["one", "first answer", "two"].iter().all(|text| bodies[1].contains(text)), "{}", bodies[1]);
}

#[test]
fn ctrl_c_ends_the_answer_keeps_its_text_and_not_the_conversation() {
    let stalled = Reply::sse(begun(&["half"])).stall();
    let server = Server::start_blocking(Script::replies([stalled, saying(&["whole"])])).unwrap();
    let mut session = Session::start(chat(&server, &[]));
    session.sees(PROMPT);
    session.types("one\r");
    session.sees("half");
    session.interrupt();
    session.sees("cancelled; what came is kept");
    session.sees(PROMPT);
    session.types(CTRL_C);
    session.sees("Ctrl-D or /quit leaves");
    session.sees(PROMPT);
    session.types("go on\r");
    session.sees("whole");
    session.sees(PROMPT);
    session.types("/quit\r");
    assert_eq!(session.code(), Some(0));
    assert!(server.requests()[1].body_text().unwrap().contains("half"));
}

#[test]
fn without_a_key_a_person_is_offered_the_demo() {
    let mut session = Session::start(steer(&["chat", "hello there"]));
    session.sees("no credential was found; set ANTHROPIC_API_KEY");
    session.sees("[y/N] ");
    session.types("y\n");
    session.sees("Your prompt had 2 words");
    assert_eq!(session.code(), Some(0));
    let mut session = Session::start(steer(&["chat", "hello there"]));
    session.sees("[y/N] ");
    session.types("\n");
    assert_eq!(session.code(), Some(3));
}
