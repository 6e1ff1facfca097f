//! Any bytes as what a browser comes back with, or a person pastes: reading them never panics, and no code is taken from
//! what does not hold the login's state.

#![no_main]

use libfuzzer_sys::fuzz_target;
use steer_core::auth::Secret;
use steer_core::auth::oauth::{Callback, RedirectConfig, StatePlace, Verdict};

const STATE: &str = "state-of-this-login";

fuzz_target!(|input: (bool, &[u8])| {
    let (in_path, bytes) = input;
    let place = if in_path { StatePlace::Path } else { StatePlace::Query };
    let callback = Callback::new(&RedirectConfig::default(), Some(4321), Secret::new(STATE), place)
        .expect("the default place is one");
    let holds_state = String::from_utf8_lossy(bytes).contains(STATE) || bytes.contains(&b'%');
    let mut head = b"GET /callback".to_vec();
    head.extend_from_slice(bytes);
    for head in [bytes, &head] {
        let verdict = callback.read_head(head);
        assert!(holds_state || matches!(verdict, Verdict::Rejected { .. }), "{verdict:?}");
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let verdict = callback.read_pasted(text);
        let is_address = text.contains('?') || text.contains('#');
        assert!(holds_state || !is_address || matches!(verdict, Verdict::Rejected { .. }), "{verdict:?}");
    }
});
