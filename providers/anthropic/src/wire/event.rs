use serde::Deserialize;
use steer_core::json::{Json, JsonText, Scanner};

/// `Event` is what every event is read into first: enough to tell what it is, and all there is of a text delta, which
/// nearly every event of a stream is. <https://docs.claude.com/en/docs/build-with-claude/streaming>
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Event<'a> {
    #[serde(rename = "type", borrow, default)]
    pub(crate) kind: JsonText<'a>,
    #[serde(default)]
    pub(crate) index: u32,
    #[serde(borrow, default)]
    pub(crate) delta: Option<Delta<'a>>,
    #[serde(borrow, default)]
    pub(crate) message: Option<Json<'a>>,
    #[serde(borrow, default)]
    pub(crate) content_block: Option<Json<'a>>,
}

/// `Delta` is what an event adds to a block. Of each kind one member is set.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Delta<'a> {
    #[serde(rename = "type", borrow, default)]
    pub(crate) kind: JsonText<'a>,
    #[serde(borrow, default)]
    pub(crate) text: JsonText<'a>,
    #[serde(borrow, default)]
    pub(crate) thinking: JsonText<'a>,
    #[serde(borrow, default)]
    pub(crate) partial_json: JsonText<'a>,
    #[serde(borrow, default)]
    pub(crate) signature: JsonText<'a>,
}

impl<'a> Event<'a> {
    /// Reads an event.
    pub(crate) fn read(json: &'a str) -> Result<Self, serde_json::Error> {
        match Self::scan(json) {
            Some(event) => Ok(event),
            None => serde_json::from_str(json),
        }
    }

    /// Reads an event of the usual shape, each of its members there once.
    fn scan(json: &'a str) -> Option<Self> {
        let (mut event, mut index) = (Self::default(), None);
        let (mut kind, mut delta) = (None, None);
        let mut scanner = Scanner::new(json);
        scanner.object(|scanner, name| match name {
            "type" => text(scanner, &mut kind),
            "index" => set(&mut index, scanner.value()?.get().parse().ok()?),
            "message" => set(&mut event.message, scanner.value()?),
            "content_block" => set(&mut event.content_block, scanner.value()?),
            "delta" if scanner.null() => None,
            "delta" => set(&mut delta, Delta::scan(scanner)?),
            _ => scanner.value().map(drop),
        })?;
        scanner.end()?;
        event.message = event.message.filter(|json| !json.is_null());
        event.content_block = event.content_block.filter(|json| !json.is_null());
        (event.kind, event.index, event.delta) = (kind.unwrap_or_default(), index.unwrap_or_default(), delta);
        Some(event)
    }
}

impl<'a> Delta<'a> {
    fn scan(scanner: &mut Scanner<'a>) -> Option<Self> {
        let (mut kind, mut content, mut thinking) = (None, None, None);
        let (mut input, mut signature) = (None, None);
        scanner.object(|scanner, name| match name {
            "type" => text(scanner, &mut kind),
            "text" => text(scanner, &mut content),
            "thinking" => text(scanner, &mut thinking),
            "partial_json" => text(scanner, &mut input),
            "signature" => text(scanner, &mut signature),
            _ => scanner.value().map(drop),
        })?;
        Some(Self {
            kind: kind.unwrap_or_default(),
            text: content.unwrap_or_default(),
            thinking: thinking.unwrap_or_default(),
            partial_json: input.unwrap_or_default(),
            signature: signature.unwrap_or_default(),
        })
    }
}

/// Reads a text into a place that must be free.
fn text<'a>(scanner: &mut Scanner<'a>, place: &mut Option<JsonText<'a>>) -> Option<()> {
    set(place, JsonText::read(scanner.value()?).ok()?)
}

fn set<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Delta, Event};

    fn told(event: &Event<'_>) -> String {
        let Event { kind, index, delta, message, content_block } = event;
        let delta = delta.as_ref().map(|delta| {
            let Delta { kind, text, thinking, partial_json, signature } = delta;
            [kind, text, thinking, partial_json, signature].map(|text| text.to_string())
        });
        let [message, block] = [message, content_block].map(|json| json.map(|json| json.get().to_owned()));
        format!("{:?}", (kind.to_string(), index, delta, message, block))
    }

    proptest! {
        #[test]
        fn an_event_that_is_scanned_is_what_a_parser_reads(
            json in r#"\{("(type|index|message|content_block|delta|other)": ?("a\\n"|"text_delta"|1|-1|1\.0|null|\{\}|\[1\]|\{("(type|text|thinking|partial_json|signature|x)":("\\u00e9"|"b"|null|2|"\\ud800"),?){0,3}\}),?){0,4}\}"#
        ) {
            if let Some(event) = Event::scan(&json) {
                let parsed: Event<'_> = serde_json::from_str(&json).unwrap();
                prop_assert_eq!(told(&event), told(&parsed));
            }
        }
    }

    #[test]
    fn an_event_of_the_usual_shape_is_scanned() {
        let json = r#"{"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"a\n"}}"#;
        let event = Event::scan(json).unwrap();
        assert_eq!(
            (&*event.kind, event.index, &*event.delta.unwrap().text),
            ("content_block_delta", 2, "a\n")
        );
        assert!(Event::scan(r#"{"type":"ping"}"#).is_some());
        assert!(Event::scan(r#"{"type":"a","type":"b"}"#).is_none());
    }
}
