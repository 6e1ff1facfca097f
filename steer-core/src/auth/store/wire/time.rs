//! Points in time as seconds since 1970, with as many decimals as they need.

use std::time::{Duration, SystemTime};

use serde_json::value::RawValue;

/// Reads a number that is not negative and has no exponent.
pub(super) fn read(text: &str) -> Option<SystemTime> {
    let (seconds, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 9 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let nanos = format!("{decimals:0<9}").parse().ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds.parse().ok()?, nanos))
}

/// Writes one; what was before 1970 has ended in any case.
pub(super) fn write(time: SystemTime) -> Box<RawValue> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let mut text = since.as_secs().to_string();
    if since.subsec_nanos() != 0 {
        text.push_str(format!(".{:09}", since.subsec_nanos()).trim_end_matches('0'));
    }
    RawValue::from_string(text).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_the_decimals_that_it_needs() {
        for (text, seconds, nanos) in
            [("0", 0, 0), ("1800000000", 1_800_000_000, 0), ("1.5", 1, 500_000_000), ("1.000000001", 1, 1)]
        {
            let time = SystemTime::UNIX_EPOCH + Duration::new(seconds, nanos);
            assert_eq!((read(text), write(time).get()), (Some(time), text));
        }
        for wrong in
            ["", "-1", "1e3", "1.0000000001", "99999999999999999999", "18446744073709551615", "\"1\""]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
