//! Any bytes as the body of an error: its text is short and holds no control characters, and reading it never panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use steer_core::Failure;
use steer_core::http_types::StatusCode;

fuzz_target!(|input: (u16, &[u8])| {
    let (number, body) = input;
    let status = StatusCode::from_u16(400 + number % 200).expect("it lies between 400 and 599");
    let check = |failure: &Failure| {
        assert!(!failure.message.contains(char::is_control));
        assert!(failure.message.len() <= 4096 + 8, "{} bytes", failure.message.len());
    };
    let failure = Failure::from_response(status, body);
    check(&failure);
    assert_eq!(failure.status, Some(status.as_u16()));
    assert!(!failure.message.is_empty());
    if let Some(failure) = std::str::from_utf8(body).ok().and_then(Failure::from_body) {
        check(&failure);
    }
});
