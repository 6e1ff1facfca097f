use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

/// How long a response's headers ask to wait: `retry-after-ms`, else `Retry-After` in seconds, whole or not, or as a
/// date. `None` where they say nothing that can be read; a date that is past asks for no wait.
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(wait) = text("retry-after-ms").and_then(|text| text.parse::<f64>().ok()) {
        return duration(wait / 1000.0);
    }
    let text = text(header::RETRY_AFTER.as_str())?;
    match text.parse::<f64>() {
        Ok(seconds) => duration(seconds),
        Err(_) => {
            let when = httpdate::parse_http_date(text).ok()?;
            Some(when.duration_since(now).unwrap_or(Duration::ZERO))
        }
    }
}

fn duration(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &'static str, value: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        let now = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(1_000_000_000)).unwrap();
        retry_after(&headers, now)
    }

    #[test]
    fn every_form_of_the_header_is_read() {
        assert_eq!(asked("retry-after", "1"), Some(Duration::from_secs(1)));
        assert_eq!(asked("retry-after", "1.5"), Some(Duration::from_millis(1500)));
        assert_eq!(asked("retry-after", "0"), Some(Duration::ZERO));
        assert_eq!(asked("retry-after-ms", "250"), Some(Duration::from_millis(250)));
        assert_eq!(asked("retry-after", "Sun, 09 Sep 2001 01:46:45 GMT"), Some(Duration::from_secs(5)));
        assert_eq!(asked("retry-after", "Sun, 09 Sep 2001 01:46:35 GMT"), Some(Duration::ZERO));
    }

    #[test]
    fn nonsense_asks_for_nothing() {
        for value in ["-1", "nan", "inf", "1e308", "soon", "", "Wed, 99 Oct 2099 07:28:00 GMT"] {
            assert_eq!(asked("retry-after", value), None, "{value}");
        }
    }
}
