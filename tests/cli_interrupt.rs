//! Ctrl-C.
#![cfg(all(feature = "cli", unix))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends where something is not as it must be"
)]

mod cli_program;

use std::io::Read;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use cli_program::{begun, chat};
use serde_json::Value;
use steer_testkit::server::{Reply, Script, Server};

fn press_ctrl_c(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Reads until the text is there.
fn read_until(out: &mut impl Read, text: &str) -> String {
    let mut read = Vec::new();
    let mut byte = [0];
    while !String::from_utf8_lossy(&read).ends_with(text) {
        assert_eq!(out.read(&mut byte).unwrap(), 1, "the output ended before `{text}`");
        read.push(byte[0]);
    }
    String::from_utf8(read).unwrap()
}

#[test]
fn ctrl_c_ends_a_stalled_answer_and_keeps_what_came() {
    let server = Server::start_blocking(Script::always(Reply::sse(begun(&["kept "])).stall())).unwrap();
    let mut child = chat(&server, &["hi"]).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    assert_eq!(read_until(&mut out, "kept "), "kept ");
    let pressed = Instant::now();
    press_ctrl_c(&child);
    let (mut rest, mut err) = (String::new(), String::new());
    out.read_to_string(&mut rest).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(pressed.elapsed() < Duration::from_secs(5), "{:?}", pressed.elapsed());
    assert_eq!((rest.as_str(), err.as_str()), ("", "note: cancelled\n"));
}

#[test]
fn ctrl_c_leaves_a_whole_json_object() {
    let server = Server::start_blocking(Script::always(Reply::sse(begun(&["kept "])).stall())).unwrap();
    let child = chat(&server, &["--json", "hi"]).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while server.request_count() == 0 {
        assert!(Instant::now() < deadline, "no request came");
        std::thread::sleep(Duration::from_millis(10));
    }
    // The text follows the request at once; the program has no other sign of it.
    std::thread::sleep(Duration::from_millis(300));
    press_ctrl_c(&child);
    let run = cli_program::of(child.wait_with_output().unwrap());
    let answer: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((run.code, &answer["text"]), (130, &"kept ".into()));
    assert_eq!(answer["error"]["kind"], "cancelled");
}
