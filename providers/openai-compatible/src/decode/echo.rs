use steer_core::{Call, ChunkSink, Part, Role, StreamChunk, Warning, WarningKind};

/// `Echo` is the text that an answer may begin with over again, though it is in the request already:
/// <https://docs.x.ai/docs/api-reference#chat-completions>. Only a first piece that is all of it is one.
#[derive(Debug, Default)]
pub(crate) struct Echo(Option<String>);

/// Something may be echoed, or nothing.
pub(crate) trait TakeEcho {
    fn take_echo(&mut self) -> Echo;
}

impl TakeEcho for () {
    fn take_echo(&mut self) -> Echo {
        Echo::default()
    }
}

impl TakeEcho for Echo {
    fn take_echo(&mut self) -> Echo {
        std::mem::take(self)
    }
}

impl Echo {
    /// Whether the first piece of text is the echo, which is left out with a warning. Only the first piece is looked at.
    pub(super) fn swallows(&mut self, text: &str, out: &mut ChunkSink) -> bool {
        let is_echo = self.0.take().is_some_and(|echo| echo == text);
        if is_echo {
            let message = "the server repeated the last message of the request; the repetition was left out";
            out.push(StreamChunk::Warning(Warning::new(WarningKind::Inconsistent, "content", message)));
        }
        is_echo
    }
}

/// The text of the request's last message, where that is the model's own.
pub(crate) fn last_own_text(call: &Call) -> Option<Echo> {
    let last = call.request.messages.last().filter(|message| message.role == Role::Assistant)?;
    let texts = last.parts.iter().filter_map(|part| match part {
        Part::Text(text) => Some(text.text.as_str()),
        _ => None,
    });
    Some(texts.collect::<String>()).filter(|text| !text.is_empty()).map(|text| Echo(Some(text)))
}
