//! Any text as the body of a request.

use crate::cut::Cut;
use crate::speakers::{SPEAKERS, stored};

/// Reading never panics, and its errors quote nothing. What is read can be stored; and where it can be written, that is
/// read again and gives the same bytes, as does what was stored.
pub(crate) fn run(input: &[u8]) {
    let cut = Cut::of(input);
    let speaker = &SPEAKERS[cut.choice(SPEAKERS.len())];
    let request = match speaker.read(cut.bytes) {
        Ok(request) => request,
        Err(error) => {
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("CANARY") && !error.message().contains(char::is_control), "{shown}");
            return;
        }
    };
    let loaded = stored(&request);
    let Ok(written) = speaker.write(&request) else { return };
    let of_loaded = speaker.write(&loaded).expect("what was stored can be written as well");
    assert_eq!(text(&of_loaded.body), text(&written.body), "a stored request gives another body");
    let again = speaker.read(&written.body).expect("what was written can be read");
    let once_more = speaker.write(&again).expect("what was written and read can be written");
    assert_eq!(text(&once_more.body), text(&written.body), "what was written and read gives another body");
}

fn text(body: &[u8]) -> &str {
    str::from_utf8(body).expect("JSON is text")
}
