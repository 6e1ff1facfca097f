//! Any bytes as what a browser comes back with, or a person pastes.

use steer_core::auth::Secret;
use steer_core::auth::oauth::{Callback, RedirectConfig, StatePlace, Verdict};

use crate::cut::Cut;

const STATE: &str = "state-of-this-login";

/// Reading them never panics, and no code is taken from what does not hold the login's state.
pub(crate) fn run(input: &[u8]) {
    let cut = Cut::of(input);
    let place = if cut.is_limited() { StatePlace::Path } else { StatePlace::Query };
    let callback = Callback::new(&RedirectConfig::default(), Some(4321), Secret::new(STATE), place)
        .expect("the default place is one");
    let holds_state = String::from_utf8_lossy(cut.bytes).contains(STATE) || cut.bytes.contains(&b'%');
    let of_callback = [b"GET /callback", cut.bytes].concat();
    for head in [cut.bytes, &of_callback] {
        let verdict = callback.read_head(head);
        assert!(holds_state || matches!(verdict, Verdict::Rejected { .. }), "{verdict:?}");
    }
    if let Some(text) = cut.text() {
        let verdict = callback.read_pasted(text);
        let is_address = text.contains('?') || text.contains('#');
        assert!(holds_state || !is_address || matches!(verdict, Verdict::Rejected { .. }), "{verdict:?}");
    }
}
