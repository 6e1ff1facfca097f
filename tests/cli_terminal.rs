//! The program at a terminal.
#![cfg(all(feature = "cli", unix))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

mod cli_program;

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use cli_program::{begun, chat, saying, steer};
use nix::pty::{Winsize, openpty};
use steer_testkit::server::{Reply, Script, Server};

/// A program with a terminal for its three streams, and the person at it.
struct Session {
    child: Child,
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    seen: String,
}

impl Session {
    fn start(mut command: Command) -> Self {
        let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        let pty = openpty(&size, None).unwrap();
        let stream = || -> OwnedFd { pty.slave.try_clone().unwrap() };
        command.env("TERM", "xterm").stdin(stream()).stdout(stream()).stderr(stream());
        let child = command.spawn().unwrap();
        drop(command);
        drop(pty.slave);
        let keyboard = File::from(pty.master);
        let mut reader = keyboard.try_clone().unwrap();
        let (send, screen) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            // Linux ends a terminal that no one writes to any more with an error.
            while let Ok(read) = reader.read(&mut buffer) {
                if read == 0 || send.send(buffer[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { child, keyboard, screen, seen: String::new() }
    }

    fn types(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Reads until the text is on the screen, and returns what came until then.
    fn sees(&mut self, text: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some((before, rest)) = self.seen.split_once(text) {
                let (before, rest) = (before.to_owned(), rest.to_owned());
                self.seen = rest;
                return before;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let piece =
                self.screen.recv_timeout(left).unwrap_or_else(|_| panic!("no `{text}` in {:?}", self.seen));
            self.seen.push_str(&String::from_utf8_lossy(&piece));
        }
    }

    fn interrupt(&self) {
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    fn code(mut self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < deadline, "the program did not end; on the screen: {:?}", self.seen);
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A program that has ended already cannot be killed, and need not be.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const PATIENCE: Duration = Duration::from_secs(20);
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
