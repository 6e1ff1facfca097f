//! Any text as what a model says to a person at a terminal.

#[path = "../../../src/cli/exit.rs"]
#[allow(dead_code, reason = "the program uses all of it")]
mod exit;
#[path = "../../../src/cli/failure.rs"]
#[allow(dead_code, reason = "the program uses all of it")]
mod failure;
#[path = "../../../src/cli/print.rs"]
mod print;
#[path = "../../../src/cli/sanitise.rs"]
mod sanitise;
#[path = "../../../src/cli/summary.rs"]
mod summary;
#[path = "../../../src/cli/terminal.rs"]
#[allow(dead_code, clippy::module_inception, reason = "the program uses all of it, under this name")]
mod terminal;

use std::time::Duration;

use print::Printer;
use sanitise::{Sanitiser, clean, one_line};
use steer_core::{CompletionResponse, Part, StreamChunk};
use terminal::{Terminal, dim};

use crate::cut::Cut;

/// What is shown holds nothing that a terminal obeys, and is the same wherever the text is cut into deltas; cleaning takes
/// no more memory than the text, and what is clean stays so. A file gets the text as the model wrote it.
pub(crate) fn run(input: &[u8]) {
    let cut = Cut::of(input);
    let text = String::from_utf8_lossy(cut.bytes);
    let pieces = cut.pieces_of(&text);

    let cleaned = clean(&text);
    assert!(cleaned.chars().all(is_harmless), "{cleaned:?}");
    assert!(cleaned.len() <= text.len());
    assert_eq!(clean(&cleaned), cleaned);
    assert!(!one_line(&text).contains(char::is_control));
    let mut sanitiser = Sanitiser::default();
    let mut in_pieces: String = pieces.iter().map(|piece| sanitiser.push(piece)).collect();
    in_pieces.push_str(&sanitiser.finish());
    assert_eq!(in_pieces, cleaned);

    let (shown, told) = printed(PERSON, &cut, &pieces);
    let (shown_at_once, told_at_once) = printed(PERSON, &cut, &[&text]);
    assert_eq!(shown, shown_at_once);
    assert_eq!(told, told_at_once);
    assert!(shown.chars().chain(told.chars()).all(is_harmless), "{shown:?} {told:?}");
    let written = printed(FILES, &cut, &pieces).0;
    assert_eq!(written, if cut.is_limited() { "" } else { &*text });
}

const PERSON: Terminal = Terminal { stdin: true, stdout: true, stderr: true };
const FILES: Terminal = Terminal { stdin: false, stdout: false, stderr: false };

/// What reaches standard output and standard error, the style of thinking taken away.
fn printed(terminal: Terminal, cut: &Cut<'_>, pieces: &[&str]) -> (String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut printer = Printer::new(&mut out, &mut err, terminal, false);
    for piece in pieces {
        let (index, text) = (0, (*piece).into());
        let chunk = match cut.is_limited() {
            true => StreamChunk::ThinkingDelta { index, text },
            false => StreamChunk::TextDelta { index, text },
        };
        printer.chunk(&chunk).expect("a vector takes all");
    }
    let mut response = CompletionResponse::default();
    // The end of an answer may be the vendor's own word.
    response.stop_reason = Some(steer_core::StopReason::Other(pieces.concat()));
    response.content.push(Part::text(pieces.concat()));
    match cut.is_clean() {
        true => printer.finish(&response, Duration::from_secs(1)),
        false => printer.broke_off(Some(&response)),
    }
    .expect("a vector takes all");
    let [begin, end] =
        dim("|").split('|').map(str::to_owned).collect::<Vec<_>>().try_into().expect("two parts");
    let told = text(err).replace(&begin, "").replace(&end, "");
    (text(out), told)
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("only text was written")
}

fn is_harmless(c: char) -> bool {
    matches!(c, '\n' | '\t') || !c.is_control()
}
