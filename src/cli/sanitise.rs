//! What a model writes, without what a terminal would obey. Pure: nothing here prints.

use std::mem;

/// The most characters that one escape sequence may have before it is taken for text.
const LONGEST_SEQUENCE: usize = 4096;

/// `Sanitiser` removes control bytes and terminal escapes from a text that comes in pieces.
///
/// What leaves it holds no control character but `\n` and `\t`, and none that reorders text. Where the pieces are
/// cut changes nothing. A sequence that never ends is given up after 4,096 characters, or at the end of the text,
/// and its content is shown as text, so that no answer disappears in it.
#[derive(Debug, Default)]
pub(crate) struct Sanitiser {
    state: State,
    /// The visible characters of the sequence that is being read.
    held: String,
    length: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Text,
    /// After ESC.
    Escape,
    /// After ESC and a character that announces one more.
    EscapeIntermediate,
    /// In a control sequence, which ends with a letter.
    Control,
    /// In an operating-system command, which ends with BEL or with ESC and a backslash.
    Command,
    /// In a device, privacy, application or start-of-string string, which BEL does not end.
    DeviceString,
    /// After ESC within one of the two; a backslash ends it.
    CommandEscape,
}

impl Sanitiser {
    /// Takes the next piece, and returns what may be shown by now.
    pub(crate) fn push(&mut self, piece: &str) -> String {
        let mut shown = String::with_capacity(piece.len());
        for c in piece.chars() {
            self.step(c, &mut shown);
        }
        shown
    }

    /// Ends the text, and returns what was still held back.
    pub(crate) fn finish(&mut self) -> String {
        let unended = matches!(self.state, State::Command | State::DeviceString | State::CommandEscape);
        let held = mem::take(self).held;
        if unended { held } else { String::new() }
    }

    fn step(&mut self, c: char, shown: &mut String) {
        match self.state {
            State::Text => self.text(c, shown),
            State::Escape => self.escape(c, shown),
            State::EscapeIntermediate => match c {
                ' '..='/' => self.hold(c, shown),
                '0'..='~' => self.end(),
                _ => self.abort(c, shown),
            },
            State::Control => match c {
                ' '..='?' => self.hold(c, shown),
                '@'..='~' => self.end(),
                _ => self.abort(c, shown),
            },
            State::Command | State::DeviceString => match c {
                '\u{7}' if self.state == State::Command => self.end(),
                '\u{9c}' | '\u{18}' | '\u{1a}' => self.end(),
                '\u{1b}' => self.state = State::CommandEscape,
                _ => self.hold(c, shown),
            },
            State::CommandEscape if c == '\\' => self.end(),
            State::CommandEscape => self.escape(c, shown),
        }
    }

    fn text(&mut self, c: char, shown: &mut String) {
        match c {
            '\u{1b}' => self.begin(State::Escape),
            '\u{9b}' => self.begin(State::Control),
            '\u{9d}' => self.begin(State::Command),
            '\u{90}' | '\u{98}' | '\u{9e}' | '\u{9f}' => self.begin(State::DeviceString),
            _ if is_visible(c) => shown.push(c),
            _ => {}
        }
    }

    fn escape(&mut self, c: char, shown: &mut String) {
        match c {
            '[' => self.begin(State::Control),
            ']' => self.begin(State::Command),
            'P' | 'X' | '^' | '_' => self.begin(State::DeviceString),
            ' '..='/' => self.begin(State::EscapeIntermediate),
            '0'..='~' => self.end(),
            _ => self.abort(c, shown),
        }
    }

    fn begin(&mut self, state: State) {
        self.end();
        self.state = state;
    }

    fn end(&mut self) {
        self.state = State::Text;
        self.held.clear();
        self.length = 0;
    }

    /// The sequence is broken off by a character that is none of its own, and that counts for itself.
    fn abort(&mut self, c: char, shown: &mut String) {
        self.end();
        self.text(c, shown);
    }

    fn hold(&mut self, c: char, shown: &mut String) {
        if is_visible(c) {
            self.held.push(c);
        }
        self.length = self.length.saturating_add(1);
        if self.length >= LONGEST_SEQUENCE {
            shown.push_str(&self.held);
            self.end();
        }
    }
}

/// A whole text, cleaned.
pub(crate) fn clean(text: &str) -> String {
    let mut sanitiser = Sanitiser::default();
    let mut shown = sanitiser.push(text);
    shown.push_str(&sanitiser.finish());
    shown
}

