use std::borrow::Cow;

/// Whether a text has 1 to `max` of the letters, digits, `_` and `-` that vendors make names and ids of.
pub fn is_plain(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len()) && text.bytes().all(is_plain_byte)
}

/// A text with `_` for each character that may not stand in a name, cut to `max` bytes; never empty.
pub fn plain(text: &str, max: usize) -> Cow<'_, str> {
    if is_plain(text, max) {
        return Cow::Borrowed(text);
    }
    let mut plain: String = text
        .chars()
        .map(|c| if u8::try_from(c).is_ok_and(is_plain_byte) { c } else { '_' })
        .take(max)
        .collect();
    if plain.is_empty() {
        plain.push('_');
    }
    Cow::Owned(plain)
}

fn is_plain_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}
