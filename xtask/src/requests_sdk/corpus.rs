//! Neutral requests of every kind. Those that end in a word of the user's own name their case in it, so that a server can
//! tell them apart.

use steer::CompletionRequest;

use super::{parts, settings};

/// Every request, by a name.
pub(crate) fn requests() -> Vec<(String, CompletionRequest)> {
    let mut all = Vec::new();
    for (name, messages) in parts::conversations() {
        all.push((format!("conversation: {name}"), asking().messages(messages)));
    }
    for (name, request) in settings::all(&asking().user("Why is the sky blue?")) {
        all.push((format!("setting: {name}"), request));
    }
    all
}

fn asking() -> CompletionRequest {
    CompletionRequest::new("some-model").max_output_tokens(3000)
}
