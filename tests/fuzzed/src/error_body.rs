//! Any bytes as the body of an error.

use steer_core::Failure;
use steer_core::http_types::StatusCode;

use crate::cut::Cut;

/// Its text says something, is short and holds no control characters, it has the status that came, and reading it never panics.
pub(crate) fn run(input: &[u8]) {
    let cut = Cut::of(input);
    let number = u16::try_from(400 + cut.choice(200)).expect("it is small");
    let status = StatusCode::from_u16(number).expect("it lies between 400 and 599");
    let failure = Failure::from_response(status, cut.bytes);
    check(&failure);
    assert_eq!(failure.status, Some(number));
    assert!(!failure.message.trim().is_empty());
    if let Some(failure) = cut.text().and_then(Failure::from_body) {
        check(&failure);
    }
}

fn check(failure: &Failure) {
    assert!(!failure.message.contains(char::is_control), "{:?}", failure.message);
    assert!(failure.message.len() <= 4096 + 8, "{} bytes", failure.message.len());
}
