//! Any conversation between any two providers, stored and loaded, written, read again and written once more.

use steer_core::request::{FeaturePolicy, OnUnsupported};
use steer_core::{CompletionRequest, Delivery};

use crate::histories::history;
use crate::random::Random;
use crate::speakers::{SPEAKERS, stored};

/// The bytes are the choices that make a conversation, and who it goes to. It can be written; what was stored and loaded
/// gives the same bytes; and what was written is read again, and then gives the same bytes too.
pub(crate) fn run(input: &[u8]) {
    let mut random = Random::new(input);
    let [source, target] = std::array::from_fn(|_| &SPEAKERS[random.below(SPEAKERS.len())]);
    let delivery = if random.once_in(2) { Delivery::Whole } else { Delivery::Stream };
    let request = CompletionRequest::new("a-model")
        .max_output_tokens(100)
        .delivery(delivery)
        .policy(FeaturePolicy::all(OnUnsupported::Warn))
        .messages(history(&mut random, source.provider, source.api).messages);
    let place = format!("{} to {} in {}", source.provider, target.provider, target.api);
    let sent = target.write(&request).unwrap_or_else(|error| panic!("{place}: {error}"));
    let loaded = target.write(&stored(&request)).unwrap_or_else(|error| panic!("{place}, loaded: {error}"));
    assert_eq!(shown(&loaded.body), shown(&sent.body), "{place}: a loaded conversation");
    let read = target.read(&sent.body).unwrap_or_else(|error| panic!("{place}, read: {error}"));
    let once_more = target.write(&read).unwrap_or_else(|error| panic!("{place}, again: {error}"));
    assert_eq!(shown(&once_more.body), shown(&sent.body), "{place}: what was read again");
}

fn shown(body: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(body)
}
