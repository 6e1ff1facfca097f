use serde_json::value::RawValue;

use super::Json;

/// How deep a value is looked into; a parser without such a limit takes what is deeper.
const DEPTH: u8 = 64;

/// `Scanner` goes through a JSON text from its start to its end, and gives the values that are asked for, checked and
/// unread. It copies nothing, and looks at each byte once.
///
/// Whatever it is asked for, `None` says that something else stands there, be it JSON or not: its user has a parser say
/// what is wrong. Names with escapes are among that.
#[derive(Debug)]
pub struct Scanner<'a> {
    json: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    /// A scanner at the start of a text.
    pub fn new(json: &'a str) -> Self {
        Self { json, at: 0 }
    }

    /// How many bytes have been read: behind a member's value, where it ends.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Reads an object: `each` gets the name of each member, and reads its value.
    pub fn object(&mut self, each: impl FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        self.token(b'{')?;
        if self.token(b'}').is_some() {
            return Some(());
        }
        self.members(each)
    }

    /// Reads the rest of an object whose first `known` bytes, its opening brace among them, end behind one of its
    /// members. That they do is known from another text that begins with them.
    pub fn rest_of_object(
        &mut self,
        known: usize,
        each: impl FnMut(&mut Self, &'a str) -> Option<()>,
    ) -> Option<()> {
        self.at = known;
        match self.next_token()? {
            b',' => self.members(each),
            b'}' => Some(()),
            _ => None,
        }
    }

    /// Reads an array: `each` reads each element.
    pub fn array(&mut self, mut each: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.token(b'[')?;
        if self.token(b']').is_some() {
            return Some(());
        }
        loop {
            each(self)?;
            match self.next_token()? {
                b',' => {}
                b']' => return Some(()),
                _ => return None,
            }
        }
    }

    /// Reads `null`, if it is next.
    pub fn null(&mut self) -> bool {
        self.space();
        self.peek() == Some(b'n') && self.word("null").is_some()
    }

    /// Reads a value of any kind.
    pub fn value(&mut self) -> Option<Json<'a>> {
        self.space();
        let start = self.at;
        if self.skip(DEPTH).is_none() {
            self.at = start.saturating_add(parsed(self.json.get(start..)?)?);
        }
        self.json.get(start..self.at).map(Json::scanned)
    }

    /// Whether nothing follows but white space.
    pub fn end(&mut self) -> Option<()> {
        self.space();
        self.peek().is_none().then_some(())
    }

    fn members(&mut self, mut each: impl FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        loop {
            self.token(b'"')?;
            let start = self.at;
            if self.string()? {
                return None;
            }
            let name = self.json.get(start..self.at.checked_sub(1)?)?;
            self.token(b':')?;
            each(self, name)?;
            match self.next_token()? {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    /// Skips a value, which begins at once.
    fn skip(&mut self, depth: u8) -> Option<()> {
        match self.peek()? {
            b'"' => {
                self.advance(1);
                self.string().map(drop)
            }
            b'{' => self.skip_object(depth.checked_sub(1)?),
            b'[' => {
                let depth = depth.checked_sub(1)?;
                self.array(|scanner| {
                    scanner.space();
                    scanner.skip(depth)
                })
            }
            b'n' => self.word("null"),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            _ => self.number(),
        }
    }

    fn skip_object(&mut self, depth: u8) -> Option<()> {
        self.advance(1);
        if self.token(b'}').is_some() {
            return Some(());
        }
        loop {
            self.token(b'"')?;
            self.string()?;
            self.token(b':')?;
            self.space();
            self.skip(depth)?;
            match self.next_token()? {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    /// Skips a string whose opening quote has been read, the closing one with it. Says whether it has escapes.
    fn string(&mut self) -> Option<bool> {
        let mut is_escaped = false;
        loop {
            self.plain();
            match self.next()? {
                b'"' => return Some(is_escaped),
                b'\\' => is_escaped = true,
                _ => return None,
            }
            match self.next()? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                b'u' => {
                    let end = self.at.saturating_add(4);
                    let digits = self.json.as_bytes().get(self.at..end)?;
                    if !digits.iter().all(u8::is_ascii_hexdigit) {
                        return None;
                    }
                    self.at = end;
                }
                _ => return None,
            }
        }
    }

    /// Skips bytes of a string that stand for themselves, eight at a time.
    #[inline]
    fn plain(&mut self) {
        let mut rest = self.json.as_bytes().get(self.at..).unwrap_or_default();
        while let Some((eight, after)) = rest.split_first_chunk::<8>() {
            let special = specials(u64::from_le_bytes(*eight));
            if special != 0 {
                return self.advance((special.trailing_zeros() / 8) as usize);
            }
            self.advance(8);
            rest = after;
        }
        let is_plain = |byte: &&u8| **byte >= 0x20 && !matches!(**byte, b'"' | b'\\');
        self.advance(rest.iter().take_while(is_plain).count());
    }

    fn number(&mut self) -> Option<()> {
        self.take(b'-');
        match self.next()? {
            b'0' => {}
            b'1'..=b'9' => {
                self.digits();
            }
            _ => return None,
        }
        if self.take(b'.') && !self.digits() {
            return None;
        }
        if self.take(b'e') || self.take(b'E') {
            let _is_signed = self.take(b'+') || self.take(b'-');
            if !self.digits() {
                return None;
            }
        }
        Some(())
    }

    /// Skips digits. Says whether there were any.
    fn digits(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.advance(1);
        }
        self.at > start
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let end = self.at.saturating_add(word.len());
        (self.json.as_bytes().get(self.at..end)? == word.as_bytes()).then_some(())?;
        self.at = end;
        Some(())
    }

    /// Reads a byte that stands behind white space or at once; none is read if it is another.
    #[inline]
    fn token(&mut self, byte: u8) -> Option<()> {
        self.space();
        self.take(byte).then_some(())
    }

    #[inline]
    fn next_token(&mut self) -> Option<u8> {
        self.space();
        self.next()
    }

    #[inline]
    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.advance(1);
        }
    }

    #[inline]
    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        if is_there {
            self.advance(1);
        }
        is_there
    }

    #[inline]
    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.advance(1);
        Some(byte)
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn advance(&mut self, by: usize) {
        self.at = self.at.saturating_add(by);
    }
}

