use std::borrow::Cow;
use std::ops::Range;

use super::unescape::unescape;

/// `Template` recognises a frame that differs from an earlier one in a few strings and numbers only, and gives one of
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
    /// What may differ in it, in order.
    holes: Vec<Hole>,
    /// Which of them is wanted.
    wanted: usize,
    /// Where the part stands whose numbers may differ: behind the start of its first hole and of its last one.
    counted: Option<Counted>,
}

/// `Found` is what a frame that matches a template holds.
#[derive(Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// The wanted string.
    pub text: Cow<'a, str>,
    /// The part whose numbers may differ, as it is now; `None` where the template has no such part.
    pub counted: Option<&'a str>,
}

#[derive(Default)]
struct TemplateText(String);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Hole {
    /// Where it stands; of a string, without its quotes.
    range: Range<usize>,
    is_number: bool,
}

#[derive(Clone, Copy, Debug)]
struct Counted {
    /// The first of the part's holes, and how far behind the part's start it begins.
    first: (usize, usize),
    /// The last of the part's holes, and how far before the part's end it ends.
    last: (usize, usize),
}

impl std::fmt::Debug for TemplateText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        crate::redact::Hidden(&self.0).fmt(f)
    }
}

impl Template {
    /// Learns a frame: `wanted` and `others` are strings of it that may differ, borrowed from `data` itself. Strings
    /// that are not are ignored; if `wanted` is not, the template matches nothing.
    pub fn learn(&mut self, data: &str, wanted: &str, others: &[&str]) {
        self.learn_counted(data, wanted, others, "");
    }

    /// The same, for a frame that counts: in `counted`, a JSON value of it that is borrowed from `data` as well, the
    /// whole numbers may differ too.
    pub fn learn_counted(&mut self, data: &str, wanted: &str, others: &[&str], counted: &str) {
        self.forget();
        let Some(hole) = place(data, wanted) else { return };
        self.holes.extend(others.iter().filter_map(|other| place(data, other)).map(Hole::text));
        let part = within(data, counted).filter(|part| !part.is_empty());
        if let Some(part) = &part {
            self.holes.extend(numbers(counted).map(|number| Hole::number(part.start, number)));
        }
        let hole = Hole::text(hole);
        self.holes.push(hole.clone());
        self.holes.sort_unstable_by_key(|hole| hole.range.start);
        self.wanted = self.holes.iter().position(|other| *other == hole).unwrap_or_default();
        self.counted = part.and_then(|part| Counted::of(&part, &self.holes));
        self.text.0.push_str(data);
    }

    /// Matches nothing until it learns again. Keeps its memory.
    pub fn forget(&mut self) {
        self.text.0.clear();
        self.holes.clear();
        self.counted = None;
    }

    /// The wanted string, if `data` is the frame that was learned but for what may differ.
    pub fn find<'a>(&self, data: &'a str) -> Option<Cow<'a, str>> {
        self.find_counted(data).map(|found| found.text)
    }

    /// The same, with the part whose numbers may differ.
    pub fn find_counted<'a>(&self, data: &'a str) -> Option<Found<'a>> {
        let mut wanted = None;
        let (mut start, mut end) = (0, 0);
        let mut rest = data;
        let mut done = 0;
        for (number, hole) in self.holes.iter().enumerate() {
            rest = rest.strip_prefix(self.text.0.get(done..hole.range.start)?)?;
            let body = if hole.is_number {
                StringBody { text: whole_number(rest)?, is_escaped: false }
            } else {
                StringBody::of(rest)?
            };
            let at = data.len().saturating_sub(rest.len());
            rest = rest.get(body.text.len()..)?;
            if let Some(Counted { first, last }) = self.counted {
                if number == first.0 {
                    start = at.saturating_sub(first.1);
                }
                if number == last.0 {
                    end = at.saturating_add(body.text.len()).saturating_add(last.1);
                }
            }
            if number == self.wanted {
                wanted = Some(body);
            } else if body.is_escaped {
                return None;
            }
            done = hole.range.end;
        }
        if rest != self.text.0.get(done..)? {
            return None;
        }
        let StringBody { text, is_escaped } = wanted?;
        let text = if is_escaped { Cow::Owned(unescape(text)?) } else { Cow::Borrowed(text) };
        let counted = if self.counted.is_some() { Some(data.get(start..end)?) } else { None };
        Some(Found { text, counted })
    }
}

impl Hole {
    fn text(range: Range<usize>) -> Self {
        Self { range, is_number: false }
    }

    fn number(start: usize, range: Range<usize>) -> Self {
        let range = start.saturating_add(range.start)..start.saturating_add(range.end);
        Self { range, is_number: true }
    }
}

impl Counted {
    /// `None` where the part has no number.
    fn of(part: &Range<usize>, holes: &[Hole]) -> Option<Self> {
        let is_inside =
            |hole: &Hole| hole.is_number && part.start <= hole.range.start && hole.range.end <= part.end;
        let first = holes.iter().position(is_inside)?;
        let last = holes.iter().rposition(is_inside)?;
        Some(Self {
            first: (first, holes.get(first)?.range.start.saturating_sub(part.start)),
            last: (last, part.end.saturating_sub(holes.get(last)?.range.end)),
        })
    }
}

/// The whole numbers of a JSON value that are neither negative nor written as fractions, and stand in no string.
fn numbers(json: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = json.as_bytes();
    let mut at = 0_usize;
    std::iter::from_fn(move || {
        while let Some(byte) = bytes.get(at) {
            let start = at;
            at = at.saturating_add(1);
            match byte {
                b'"' => {
                    let rest = json.get(at..).and_then(StringBody::of)?;
                    at = at.saturating_add(rest.text.len()).saturating_add(1);
                }
                b'-' | b'0'..=b'9' => {
                    let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
                    let length = bytes.get(start..)?.iter().take_while(is_part).count();
                    at = start.saturating_add(length);
                    let number = json.get(start..at)?;
                    if whole_number(number) == Some(number) {
                        return Some(start..at);
                    }
                }
                _ => {}
            }
        }
        None
    })
}

