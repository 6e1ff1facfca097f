use std::borrow::Cow;

/// Replaces escapes such as `\ud83d` that stand without their other half by that of U+FFFD. Parsers refuse a whole text for
/// one of them, and models that stop within a character write them.
pub fn without_half_characters(json: &str) -> Cow<'_, str> {
    // Most texts have no escape at all.
    if memchr::memchr(b'\\', json.as_bytes()).is_none() || (!json.contains("\\ud") && !json.contains("\\uD"))
    {
        return Cow::Borrowed(json);
    }
    let mut repaired = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((before, after)) = rest.split_once('\\') {
        repaired.push_str(before);
        let (escape, unit) = (after.get(..1).unwrap_or_default(), code_unit(after));
        let length = match unit {
            Some(0xd800..=0xdbff) if after.get(5..).and_then(low_half).is_some() => 11,
            Some(0xd800..=0xdfff) => {
                repaired.push_str("\\ufffd");
                rest = after.get(5..).unwrap_or_default();
                continue;
            }
            Some(_) => 5,
            None => escape.len(),
        };
        let (kept, next) = after.split_at_checked(length).unwrap_or((after, ""));
        repaired.push('\\');
        repaired.push_str(kept);
        rest = next;
    }
    repaired.push_str(rest);
    if repaired == json { Cow::Borrowed(json) } else { Cow::Owned(repaired) }
}

fn low_half(text: &str) -> Option<u16> {
    code_unit(text.strip_prefix('\\')?).filter(|unit| (0xdc00..=0xdfff).contains(unit))
}

/// The number in an escape such as `u00e9`.
fn code_unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix('u')?.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::without_half_characters;

    #[test]
    fn halves_are_replaced_and_whole_characters_and_escaped_backslashes_stay() {
        for (given, whole) in [
            (r"a\nb", r"a\nb"),
            (r"\ud83d\ude00", r"\ud83d\ude00"),
            (r"\ud83d!", r"\ufffd!"),
            (r"\uDE00", r"\ufffd"),
            (r"\\ud83d", r"\\ud83d"),
            (r"\ud83d\ud83d\ude00", r"\ufffd\ud83d\ude00"),
            (r"\ud83", r"\ud83"),
            ("", ""),
        ] {
            assert_eq!(without_half_characters(given), whole, "{given}");
        }
    }
}