/// A whole text, cleaned, on one line.
pub(crate) fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_visible(c: char) -> bool {
    match c {
        '\n' | '\t' => true,
        // These reorder what a person reads, so that it is not what a program reads.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        _ => !c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sequences_of_every_kind_disappear_and_the_text_around_them_stays() {
        for (kind, sequence) in [
            ("colour", "\u{1b}[31;1m"),
            ("cursor", "\u{1b}[2J"),
            ("private mode", "\u{1b}[?1049h"),
            ("title", "\u{1b}]0;owned\u{7}"),
            ("link", "\u{1b}]8;;https://a.example\u{1b}\\"),
            ("clipboard", "\u{1b}]52;c;ZXZpbA==\u{9c}"),
            ("device control", "\u{1b}P+q544e\u{1b}\\"),
            ("application", "\u{1b}_Gf=24;AAAA\u{1b}\\"),
            ("privacy", "\u{1b}^x\u{1b}\\"),
            ("start of string", "\u{1b}Xx\u{1b}\\"),
            ("two characters", "\u{1b}c"),
            ("character set", "\u{1b}(B"),
            ("one-character control sequence", "\u{9b}31m"),
            ("one-character command", "\u{9d}0;owned\u{7}"),
            ("one-character string", "\u{90}x\u{9c}"),
            ("bell", "\u{7}"),
            ("overwriting", "\r"),
            ("backspace", "\u{8}\u{8}"),
            ("delete", "\u{7f}"),
            ("next line", "\u{85}"),
            ("right to left", "\u{202e}\u{2066}\u{2069}\u{200f}\u{61c}"),
        ] {
            assert_eq!(clean(&format!("a{sequence}b")), "ab", "{kind}");
        }
        assert_eq!(clean("a\tb\r\nc é 固 😀"), "a\tb\nc é 固 😀");
    }

    #[test]
    fn a_bell_does_not_end_a_device_string() {
        assert_eq!(clean("a\u{1b}Px\u{7}y\u{1b}\\b"), "ab");
    }

    #[test]
    fn a_sequence_broken_off_by_another_hides_nothing_after_it() {
        assert_eq!(clean("a\u{1b}[3\u{1b}[1mb"), "ab");
        assert_eq!(clean("a\u{1b}]0;x\u{1b}[1mb"), "ab");
        assert_eq!(clean("a\u{1b}[3\nb"), "a\nb");
        assert_eq!(clean("a\u{1b}é"), "aé");
    }

    #[test]
    fn a_sequence_that_never_ends_does_not_swallow_the_answer() {
        let long = "x".repeat(LONGEST_SEQUENCE * 2);
        for start in ["\u{1b}]", "\u{1b}P"] {
            assert_eq!(clean(&format!("a{start}{long}b")), format!("a{long}b"));
            assert_eq!(clean(&format!("a{start}0;the rest")), "a0;the rest");
        }
        let digits = "1".repeat(LONGEST_SEQUENCE * 2);
        assert_eq!(clean(&format!("\u{1b}[{digits}")).len(), LONGEST_SEQUENCE * 2);
    }

    #[test]
    fn an_error_text_becomes_one_line() {
        assert_eq!(one_line("bad\u{1b}[31m\n  request\t\u{7}"), "bad request");
    }

    fn dangerous() -> impl Strategy<Value = Vec<String>> {
        let piece = prop_oneof![
            Just("\u{1b}".to_owned()),
            Just("[".to_owned()),
            Just("]".to_owned()),
            Just("\\".to_owned()),
            Just("\u{7}".to_owned()),
            Just("\u{9c}".to_owned()),
            "[\u{80}-\u{9f}]",
            "[\u{0}-\u{1f}]",
            "[P_^X;?0-9mh(]",
            "\\PC{1,3}",
            Just("y".repeat(LONGEST_SEQUENCE)),
        ];
        proptest::collection::vec(piece, 0..40)
    }

    proptest! {
        #[test]
        fn where_the_text_is_cut_changes_nothing(pieces in dangerous()) {
            let mut sanitiser = Sanitiser::default();
            let mut shown: String = pieces.iter().map(|piece| sanitiser.push(piece)).collect();
            shown.push_str(&sanitiser.finish());
            let whole = pieces.concat();
            prop_assert_eq!(&shown, &clean(&whole));
            let mut one_by_one = Sanitiser::default();
            let mut by_char: String = whole.chars().map(|c| one_by_one.push(&c.to_string())).collect();
            by_char.push_str(&one_by_one.finish());
            prop_assert_eq!(&shown, &by_char);
        }

        #[test]
        fn nothing_that_a_terminal_obeys_is_left(pieces in dangerous()) {
            let shown = clean(&pieces.concat());
            prop_assert!(shown.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()), "{:?}", shown);
        }

        #[test]
        fn harmless_text_is_unchanged(text in "[^\\p{C}]*") {
            prop_assert_eq!(clean(&text), text);
        }
    }
}
