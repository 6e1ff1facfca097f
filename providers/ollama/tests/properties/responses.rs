//! Any response, in any deltas and any pieces.

use std::sync::LazyLock;

use proptest::prelude::*;
use steer_core::bytes::Bytes;
use steer_core::{CompletionResponse, Delivery};
use steer_testkit::conformance::{Subject, byte_by_byte, random_pieces};

use crate::emulator::response;

static SUBJECT: LazyLock<Subject> =
    LazyLock::new(|| Subject::new(steer_ollama::REGISTRATION, "ollama/gemma3").unwrap());

fn comparable(mut response: CompletionResponse) -> CompletionResponse {
    response.raw.clear();
    response.usage.as_mut().unwrap().raw = None;
    response
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_pieces_of_any_response_give_the_same_chunks(response in response(), seed in any::<u64>()) {
        let body = Bytes::from(response.stream());
        let expected = SUBJECT.decode(Delivery::Stream, [body.clone()]);
        prop_assert!(expected.result.is_ok());
        for pieces in [random_pieces(&body, seed), byte_by_byte(&body)] {
            let same = SUBJECT.decode(Delivery::Stream, pieces).same_as(&expected);
            prop_assert!(same.is_ok(), "{same:?}");
        }
    }

    #[test]
    fn any_stream_adds_up_to_the_whole_answer(response in response()) {
        let folded = SUBJECT.decode(Delivery::Stream, [Bytes::from(response.stream())]);
        let whole = SUBJECT.decode(Delivery::Whole, [Bytes::from(response.whole())]);
        let (folded, whole) = (comparable(folded.result.unwrap()), comparable(whole.result.unwrap()));
        // `Debug` hides the content.
        let shown = |response: &CompletionResponse| serde_json::to_string_pretty(response).unwrap();
        prop_assert_eq!(shown(&folded), shown(&whole));
        prop_assert_eq!(folded, whole);
    }

    #[test]
    fn any_cut_of_any_stream_is_an_error(response in response(), cut in any::<prop::sample::Index>()) {
        let body = Bytes::from(response.stream());
        let needed = body.trim_ascii_end().len();
        let at = cut.index(needed);
        let cut = SUBJECT.decode(Delivery::Stream, [body.slice(..at)]);
        prop_assert!(cut.result.is_err());
        prop_assert_eq!(cut.trailing, 0);
    }
}
