use std::borrow::Cow;
use std::collections::BTreeMap;

use super::ids::hash;
use super::names::{is_plain, plain};
use crate::error::StreamError;
use crate::message::Part;
use crate::protocol::{BodyEnd, Decoder, Frame};
use crate::request::{CompletionRequest, Tool};
use crate::stream::{ChunkSink, StreamChunk};

/// The separator and 16 hexadecimal digits.
const TAIL: usize = 17;

/// The name that a tool is sent with where names have 1 to `max` letters, digits, `_` and `-`.
///
/// A name that fits stays; another one gets a name that follows from it alone and that no other tool has, so that it
/// stays the same while a conversation grows. [`RenamedTools`] maps it back.
pub fn tool_name(name: &str, max: usize) -> Cow<'_, str> {
    if is_plain(name, max) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(format!("{}_{:016x}", plain(name, max.saturating_sub(TAIL).max(1)), hash(name, 0)))
}

/// `RenamedTools` is a decoder that gives the tools of an answer the names that the request gave them.
pub struct RenamedTools {
    decoder: Box<dyn Decoder>,
    /// By the name that was sent.
    names: BTreeMap<String, String>,
}

impl RenamedTools {
    /// Wraps the decoder of an answer to this request, if a tool of it had to be renamed; `max` is the limit that
    /// [`tool_name`] was given.
    pub fn wrap(decoder: Box<dyn Decoder>, request: &CompletionRequest, max: usize) -> Box<dyn Decoder> {
        let names: BTreeMap<String, String> = request
            .tools
            .iter()
            .filter_map(|tool| match tool {
                Tool::Function(tool) => Some(&tool.schema.name),
                Tool::Custom(tool) => Some(&tool.name),
                Tool::Provider(_) => None,
            })
            .filter(|name| !is_plain(name, max))
            .map(|name| (tool_name(name, max).into_owned(), name.clone()))
            .collect();
        if names.is_empty() { decoder } else { Box::new(Self { decoder, names }) }
    }

    fn rename(&self, out: &mut ChunkSink) {
        for chunk in out.iter_mut() {
            let name = match chunk {
                StreamChunk::ContentBlockStart { part, .. } => name_of(part),
                StreamChunk::ContentBlockStop { part: Some(part), .. } => name_of(part),
                StreamChunk::ToolCallRevised { name, .. } => name.as_mut(),
                _ => None,
            };
            if let Some(name) = name
                && let Some(given) = self.names.get(name.as_str())
            {
                name.clone_from(given);
            }
        }
    }
}

impl Decoder for RenamedTools {
    fn frame(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        let read = self.decoder.frame(frame, out);
        self.rename(out);
        read
    }

    fn end(&mut self, end: BodyEnd, out: &mut ChunkSink) -> Result<(), StreamError> {
        let read = self.decoder.end(end, out);
        self.rename(out);
        read
    }
}

fn name_of(part: &mut Part) -> Option<&mut String> {
    match part {
        Part::ToolCall(part) => Some(&mut part.call.name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::tool_name;
    use crate::encode::is_plain;

    #[test]
    fn names_are_mapped_one_to_one_and_within_the_limit() {
        let long = "n".repeat(200);
        let names = ["look", "fs.read", "fs_read", "fs read", "", "ü", "ö", &long];
        for max in [64, 128] {
            let sent: HashSet<_> = names.iter().map(|name| tool_name(name, max)).collect();
            assert_eq!(sent.len(), names.len());
            assert!(sent.iter().all(|name| is_plain(name, max)), "{sent:?}");
        }
        assert_eq!(tool_name("fs_read", 64), "fs_read");
    }
}
