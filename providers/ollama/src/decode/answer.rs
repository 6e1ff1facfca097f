use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::{ChunkSink, EndProof, StreamChunk, StreamError, Warning, WarningKind};

use super::blocks::Blocks;
use super::broken;
use super::known::{Known, report};
use super::repeat::Repeat;
use crate::failure;
use crate::wire::{read_finish, read_usage};

/// `Answer` is a response while it is put together from its lines, of which a whole body is the only one.
#[derive(Debug)]
pub(super) struct Answer {
    /// How many tokens the model takes, where that is known.
    window: Option<u64>,
    known: Known,
    blocks: Blocks,
    has_answer: bool,
    is_done: bool,
    repeat: Repeat,
}

impl Answer {
    pub(super) fn new(window: Option<u64>) -> Self {
        Self {
            window,
            known: Known::default(),
            blocks: Blocks::default(),
            has_answer: false,
            is_done: false,
            repeat: Repeat::default(),
        }
    }

    /// Reads a line.
    pub(super) fn line(&mut self, json: &str, out: &mut ChunkSink) -> Result<(), StreamError> {
        if self.is_done || self.repeat.read(json, out) {
            return Ok(());
        }
        let mut members = Record::read(json).map_err(|error| broken("response", &error))?;
        // An error may come at any time, also as the first line.
        if members.take("error").is_some_and(|raw| !matches!(raw.get(), "{}" | "\"\"" | "false")) {
            return Err(failure::inside(json));
        }
        self.known.take_start(&mut members, out);
        let is_last = members.lenient::<bool>("done").unwrap_or_default();
        let created = members.take("created_at");
        let mut added = None;
        if let Some(raw) = members.take("message") {
            self.has_answer = true;
            added = self.blocks.message(raw, out)?;
        }
        if let Some(raw) = members.take("logprobs") {
            added = None;
            self.blocks.logprobs(raw, out);
        }
        if is_last {
            self.finish(members, created, out);
            return Ok(());
        }
        if let Some(added) = added.filter(|_| members.rest().next().is_none()) {
            self.repeat.learn(json, added, created);
        }
        self.known.report_rest(&members, out);
        Ok(())
    }

    /// Whether there is something that answers the request.
    pub(super) fn has_answer(&self) -> bool {
        self.has_answer || self.is_done
    }

    /// Reads what the last line has beside its message, and ends the answer.
    fn finish(&mut self, mut members: Record<'_>, created: Option<&RawValue>, out: &mut ChunkSink) {
        self.is_done = true;
        self.blocks.settle(out);
        let raw = members.text("done_reason").unwrap_or_default();
        if raw == "stop" && !self.blocks.has_content() {
            let message = "the model ended its turn without a word or a call; asking again may help";
            out.push(StreamChunk::Warning(Warning::new(WarningKind::Inconsistent, "done_reason", message)));
        }
        if let Some(reason) = read_finish(&raw, self.blocks.has_calls()) {
            out.push(StreamChunk::Stop { reason, raw });
        }
        if let Some(usage) = read_usage(&mut members) {
            self.check_window(usage.input_tokens, out);
            out.push(StreamChunk::Usage(Box::new(usage)));
        }
        // Each line has a time of its own; the answer was made when the last one was.
        if let Some(raw) = created {
            report("created_at", raw, out);
        }
        self.known.report_rest(&members, out);
        out.push(StreamChunk::MessageEnd { proof: EndProof::Confirmed });
    }

    /// The server cuts a conversation that is too long down to what fits, and does not say so:
    /// <https://docs.ollama.com/context-length>.
    fn check_window(&self, counted: Option<u64>, out: &mut ChunkSink) {
        let Some(window) = self.window.filter(|window| counted.is_some_and(|counted| counted >= *window))
        else {
            return;
        };
        let message = format!(
            "the prompt fills the model's {window} tokens: the server may have cut the conversation without saying so; \
             shorten it, or set `num_ctx`"
        );
        out.push(StreamChunk::Warning(Warning::new(WarningKind::Converted, "prompt_eval_count", message)));
    }
}
