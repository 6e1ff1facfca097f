use std::borrow::Cow;
use std::ops::Range;

use super::unescape::unescape;

/// `Template` recognises a frame that differs from an earlier one in a few strings and counters only, and gives one of
/// the strings, without parsing the rest again.
///
/// Consecutive events of a stream differ in little but the delta. A decoder that has parsed an event, and knows that
/// it did nothing but hand out one of its strings, teaches the event to a template; the next event that matches does
/// nothing else either. Whatever differs anywhere else, or in a way that a parser would have to look at, does not
/// match, and the decoder parses it in full.
#[derive(Debug, Default)]
pub struct Template {
    /// The event as it was, its content apart from the holes being what must come again.
    text: TemplateText,
    /// Where the strings and counters that may differ stand in it, in order, strings without their quotes.
    holes: Vec<Hole>,
    /// Which of them is wanted.
    wanted: usize,
}

#[derive(Default)]
struct TemplateText(String);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Hole {
    place: Range<usize>,
    kind: HoleKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HoleKind {
    Text,
    Counter,
}

impl std::fmt::Debug for TemplateText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        crate::redact::Hidden(&self.0).fmt(f)
    }
}

impl Template {
    /// Learns a frame: `wanted` is a string of it, `others` are strings and counters (numbers of nothing but digits) that
    /// may differ, all borrowed from `data` itself, strings without their quotes. Others that are none of these are
    /// ignored, and must come again as they are; if `wanted` is no such string, the template matches nothing.
    pub fn learn(&mut self, data: &str, wanted: &str, others: &[&str]) {
        self.forget();
        let Some(hole) = Hole::of(data, wanted).filter(|hole| hole.kind == HoleKind::Text) else { return };
        self.holes.extend(others.iter().filter_map(|other| Hole::of(data, other)));
        self.holes.push(hole.clone());
        self.holes.sort_unstable_by_key(|hole| hole.place.start);
        self.wanted = self.holes.iter().position(|other| *other == hole).unwrap_or_default();
        self.text.0.push_str(data);
    }

    /// Matches nothing until it learns again. Keeps its memory.
    pub fn forget(&mut self) {
        self.text.0.clear();
        self.holes.clear();
    }

    /// The wanted string, if `data` is the frame that was learned but for the strings that may differ.
    pub fn find<'a>(&self, data: &'a str) -> Option<Cow<'a, str>> {
        let mut wanted = None;
        let mut rest = data;
        let mut done = 0;
        for (number, hole) in self.holes.iter().enumerate() {
            rest = rest.strip_prefix(self.text.0.get(done..hole.place.start)?)?;
            done = hole.place.end;
            if hole.kind == HoleKind::Counter {
                rest = rest.get(counter_length(rest)?..)?;
                continue;
            }
            let body = StringBody::of(rest)?;
            rest = rest.get(body.text.len()..)?;
            if number == self.wanted {
                wanted = Some(body);
            } else if body.is_escaped {
                return None;
            }
        }
        if rest != self.text.0.get(done..)? {
            return None;
        }
        let StringBody { text, is_escaped } = wanted?;
        if is_escaped { unescape(text).map(Cow::Owned) } else { Some(Cow::Borrowed(text)) }
    }
}

/// What stands between the quotes of a string.
struct StringBody<'a> {
    text: &'a str,
    is_escaped: bool,
}

impl<'a> StringBody<'a> {
    /// The string whose opening quote has been read; `None` where it does not end, or where a parser would refuse it.
    fn of(rest: &'a str) -> Option<Self> {
        // Deltas are short: to look at each byte once takes less than to set up a search over many bytes at a time.
        let (mut is_escaped, mut is_next_escaped) = (false, false);
        for (at, byte) in rest.bytes().enumerate() {
            match byte {
                ..0x20 => return None,
                _ if is_next_escaped => is_next_escaped = false,
                b'"' => return Some(Self { text: rest.get(..at)?, is_escaped }),
                b'\\' => (is_escaped, is_next_escaped) = (true, true),
                _ => {}
            }
        }
        None
    }
}

impl Hole {
    /// Where a string or a counter that is borrowed from a frame stands in it: the one between quotes, the other between
    /// what may stand around a number.
    fn of(data: &str, part: &str) -> Option<Self> {
        let start = (part.as_ptr() as usize).checked_sub(data.as_ptr() as usize)?;
        let place = start..start.checked_add(part.len())?;
        if data.get(place.clone()) != Some(part) {
            return None;
        }
        let around = (data.as_bytes().get(start.checked_sub(1)?)?, data.as_bytes().get(place.end)?);
        let kind = match around {
            (b'"', b'"') => HoleKind::Text,
            (b':' | b' ', b',' | b'}' | b' ') if counter_length(part) == Some(part.len()) => {
                HoleKind::Counter
            }
            _ => return None,
        };
        Some(Self { place, kind })
    }
}