/// How long the value is that a text begins with, as a parser says.
#[cold]
fn parsed(json: &str) -> Option<usize> {
    let mut values = serde_json::Deserializer::from_str(json).into_iter::<&RawValue>();
    values.next()?.ok()?;
    Some(values.byte_offset())
}

/// The high bit of the first byte that is a quote, a backslash or a control character; above it, anything.
fn specials(bytes: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    let below = |bytes: u64, limit: u8| bytes.wrapping_sub(u64::from_le_bytes([limit; 8])) & !bytes;
    let quote = bytes ^ u64::from_le_bytes([b'"'; 8]);
    let backslash = bytes ^ u64::from_le_bytes([b'\\'; 8]);
    let is_quote = quote.wrapping_sub(ONES) & !quote;
    let is_backslash = backslash.wrapping_sub(ONES) & !backslash;
    (below(bytes, 0x20) | is_quote | is_backslash) & HIGH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(json: &str) -> Option<&str> {
        let mut scanner = Scanner::new(json);
        let value = scanner.value()?;
        scanner.end()?;
        Some(value.get())
    }

    fn parsed_value(json: &str) -> Option<&str> {
        serde_json::from_str::<&RawValue>(json).ok().map(RawValue::get)
    }

    fn members(json: &str) -> Option<Vec<(&str, &str)>> {
        let mut members = Vec::new();
        let mut scanner = Scanner::new(json);
        scanner.object(|scanner, name| {
            members.push((name, scanner.value()?.get()));
            Some(())
        })?;
        scanner.end()?;
        Some(members)
    }

    #[test]
    fn a_value_that_lies_deeper_than_is_looked_is_read_all_the_same() {
        let deep = format!("{}1{}", "[".repeat(1000), "]".repeat(1000));
        assert_eq!(value(&deep), Some(&*deep));
        assert_eq!(value(deep.get(1..).unwrap()), None);
    }

    #[test]
    fn members_come_in_their_order_and_names_with_escapes_are_left_to_a_parser() {
        let json = " {\"a\" : [1, {\"b\":2}] , \"c\":\"\\u00e9\" ,\"a\":null} ";
        assert_eq!(members(json), Some(vec![("a", "[1, {\"b\":2}]"), ("c", "\"\\u00e9\""), ("a", "null")]));
        assert_eq!(members("{}"), Some(Vec::new()));
        for other in ["{\"\\n\":1}", "{\"a\":1,}", "{,}", "{\"a\"}", "{\"a\":1} x", "[]", "{", ""] {
            assert_eq!(members(other), None, "{other}");
        }
    }

    #[test]
    fn the_rest_of_an_object_is_read_from_behind_a_known_member() {
        let rest = |json: &'static str| {
            let mut names = Vec::new();
            let mut scanner = Scanner::new(json);
            scanner.rest_of_object(r#"{"a":1"#.len(), |scanner, name| {
                names.push(name);
                scanner.value().map(drop)
            })?;
            scanner.end()?;
            Some(names)
        };
        assert_eq!(rest(r#"{"a":1 , "b":2,"c":[]} "#), Some(vec!["b", "c"]));
        assert_eq!(rest(r#"{"a":1}"#), Some(Vec::new()));
        for other in [r#"{"a":12}"#, r#"{"a":1,}"#, r#"{"a":1"#, r#"{"a":1]"#, r#"{"a":1.5,"b":1}"#] {
            assert_eq!(rest(other), None, "{other}");
        }
    }

    #[test]
    fn an_array_is_read_element_by_element_and_null_is_told_apart() {
        let mut scanner = Scanner::new("[null, nul, 1]");
        let mut read = Vec::new();
        assert_eq!(
            scanner.array(|scanner| {
                read.push(scanner.null());
                (*read.last()?).then_some(())
            }),
            None
        );
        assert_eq!(read, [true, false]);
    }

    const TOKENS: &str = r#"(\{|\}|\[|\]|,|:|"|"a":|"b"|"\\|\\n|\\u00e9|\\u00|\\q|null|true|false|nul|0|12|-|\.|e|E\+|x|é|😀| |
|	|plain text of some length|){0,12}"#;

    proptest! {
        #[test]
        fn what_is_a_value_is_what_a_parser_takes_for_one(json in TOKENS) {
            prop_assert_eq!(value(&json), parsed_value(&json));
        }

        #[test]
        fn a_value_with_a_byte_changed_is_read_as_a_parser_reads_it(
            text in any::<String>(), number in any::<f64>(), at in any::<prop::sample::Index>(), byte in 0_u8..128
        ) {
            let whole = serde_json::json!({"text": [text, {"n": number}, []], "é": null, "t": [true, {}]});
            let json = whole.to_string();
            prop_assert_eq!(value(&json), Some(&*json));
            let mut changed = json.clone().into_bytes();
            let at = at.index(changed.len());
            changed[at] = byte;
            if let Ok(changed) = String::from_utf8(changed) {
                prop_assert_eq!(value(&changed), parsed_value(&changed));
            }
        }

        #[test]
        fn members_are_those_that_a_parser_finds(json in TOKENS) {
            let json = format!("{{\"k\":{json}}}");
            if let Some(found) = members(&json) {
                let parsed: Vec<(String, String)> = crate::json::Members::<0>::parsed(&json).unwrap();
                let found: Vec<_> = found.into_iter().map(|(name, raw)| (name.to_owned(), raw.to_owned())).collect();
                prop_assert_eq!(found, parsed);
            }
        }
    }
}
