/// The text that the body of a JSON string stands for; `None` where only a parser can say what is wrong with it.
pub(super) fn unescape(body: &str) -> Option<String> {
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        text.push_str(plain);
        let mut chars = escaped.chars();
        let (c, used) = match chars.next()? {
            'n' => ('\n', 1),
            't' => ('\t', 1),
            'r' => ('\r', 1),
            'b' => ('\u{8}', 1),
            'f' => ('\u{c}', 1),
            c @ ('"' | '\\' | '/') => (c, 1),
            'u' => unicode(chars.as_str())?,
            _ => return None,
        };
        text.push(c);
        rest = escaped.get(used..)?;
    }
    text.push_str(rest);
    Some(text)
}

/// The character of `uXXXX`, or of a pair of surrogates, and how many bytes it takes, the `u` among them.
fn unicode(digits: &str) -> Option<(char, usize)> {
    let first = unit(digits)?;
    if let Some(c) = char::from_u32(first) {
        return Some((c, 5));
    }
    let second = unit(digits.get(4..)?.strip_prefix("\\u")?)?;
    let pair = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let c = char::decode_utf16(pair).next()?.ok()?;
    (c.len_utf16() == 2).then_some((c, 11))
}

fn unit(digits: &str) -> Option<u32> {
    let digits = digits.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::unescape;

    proptest! {
        #[test]
        fn a_string_is_unescaped_as_a_parser_does(
            body in r#"(a|é|😀|\\[ntrbf/"\\]|\\u00[0-9a-fA-F]{2}|\\uD83D\\uDE0[0-9]|\\uD83D|\\uDE00|\\u12|\\q|\\){0,8}"#
        ) {
            // What stands between the quotes of a string has no quote of its own.
            let mut is_escaped = false;
            prop_assume!(body.bytes().all(|byte| {
                let is_bare = byte == b'"' && !is_escaped;
                is_escaped = byte == b'\\' && !is_escaped;
                !is_bare
            }));
            // What a parser refuses is not taken here either.
            if let Some(text) = unescape(&body) {
                let parsed = serde_json::from_str::<String>(&format!("\"{body}\"")).ok();
                prop_assert_eq!(Some(text), parsed);
            }
        }

        #[test]
        fn every_escape_of_a_parser_is_known(text in any::<String>()) {
            let written = serde_json::to_string(&text).unwrap();
            let body = written.trim_start_matches('"').strip_suffix('"').unwrap_or_default();
            prop_assume!(!text.starts_with('"'));
            prop_assert_eq!(unescape(body), Some(text));
        }
    }
}
