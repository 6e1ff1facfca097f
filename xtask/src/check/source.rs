//! Rust source text, as far as telling code from comments and tests needs it.

/// What stands before an item that only tests see.
const TEST_ONLY: &str = "#[cfg(test)]";

/// `Source` is a Rust source text, character by character, each one known to be code, part of a literal, or comment.
#[derive(Debug)]
pub struct Source {
    characters: Vec<(char, Kind)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Code,
    Literal,
    Comment,
}

impl Source {
    /// Reads a text that the compiler accepts; of another one the result is of no use, but there is one.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut reader = Reader { rest: text.chars().collect(), at: 0, characters: Vec::new() };
        while reader.step() {}
        Self { characters: reader.characters }
    }

    /// The text with blanks in place of comments and of items that only tests see. Lines stay lines.
    #[must_use]
    pub fn without_comments_and_tests(&self) -> String {
        let mut out = String::new();
        let mut at = 0_usize;
        while let Some((character, kind)) = self.characters.get(at) {
            let end = if self.starts_test(at) { self.end_of_item(at) } else { at.saturating_add(1) };
            if end > at.saturating_add(1) {
                let skipped = self.characters.get(at..end).unwrap_or_default();
                out.extend(skipped.iter().map(|(character, _)| blank(*character)));
            } else {
                out.push(if *kind == Kind::Comment { blank(*character) } else { *character });
            }
            at = end;
        }
        out
    }

    fn starts_test(&self, at: usize) -> bool {
        let marker = TEST_ONLY.chars();
        let here = self.characters.get(at..).unwrap_or_default();
        here.len() >= TEST_ONLY.len() && marker.zip(here).all(|(a, (b, kind))| a == *b && *kind == Kind::Code)
    }

    /// Behind the item that begins here: its semicolon, or the brace that closes its first one.
    fn end_of_item(&self, at: usize) -> usize {
        let mut depth = 0_usize;
        let code = self.characters.iter().enumerate().skip(at.saturating_add(TEST_ONLY.len()));
        for (index, (character, _)) in code.filter(|(_, (_, kind))| *kind == Kind::Code) {
            let end = index.saturating_add(1);
            match character {
                '{' => depth = depth.saturating_add(1),
                '}' if depth <= 1 => return end,
                '}' => depth = depth.saturating_sub(1),
                ';' if depth == 0 => return end,
                _ => {}
            }
        }
        self.characters.len()
    }
}

fn blank(character: char) -> char {
    if character == '\n' { '\n' } else { ' ' }
}

struct Reader {
    rest: Vec<char>,
    at: usize,
    characters: Vec<(char, Kind)>,
}

impl Reader {
    /// Reads one thing; false at the end.
    fn step(&mut self) -> bool {
        let Some(character) = self.peek(0) else { return false };
        match (character, self.peek(1)) {
            ('/', Some('/')) => {
                self.take_until(Kind::Comment, |reader| matches!(reader.peek(0), None | Some('\n')))
            }
            ('/', Some('*')) => self.block_comment(),
            ('"', _) => self.quoted('"'),
            ('\'', _) if self.is_character() => self.quoted('\''),
            ('r', _) if self.begins_word() && self.raw_hashes(1).is_some() => self.raw(1),
            ('b' | 'c', Some('r')) if self.begins_word() && self.raw_hashes(2).is_some() => self.raw(2),
            _ => self.take(1, Kind::Code),
        }
        true
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest.get(self.at.saturating_add(ahead)).copied()
    }

    fn take(&mut self, count: usize, kind: Kind) {
        for _ in 0..count {
            let Some(character) = self.peek(0) else { return };
            self.characters.push((character, kind));
            self.at = self.at.saturating_add(1);
        }
    }

    fn take_until(&mut self, kind: Kind, done: impl Fn(&Self) -> bool) {
        while self.peek(0).is_some() && !done(self) {
            self.take(1, kind);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => depth = depth.saturating_add(1),
                (Some('*'), Some('/')) => depth = depth.saturating_sub(1),
                (None, _) => return,
                _ => {
                    self.take(1, Kind::Comment);
                    continue;
                }
            }
            self.take(2, Kind::Comment);
            if depth == 0 {
                return;
            }
        }
    }

    fn quoted(&mut self, quote: char) {
        self.take(1, Kind::Literal);
        while let Some(character) = self.peek(0) {
            self.take(if character == '\\' { 2 } else { 1 }, Kind::Literal);
            if character == quote {
                return;
            }
        }
    }

    /// Whether the quote here begins a character and not a lifetime.
    fn is_character(&self) -> bool {
        self.peek(1) == Some('\\') || self.peek(2) == Some('\'')
    }

    /// Whether no identifier goes on here.
    fn begins_word(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.rest.get(at));
        !before.is_some_and(|character| character.is_alphanumeric() || *character == '_')
    }

    /// The number of hash signs between the prefix and the quote of a raw string; `None` where there is none.
    fn raw_hashes(&self, prefix: usize) -> Option<usize> {
        let behind = self.rest.get(self.at.saturating_add(prefix)..)?;
        let hashes = behind.iter().take_while(|character| **character == '#').count();
        (behind.get(hashes) == Some(&'"')).then_some(hashes)
    }

    fn raw(&mut self, prefix: usize) {
        let hashes = self.raw_hashes(prefix).unwrap_or_default();
        self.take(prefix.saturating_add(hashes).saturating_add(1), Kind::Literal);
        let closes = |reader: &Self| {
            reader.peek(0) == Some('"') && (1..=hashes).all(|ahead| reader.peek(ahead) == Some('#'))
        };
        self.take_until(Kind::Literal, closes);
        self.take(hashes.saturating_add(1), Kind::Literal);
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    fn code(text: &str) -> String {
        let code = Source::new(text).without_comments_and_tests();
        code.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_go_and_texts_that_look_like_comments_stay() {
        assert_eq!(code("a /* b /* c */ d */ e // f\ng"), "a e g");
        assert_eq!(code(r#"let url = "https://x"; // y"#), r#"let url = "https://x";"#);
        assert_eq!(code(r##"let raw = r#"a " // b"#; // c"##), r##"let raw = r#"a " // b"#;"##);
        assert_eq!(code(r#"let quote = "\" // a"; // b"#), r#"let quote = "\" // a";"#);
    }

    #[test]
    fn a_quote_may_be_a_character_or_a_lifetime() {
        assert_eq!(code("let c = '\"'; // x"), "let c = '\"';");
        assert_eq!(code("let c = '\\''; // x"), "let c = '\\'';");
        assert_eq!(code("fn f<'a>(x: &'a str) {} // 'x"), "fn f<'a>(x: &'a str) {}");
    }

    #[test]
    fn items_of_tests_go_whatever_braces_their_texts_hold() {
        assert_eq!(code("a\n#[cfg(test)]\nmod tests { const X: &str = \"}\"; fn f() { '}' } }\nb"), "a b");
        assert_eq!(code("#[cfg(test)]\nmod tests;\nb"), "b");
        assert_eq!(code("\"#[cfg(test)]\" a; b"), "\"#[cfg(test)]\" a; b");
    }

    #[test]
    fn lines_stay_where_they_are() {
        let text = "/* a\nb */\n#[cfg(test)]\nmod t {\n}\nc";
        assert_eq!(
            Source::new(text).without_comments_and_tests().lines().position(|line| line == "c"),
            Some(5)
        );
    }
}