/// The digits that a text begins with, if a parser takes them as a number.
fn whole_number(rest: &str) -> Option<&str> {
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let digits = rest.get(..length)?;
    (length == 1 || (length > 1 && !digits.starts_with('0'))).then_some(digits)
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

/// Where a string that is borrowed from a frame stands in it, if it stands between quotes.
fn place(data: &str, part: &str) -> Option<Range<usize>> {
    let place = within(data, part)?;
    let before = data.as_bytes().get(place.start.checked_sub(1)?);
    (before == Some(&b'"') && data.as_bytes().get(place.end) == Some(&b'"')).then_some(place)
}

/// Where a text that is borrowed from a frame stands in it.
fn within(data: &str, part: &str) -> Option<Range<usize>> {
    let start = (part.as_ptr() as usize).checked_sub(data.as_ptr() as usize)?;
    let end = start.checked_add(part.len())?;
    (data.get(start..end) == Some(part)).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

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
    }

    fn event(id: &str, text: &str, noise: &str) -> String {
        format!(r#"{{"id":"{id}","text":"{text}","noise":"{noise}","end":null}}"#)
    }

    fn learned(data: &str) -> Template {
        let parsed: Event<'_> = serde_json::from_str(data).unwrap();
        let mut template = Template::default();
        template.learn(data, &parsed.text, &[&parsed.noise]);
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
    fn a_string_that_is_not_borrowed_from_the_frame_teaches_nothing() {
        let mut template = Template::default();
        let data = event("1", "a", "x");
        template.learn(&data, &String::from("a"), &[]);
        assert_eq!(template.find(&data), None);
    }

    fn counting(text: &str, usage: &str) -> String {
        format!(r#"{{"text":"{text}","usage":{usage},"id":"7"}}"#)
    }

    fn counted(text: &str, usage: &str) -> Template {
        let data = counting(text, usage);
        let (_, wanted) = data.split_once("\"text\":\"").unwrap();
        let wanted = wanted.get(..text.len()).unwrap();
        let (_, part) = data.split_once("\"usage\":").unwrap();
        let part = part.get(..usage.len()).unwrap();
        let mut template = Template::default();
        template.learn_counted(&data, wanted, &[], part);
        template
    }

    #[test]
    fn the_numbers_of_a_part_may_differ_and_the_part_is_given() {
        let template = counted("a", r#"{"in":12,"of":[{"kind":"4","n":-3,"r":1.5,"m":0}]}"#);
        let usage = r#"{"in":1234,"of":[{"kind":"4","n":-3,"r":1.5,"m":9}]}"#;
        let data = counting("hello", usage);
        let found = template.find_counted(&data).unwrap();
        assert_eq!((&*found.text, found.counted), ("hello", Some(usage)));
        for other in [
            r#"{"in":12,"of":[{"kind":"5","n":-3,"r":1.5,"m":0}]}"#,
            r#"{"in":12,"of":[{"kind":"4","n":-4,"r":1.5,"m":0}]}"#,
            r#"{"in":12,"of":[{"kind":"4","n":-3,"r":1.6,"m":0}]}"#,
            r#"{"in":012,"of":[{"kind":"4","n":-3,"r":1.5,"m":0}]}"#,
            r#"{"in":1.2,"of":[{"kind":"4","n":-3,"r":1.5,"m":0}]}"#,
            r#"{"in":,"of":[{"kind":"4","n":-3,"r":1.5,"m":0}]}"#,
            r#"{"in":12,"of":[{"kind":"4","n":-3,"r":1.5,"m":0}],"more":1}"#,
        ] {
            assert_eq!(template.find(&counting("hello", other)), None, "{other}");
        }
        assert_eq!(counted("a", "{}").find_counted(&counting("b", "{}")).unwrap().counted, None);
    }

    proptest! {
        #[test]
        fn a_part_that_is_given_is_the_part_that_a_parser_finds(
            first in r#"\{"a":[0-9]{1,3},"b":"x[0-9]?","c":(1|-2|3\.5|0)\}"#,
            second in r#"\{"a":[0-9]{1,3},"b":"x[0-9]?","c":(1|-2|3\.5|0)\}"#,
            text in r#"(a|\\n|é){0,4}"#
        ) {
            prop_assume!(serde_json::from_str::<serde_json::Value>(&first).is_ok());
            let data = counting(&text, &second);
            if let Some(found) = counted("t", &first).find_counted(&data) {
                let parsed: serde_json::Value = serde_json::from_str(&data).unwrap();
                let part: serde_json::Value = serde_json::from_str(found.counted.unwrap()).unwrap();
                prop_assert_eq!(&part, &parsed["usage"]);
                prop_assert_eq!(&*found.text, parsed["text"].as_str().unwrap());
            }
        }

        #[test]
        fn what_matches_is_what_a_parser_reads(
            id in "[12]", text in r#"(a|\\n|\\u00e9|\\"|"|\\|é|	|,){0,6}"#, noise in r#"(x|\\n|"|\\){0,3}"#
        ) {
            let template = learned(&event("1", "first", "n"));
            let data = event(&id, &text, &noise);
            if let Some(found) = template.find(&data) {
                let parsed: Event<'_> = serde_json::from_str(&data).unwrap();
                prop_assert_eq!(&*found, &*parsed.text);
                prop_assert_eq!(&*parsed.id, "1");
            }
        }
    }
}
