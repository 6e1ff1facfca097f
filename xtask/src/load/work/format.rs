//! The wire formats, by the answers that the matrix of faults is run with.

/// `Format` is a wire format, with an answer of it whose text comes in three deltas.
#[derive(Debug)]
pub(super) struct Format {
    /// Its name, as a catalog writes it.
    pub(super) name: &'static str,
    pub(super) content_type: &'static str,
    /// What keeps a connection alive and says nothing.
    pub(super) ping: &'static str,
    stream: &'static str,
    /// The answer in one body.
    pub(super) whole: &'static str,
    after: &'static str,
}

/// What the text of the first delta is.
const FIRST: &str = "Grüße, ";

/// The text of the whole answer.
pub(super) const TEXT: &str = "Grüße, 中文 🙂 end";

/// All of them.
pub(super) const FORMATS: [Format; 5] = [
    sse(
        "openai-chat",
        include_str!("../../../../tests/faults/streams/chat.sse"),
        include_str!("../../../../tests/faults/streams/chat.json"),
    ),
    sse(
        "anthropic-messages",
        include_str!("../../../../tests/faults/streams/messages.sse"),
        include_str!("../../../../tests/faults/streams/messages.json"),
    ),
    sse(
        "openai-responses",
        include_str!("../../../../tests/faults/streams/responses.sse"),
        include_str!("../../../../tests/faults/streams/responses.json"),
    ),
    sse(
        "gemini",
        include_str!("../../../../tests/faults/streams/gemini.sse"),
        include_str!("../../../../tests/faults/streams/gemini.json"),
    ),
    Format {
        name: "ollama-chat",
        content_type: "application/x-ndjson",
        ping: "\n",
        stream: include_str!("../../../../tests/faults/streams/ollama.jsonl"),
        whole: include_str!("../../../../tests/faults/streams/ollama.json"),
        after: "\n",
    },
];

/// The one that is used where the format does not matter.
pub(super) const CHAT: &Format = &FORMATS[0];

impl Format {
    pub(super) fn of(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// The frames of the stream, each with what it ends with.
    pub(super) fn frames(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.stream.split_inclusive(self.after)
    }

    /// How many frames stand before the first delta.
    pub(super) fn opening(&self) -> usize {
        self.frames().take_while(|frame| !frame.contains(FIRST)).count()
    }

    /// The frame of a delta with this text, which needs no escaping.
    pub(super) fn delta(&self, text: &str) -> String {
        self.frames().nth(self.opening()).unwrap_or_default().replace(FIRST, text)
    }
}

const fn sse(name: &'static str, stream: &'static str, whole: &'static str) -> Format {
    Format { name, content_type: "text/event-stream", ping: ": ping\n\n", stream, whole, after: "\n\n" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_has_a_first_delta_and_more_behind_it() {
        for format in &FORMATS {
            let opening = format.opening();
            assert!(opening.saturating_add(3) <= format.frames().count(), "{}", format.name);
            let delta = format.delta("0123");
            assert!(delta.contains("0123") && !delta.contains(FIRST), "{}", format.name);
            assert!(format.whole.contains(TEXT), "{}", format.name);
        }
        assert_eq!(Format::of("gemini").map(|format| format.name), Some("gemini"));
        assert!(Format::of("nothing").is_none());
    }
}
