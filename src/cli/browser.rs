//! The person's browser.

use super::sanitise::one_line;
use super::terminal::Terminal;

/// Says which address to open, and opens it where the program may; on another machine, a person can do it by hand.
pub(crate) fn open(url: &str, terminal: Terminal, may_open: bool) {
    terminal.tell(&format!("Open this address to go on:\n\n    {}\n\n", one_line(url)));
    if may_open && terminal.stderr && webbrowser::open(url).is_err() {
        terminal.tell("note: no browser could be opened here; open the address by hand, on any machine\n");
    }
}
