use super::python::Value;
use crate::verdict::Obstacle;

/// A day as it is written, `YYYY-MM-DD`; days in this form are in order as texts.
pub(super) fn day(text: &str) -> Result<&str, Obstacle> {
    let is_day = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    is_day.then_some(text).ok_or_else(|| format!("`{text}` is no day; write it as YYYY-MM-DD").into())
}

/// The day of a `datetime.date(year, month, day)`.
pub(super) fn written(value: &Value) -> Option<String> {
    let number = |at: usize| value.argument(at).and_then(Value::number)?.parse::<u32>().ok();
    Some(format!("{:04}-{:02}-{:02}", number(0)?, number(1)?, number(2)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_day_is_a_day() {
        assert_eq!(day("2026-11-25").unwrap(), "2026-11-25");
        for text in ["", "2026-11", "25.11.2026", "2026-11-2x"] {
            assert!(day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_date_of_python_is_written_with_leading_zeros() {
        let value = Value::parse("datetime.date(2026, 3, 13)").unwrap();
        assert_eq!(written(&value).unwrap(), "2026-03-13");
    }
}