/// How many bytes a counter takes with which a text begins: digits, and no zero before others.
fn counter_length(text: &str) -> Option<usize> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    (length == 1 || length > 1 && !text.starts_with('0')).then_some(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;
    use serde_json::value::RawValue;

    use super::*;
    use crate::json::JsonText;

    #[derive(Deserialize)]
    struct Event<'a> {
        #[serde(borrow)]
        id: JsonText<'a>,
        #[serde(borrow)]
        text: JsonText<'a>,
        #[serde(borrow)]
        noise: JsonText<'a>,
        #[serde(borrow)]
        number: &'a RawValue,
    }

    fn event(id: &str, text: &str, noise: &str) -> String {
        numbered(id, text, noise, "7")
    }

    fn numbered(id: &str, text: &str, noise: &str, number: &str) -> String {
        format!(r#"{{"id":"{id}","text":"{text}","number":{number},"noise":"{noise}","end":null}}"#)
    }

    fn learned(data: &str) -> Template {
        let parsed: Event<'_> = serde_json::from_str(data).unwrap();
        let mut template = Template::default();
        template.learn(data, &parsed.text, &[&parsed.noise, parsed.number.get()]);
        template
    }

    #[test]
    fn only_the_strings_that_may_differ_may_differ() {
        let template = learned(&event("1", "a", "x"));
        assert_eq!(template.find(&event("1", "hello", "xyz")).unwrap(), "hello");
        assert_eq!(template.find(&event("1", "", "")).unwrap(), "");
        assert_eq!(template.find(&event("1", r"a\n\u00e9\uD83D\uDE00\\", "x")).unwrap(), "a\né😀\\");
        assert_eq!(template.find(&event("2", "hello", "x")), None);
        assert_eq!(template.find(&event("1", r#"a","text":"b"#, "x")), None);
        assert_eq!(template.find(&event("1", r"\q", "x")), None);
        assert_eq!(template.find(&event("1", "\t", "x")), None);
        assert_eq!(template.find(&format!("{} ", event("1", "a", "x"))), None);
        assert_eq!(template.find(""), None);
        assert_eq!(Template::default().find(""), None);
    }

    #[test]
    fn a_counter_may_differ_and_nothing_else_may_stand_in_its_place() {
        let template = learned(&event("1", "a", "x"));
        for number in ["8", "0", "10", "12345678901234567890"] {
            assert_eq!(template.find(&numbered("1", "b", "x", number)).as_deref(), Some("b"), "{number}");
        }
        for number in ["", "-1", "1.5", "1e3", "01", "00", "null", "\"1\"", "1 ", "[1]"] {
            assert_eq!(template.find(&numbered("1", "b", "x", number)), None, "{number}");
        }
        // What is no counter where it is learned must come again as it is.
        let template = learned(&numbered("1", "a", "x", "1.5"));
        assert_eq!(template.find(&numbered("1", "b", "x", "1.5")).unwrap(), "b");
        assert_eq!(template.find(&numbered("1", "b", "x", "2.5")), None);
    }

    #[test]
    fn a_string_that_is_not_borrowed_from_the_frame_teaches_nothing() {
        let mut template = Template::default();
        let data = event("1", "a", "x");
        template.learn(&data, &String::from("a"), &[]);
        assert_eq!(template.find(&data), None);
    }

    proptest! {
        #[test]
        fn what_matches_is_what_a_parser_reads(
            id in "[12]", text in r#"(a|\\n|\\u00e9|\\"|"|\\|é|	|,){0,6}"#, noise in r#"(x|\\n|"|\\){0,3}"#,
            number in "[0-9]{0,3}|-1|1\\.5|null|1,\"noise\":1"
        ) {
            let template = learned(&event("1", "first", "n"));
            let data = numbered(&id, &text, &noise, &number);
            if let Some(found) = template.find(&data) {
                let parsed: Event<'_> = serde_json::from_str(&data).unwrap();
                prop_assert_eq!(&*found, &*parsed.text);
                prop_assert_eq!(&*parsed.id, "1");
                prop_assert_eq!(parsed.number.get(), number);
            }
        }
    }
}
