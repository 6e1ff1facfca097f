//! What servers say of times and lengths is read, whatever it is.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "only tests are here")]

use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use steer_core::http::retry_after;
use steer_core::http_types::{HeaderMap, HeaderValue, StatusCode};
use steer_core::{ApiError, ErrorKind, Failure, RateLimit};

proptest! {
    #[test]
    fn no_time_that_a_header_holds_is_a_panic(text in "[0-9a-zµ.:+ TZ-]{0,40}", now in 0_u64..1 << 40) {
        let now = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(now)).unwrap();
        let mut limit = RateLimit::default();
        limit.reset = Some(text.clone());
        limit.resets_in(now);
        if let Ok(value) = HeaderValue::from_str(&text) {
            retry_after(&HeaderMap::from_iter([(steer_core::http_types::header::RETRY_AFTER, value)]), now);
        }
    }

    #[test]
    fn a_sum_of_units_is_their_sum(hours in 0_u32..1000, minutes in 0_u32..1000, seconds in 0_u32..1000) {
        let mut limit = RateLimit::default();
        limit.reset = Some(format!("{hours}h{minutes}m{seconds}s"));
        let sum = u64::from(hours) * 3600 + u64::from(minutes) * 60 + u64::from(seconds);
        prop_assert_eq!(limit.resets_in(SystemTime::now()), Some(Duration::from_secs(sum)));
    }

    #[test]
    fn a_message_of_any_words_and_numbers_is_no_panic_and_says_of_no_prompt_that_it_fits(
        words in prop::collection::vec(
            prop_oneof![
                Just("prompt is too long:".to_owned()),
                Just("maximum context length is".to_owned()),
                Just("you requested".to_owned()),
                Just(">".to_owned()),
                Just("+".to_owned()),
                Just("tokens".to_owned()),
                "[0-9,]{1,30}",
                "\\PC{0,8}",
            ],
            0..12,
        ),
    ) {
        let message = format!("prompt is too long {}", words.join(" "));
        let body = serde_json::json!({ "error": { "message": message } }).to_string();
        let error = ApiError::from(Failure::from_response(StatusCode::BAD_REQUEST, body.as_bytes()));
        prop_assert_eq!(error.kind(), ErrorKind::ContextLength);
        if let Some(overflow) = error.context_overflow() {
            prop_assert!(overflow.asked.zip(overflow.limit).is_none_or(|(asked, limit)| asked > limit));
        }
    }
}
