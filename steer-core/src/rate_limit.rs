//! What a vendor says of its rate limits.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// `RateLimits` is the snapshot of a vendor's rate limits that came with one response.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RateLimits {
    /// Requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<RateLimit>,
    /// Tokens, of whatever kind the vendor counts together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<RateLimit>,
    /// Tokens of prompts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<RateLimit>,
    /// Tokens of answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<RateLimit>,
}

impl RateLimits {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// `RateLimit` is one limit of a vendor's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RateLimit {
    /// How much is allowed in the vendor's window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// How much is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<u64>,
    /// When the whole limit is there again, as the vendor writes it: a point in time or a duration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset: Option<String>,
}

impl RateLimit {
    /// Reads the three headers of one limit; `None` where none of them is there.
    pub fn from_headers(
        headers: &http::HeaderMap,
        limit: &str,
        remaining: &str,
        reset: &str,
    ) -> Option<Self> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let found = Self {
            limit: text(limit).and_then(|value| value.parse().ok()),
            remaining: text(remaining).and_then(|value| value.parse().ok()),
            reset: text(reset).filter(|value| !value.is_empty()).map(str::to_owned),
        };
        (found != Self::default()).then_some(found)
    }

    /// How long it is until the whole limit is there again; `None` where the vendor does not say it in a form that is
    /// known: a duration such as `6m0s` or `250ms`, seconds, seconds or milliseconds since 1970, or a date of RFC 3339 or
    /// of HTTP. A time that is past is no wait.
    pub fn resets_in(&self, now: SystemTime) -> Option<Duration> {
        let text = self.reset.as_deref()?.trim();
        let until = |since_1970: Duration| {
            let point = SystemTime::UNIX_EPOCH.checked_add(since_1970)?;
            Some(point.duration_since(now).unwrap_or(Duration::ZERO))
        };
        if let Ok(number) = text.parse::<f64>() {
            let span = |seconds: f64| Duration::try_from_secs_f64(seconds).ok();
            return match number {
                milliseconds if milliseconds >= 1e11 => until(span(milliseconds / 1000.0)?),
                seconds if seconds >= 1e9 => until(span(seconds)?),
                seconds => span(seconds),
            };
        }
        if let Some(duration) = duration(text) {
            return Some(duration);
        }
        match httpdate::parse_http_date(text) {
            Ok(point) => Some(point.duration_since(now).unwrap_or(Duration::ZERO)),
            Err(_) => until(date(text)?),
        }
    }
}

/// A sum of numbers with units, such as `1h2m3.5s`.
fn duration(text: &str) -> Option<Duration> {
    let mut sum = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, behind) = rest.split_at_checked(length)?;
        let length = behind.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(behind.len());
        let (unit, behind) = behind.split_at_checked(length)?;
        let seconds = match unit.trim() {
            "ns" => 1e-9,
            "us" | "µs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        let span = Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()?;
        sum = sum.checked_add(span)?;
        rest = behind;
    }
    (!text.is_empty()).then_some(sum)
}

/// A date of RFC 3339, as the time since 1970; fractions of a second are left out.
fn date(text: &str) -> Option<Duration> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let is = |at: usize, c: char| text.get(at..).is_some_and(|rest| rest.starts_with(c));
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if !(is(4, '-') && is(7, '-') && is(13, ':') && is(16, ':')) {
        return None;
    }
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let zone = text.get(19..)?.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let offset = match zone {
        "Z" | "z" => 0,
        zone => {
            let part = |from: usize, to: usize| zone.get(from..to)?.parse::<i64>().ok();
            let minutes = part(1, 3)?.checked_mul(60)?.checked_add(part(4, 6)?)?;
            if zone.starts_with('-') { minutes.checked_neg()? } else { minutes }
        }
    };
    // The days since 1970, by the calendar in which a year begins in March, so that a leap day comes last.
    let (year, month) =
        if month > 2 { (year, month) } else { (year.checked_sub(1)?, month.checked_add(12)?) };
    let in_years = year.checked_mul(365)?.checked_add(year / 4)?.checked_sub(year / 100)?;
    let in_months = month.checked_mul(153)?.checked_sub(457)? / 5;
    let days = in_years.checked_add(year / 400)?.checked_add(in_months)?.checked_add(day)?;
    let days = days.checked_sub(719_469)?;
    let minutes = days.checked_mul(1440)?.checked_add(hour.checked_mul(60)?)?.checked_add(minute)?;
    let seconds = minutes.checked_sub(offset)?.checked_mul(60)?.checked_add(second)?;
    u64::try_from(seconds).ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_seconds(reset: &str) -> Option<f64> {
        let now = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(1_700_000_000)).unwrap();
        let limit = RateLimit { reset: Some(reset.to_owned()), ..RateLimit::default() };
        limit.resets_in(now).map(|wait| wait.as_secs_f64())
    }

    #[test]
    fn every_form_in_which_vendors_say_when_is_read() {
        for (reset, seconds) in [
            ("1s", 1.0),
            ("6m0s", 360.0),
            ("250ms", 0.25),
            ("1h2m3.5s", 3723.5),
            ("2m59.56s", 179.56),
            ("0", 0.0),
            ("7.5", 7.5),
            ("1700000030", 30.0),
            ("1700000030500", 30.5),
            ("2023-11-14T22:13:50Z", 30.0),
            ("2023-11-14T22:13:50.123Z", 30.0),
            ("2023-11-15T00:13:50+02:00", 30.0),
            ("2023-11-14T17:13:50-05:00", 30.0),
            ("2024-02-29T00:00:00Z", 9_164_800.0),
            ("Tue, 14 Nov 2023 22:13:50 GMT", 30.0),
            ("2020-01-01T00:00:00Z", 0.0),
        ] {
            assert_eq!(in_seconds(reset), Some(seconds), "{reset}");
        }
    }

    #[test]
    fn a_time_that_cannot_be_read_is_not_known() {
        for reset in [
            "",
            "soon",
            "-1",
            "nan",
            "1e300",
            "5 days",
            "s",
            "1x",
            "ms",
            "99999999999999999999h",
            "2023-13-14T00:00:00Z",
            "2023-11-14",
            "2023-11-14T22:13:50",
            "é023-11-14T22:13:50Z",
            "2023-11-14T22:13:50+é",
        ] {
            assert_eq!(in_seconds(reset), None, "{reset}");
        }
    }
}
