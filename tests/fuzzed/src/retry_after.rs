//! Any text as the headers that ask for a wait.

use std::time::{Duration, SystemTime};

use steer_core::http::{RetryDecision, RetryPolicy, retry_after};
use steer_core::http_types::{HeaderMap, HeaderValue};
use steer_core::{ApiError, ErrorKind};

use crate::cut::Cut;

/// The latest time that a date of HTTP can say: the end of the year 9999.
const LATEST: u64 = 253_402_300_799;

/// The lines are `retry-after`, `retry-after-ms`, and the seconds of now. Nothing panics; whole seconds and dates ask for
/// exactly what they say; white space around a value changes nothing; what is asked for is waited for or ends the call.
pub(crate) fn run(input: &[u8]) {
    let cut = Cut::of(input);
    let mut lines = cut.bytes.split(|byte| *byte == b'\n');
    let (after, millis) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let seconds = lines.next().and_then(|line| str::from_utf8(line).ok()?.trim().parse::<u64>().ok());
    let seconds = seconds.unwrap_or_default() % LATEST;
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);

    let asked = retry_after(&headers(after, millis), now);
    let spaced = |value: &[u8]| [b" \t", value, b" "].concat();
    if !after.is_empty() || !millis.is_empty() {
        assert_eq!(retry_after(&headers(&spaced(after), &spaced(millis)), now), asked);
    }
    if let Some(exact) = whole(after) {
        assert_eq!(retry_after(&headers(after, b""), now), Some(Duration::from_secs(exact)));
        assert_eq!(retry_after(&headers(b"", after), now), Some(Duration::from_millis(exact)));
        let then = (seconds + exact).min(LATEST);
        let date = http_date(then);
        assert_eq!(
            retry_after(&headers(date.as_bytes(), b""), now),
            Some(Duration::from_secs(then - seconds)),
            "{date}"
        );
    }
    decide(asked, cut.choice(256));
}

/// A policy never waits longer than it allows, whatever is asked.
fn decide(asked: Option<Duration>, made: usize) {
    let error = ApiError::new(ErrorKind::RateLimited, "busy").with_retry_after(asked);
    let policy = RetryPolicy::attempts(300);
    let made = u32::try_from(made).expect("it is small");
    match policy.decide(made, &error, 1.0) {
        RetryDecision::Wait(wait) => match asked.filter(|asked| !asked.is_zero()) {
            Some(asked) => assert!(wait == asked && wait <= policy.longest_asked, "{wait:?}"),
            None => assert!(wait <= policy.longest_wait, "{wait:?}"),
        },
        RetryDecision::Stop => assert!(asked.is_some_and(|asked| asked > policy.longest_asked), "{asked:?}"),
        other => panic!("{other:?}"),
    }
}

fn headers(after: &[u8], millis: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in [("retry-after", after), ("retry-after-ms", millis)] {
        if let Ok(value) = HeaderValue::from_bytes(value)
            && !value.is_empty()
        {
            headers.insert(name, value);
        }
    }
    headers
}

/// A number of seconds that floating point holds exactly, in milliseconds too.
fn whole(text: &[u8]) -> Option<u64> {
    let digits = text.len() <= 9 && text.iter().all(u8::is_ascii_digit);
    digits.then(|| str::from_utf8(text).ok()?.parse().ok()).flatten()
}

/// A date of HTTP, by the calendar.
fn http_date(seconds: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (days, time) = (seconds / 86_400, seconds % 86_400);
    let is_leap =
        |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    // Four hundred years are 146,097 days.
    let (mut year, mut left) = (1970 + days / 146_097 * 400, days % 146_097);
    while left >= 365 + u64::from(is_leap(year)) {
        left -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while left >= lengths[month] {
        left -= lengths[month];
        month += 1;
    }
    let weekday = DAYS[usize::try_from(days % 7).expect("it is small")];
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    format!("{weekday}, {:02} {} {year:04} {hour:02}:{minute:02}:{second:02} GMT", left + 1, MONTHS[month])
}
