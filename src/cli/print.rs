//! The answer for people: its text on standard output, all else on standard error.

use std::collections::HashMap;
use std::io::{self, Write};
use std::time::Duration;

use steer::{CompletionResponse, Part, StopReason, StreamChunk, ToolCall};

use super::sanitise::{Sanitiser, one_line};
use super::summary;
use super::terminal::{Terminal, dim};

/// `Printer` shows one answer while it comes.
///
/// On a terminal the text is cleaned of what the terminal would obey; anything else gets the model's own text, byte
/// for byte. Thinking is shown only where standard error is a terminal.
#[derive(Debug)]
pub(crate) struct Printer<O, E> {
    out: O,
    err: E,
    terminal: Terminal,
    verbose: bool,
    answer: Sanitiser,
    thinking: Sanitiser,
    /// What each open block has shown.
    blocks: HashMap<u32, String>,
    /// Whether the last line of the answer, and of the thinking, still lacks its end.
    in_answer: bool,
    in_thinking: bool,
}

impl<O: Write, E: Write> Printer<O, E> {
    /// Prints to these two.
    pub(crate) fn new(out: O, err: E, terminal: Terminal, verbose: bool) -> Self {
        Self {
            out,
            err,
            terminal,
            verbose,
            answer: Sanitiser::default(),
            thinking: Sanitiser::default(),
            blocks: HashMap::new(),
            in_answer: false,
            in_thinking: false,
        }
    }

    /// Shows a chunk.
    pub(crate) fn chunk(&mut self, chunk: &StreamChunk) -> io::Result<()> {
        match chunk {
            StreamChunk::ContentBlockStart { index, part } => self.whole(*index, part),
            StreamChunk::TextDelta { index, text } | StreamChunk::RefusalDelta { index, text } => {
                self.say(*index, text)
            }
            StreamChunk::ThinkingDelta { text, .. } => self.think(text),
            StreamChunk::ThinkingSection { .. } => self.end_thinking(),
            StreamChunk::ContentBlockStop { index, part } => {
                if let Some(part) = part {
                    self.whole(*index, part)?;
                }
                self.blocks.remove(index);
                Ok(())
            }
            StreamChunk::Reset { .. } => {
                self.blocks.clear();
                self.end_lines()?;
                self.note("the answer broke off and starts again");
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Shows what is known once the answer is whole.
    pub(crate) fn finish(&mut self, response: &CompletionResponse, took: Duration) -> io::Result<()> {
        self.end_lines()?;
        self.tools(response);
        for warning in &response.warnings {
            self.tell(&format!("warning: {}: {}", warning.subject, warning.message));
        }
        if let Some(note) = response.stop_reason.as_ref().and_then(stop_note) {
            self.note(&note);
        }
        if self.terminal.stderr || self.verbose {
            let line = summary::line(response, took);
            self.faint(&line);
        }
        Ok(())
    }

    /// Ends the lines of an answer that broke off, and shows what else had come of it.
    pub(crate) fn broke_off(&mut self, partial: Option<&CompletionResponse>) -> io::Result<()> {
        self.end_lines()?;
        if let Some(partial) = partial {
            self.tools(partial);
        }
        Ok(())
    }

    /// Shows what of a whole part was not shown yet.
    fn whole(&mut self, index: u32, part: &Part) -> io::Result<()> {
        let text = match part {
            Part::Text(part) => &part.text,
            Part::Refusal(part) => &part.text,
            Part::Thinking(part) => {
                return if self.blocks.contains_key(&index) { Ok(()) } else { self.think(&part.text()) };
            }
            Part::Media(_) => {
                self.end_lines()?;
                self.note("the answer holds a medium, which this program does not show; `--events` has it");
                return Ok(());
            }
            _ => return Ok(()),
        };
        let shown = self.blocks.get(&index).map_or("", String::as_str);
        match text.strip_prefix(shown) {
            Some("") => Ok(()),
            Some(rest) => self.say(index, rest),
            None => {
                self.note("the vendor changed a text after sending it; `--json` has the final one");
                Ok(())
            }
        }
    }

    fn say(&mut self, index: u32, text: &str) -> io::Result<()> {
        self.blocks.entry(index).or_default().push_str(text);
        self.end_thinking()?;
        let shown = if self.terminal.stdout { self.answer.push(text) } else { text.to_owned() };
        self.write(&shown)
    }

    fn write(&mut self, shown: &str) -> io::Result<()> {
        if let Some(last) = shown.chars().next_back() {
            self.in_answer = last != '\n';
            self.out.write_all(shown.as_bytes())?;
            self.out.flush()?;
        }
        Ok(())
    }

    fn think(&mut self, text: &str) -> io::Result<()> {
        if !self.terminal.stderr {
            return Ok(());
        }
        let shown = self.thinking.push(text);
        if let Some(last) = shown.chars().next_back() {
            self.end_answer()?;
            self.in_thinking = last != '\n';
            // The style is closed each time, so that nothing that ends the program leaves the terminal faint.
            self.raw(&dim(&shown));
        }
        Ok(())
    }

    fn end_lines(&mut self) -> io::Result<()> {
        self.end_thinking()?;
        let held = self.answer.finish();
        self.write(&held)?;
        self.end_answer()
    }

    /// Files get no line end that the model did not write.
    fn end_answer(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.in_answer) && self.terminal.stdout {
            self.out.write_all(b"\n")?;
            self.out.flush()?;
        }
        Ok(())
    }

    fn end_thinking(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.in_thinking) {
            self.raw("\n");
        }
        Ok(())
    }

    fn tools(&mut self, response: &CompletionResponse) {
        for call in response.tool_calls() {
            self.tell(&tool_line(call));
        }
    }

    fn note(&mut self, text: &str) {
        self.tell(&format!("note: {text}"));
    }

    fn tell(&mut self, text: &str) {
        let line = one_line(text);
        self.raw(&format!("{line}\n"));
    }

    fn faint(&mut self, line: &str) {
        let line = if self.terminal.stderr { dim(line) } else { line.to_owned() };
        self.raw(&format!("{line}\n"));
    }

    fn raw(&mut self, text: &str) {
        // Where standard error is closed there is no one left to tell.
        let _ = self.err.write_all(text.as_bytes()).and_then(|()| self.err.flush());
    }
}

fn tool_line(call: &ToolCall) -> String {
    let cut = if call.complete { "" } else { " (cut off)" };
    format!("→ tool {} {}{cut}", call.name, call.raw())
}

fn stop_note(reason: &StopReason) -> Option<String> {
    Some(match reason {
        StopReason::EndTurn | StopReason::StopSequence(_) | StopReason::ToolUse => return None,
        StopReason::MaxOutputTokens => {
            "the answer ends at its token limit; `--max-output-tokens` sets another".to_owned()
        }
        StopReason::ContextWindow => "the answer ends because the context window is full".to_owned(),
        StopReason::Refused { explanation: Some(why), .. } => format!("the model refused: {why}"),
        StopReason::Refused { .. } => "the model refused".to_owned(),
        StopReason::Filtered { categories, .. } if categories.is_empty() => {
            "a filter of the vendor's stopped this".to_owned()
        }
        StopReason::Filtered { categories, .. } => {
            format!("a filter of the vendor's stopped this: {}", categories.join(", "))
        }
        StopReason::Recitation => {
            "the vendor stopped the answer because it repeated protected text".to_owned()
        }
        StopReason::MalformedToolCall => "the model wrote a tool call that cannot be read".to_owned(),
        StopReason::Paused => "the vendor paused the answer".to_owned(),
        StopReason::Other(word) => format!("the answer ended with `{word}`"),
        _ => "the answer did not end in the usual way; `--json` says how".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use steer::message::{Text, Thinking};
    use steer::{CompletionResponse, Part, StopReason, StreamChunk, ToolCall};

    use super::{Printer, Terminal};

    const PERSON: Terminal = Terminal { stdin: true, stdout: true, stderr: true };
    const FILES: Terminal = Terminal { stdin: false, stdout: false, stderr: false };

    fn text(index: u32, text: &str) -> StreamChunk {
        StreamChunk::TextDelta { index, text: text.into() }
    }

    fn start(index: u32, part: Part) -> StreamChunk {
        StreamChunk::ContentBlockStart { index, part: Box::new(part) }
    }

    fn stop(index: u32, part: Option<Part>) -> StreamChunk {
        StreamChunk::ContentBlockStop { index, part: part.map(Box::new) }
    }

    fn printed(
        terminal: Terminal,
        chunks: &[StreamChunk],
        response: &CompletionResponse,
    ) -> (String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut printer = Printer::new(&mut out, &mut err, terminal, false);
        for chunk in chunks {
            printer.chunk(chunk).unwrap();
        }
        printer.finish(response, Duration::from_secs(1)).unwrap();
        (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    #[test]
    fn an_escape_split_over_deltas_reaches_files_but_no_terminal() {
        let chunks = [text(0, "a\u{1b}"), text(0, "[31"), text(0, "mb\u{1b}]0;x"), text(0, "\u{7}c")];
        let response = CompletionResponse::default();
        assert_eq!(printed(PERSON, &chunks, &response).0, "abc\n");
        assert_eq!(printed(FILES, &chunks, &response).0, "a\u{1b}[31mb\u{1b}]0;x\u{7}c");
    }

    #[test]
    fn thinking_is_faint_on_a_terminal_and_nowhere_else() {
        let chunks = [
            start(0, Part::Thinking(Thinking::default())),
            StreamChunk::ThinkingDelta { index: 0, text: "hm\u{7}".into() },
            text(1, "yes"),
        ];
        let response = CompletionResponse::default();
        let (out, err) = printed(PERSON, &chunks, &response);
        assert_eq!(out, "yes\n");
        assert!(err.starts_with("\u{1b}[2mhm\u{1b}[0m\n"), "{err:?}");
        assert_eq!(printed(FILES, &chunks, &response), ("yes".into(), String::new()));
    }

    #[test]
    fn a_part_that_is_whole_at_its_start_or_its_end_is_shown_once() {
        let whole = |text: &str| Part::Text(Text::new(text));
        let response = CompletionResponse::default();
        for chunks in [
            vec![start(0, whole("hello")), stop(0, None)],
            vec![start(0, whole("")), text(0, "hel"), stop(0, Some(whole("hello")))],
            vec![start(0, whole("hel")), text(0, "lo"), stop(0, Some(whole("hello")))],
        ] {
            assert_eq!(printed(FILES, &chunks, &response).0, "hello");
        }
    }

    #[test]
    fn tool_calls_and_an_unusual_end_are_told_on_standard_error() {
        let mut response = CompletionResponse::default();
        response.content = vec![ToolCall::new("1", "f\u{1b}[31m", "{\"x\":\n1}").into()];
        response.stop_reason = Some(StopReason::MaxOutputTokens);
        let (out, err) = printed(FILES, &[], &response);
        assert_eq!(out, "");
        assert!(err.starts_with("→ tool f {\"x\": 1}\nnote: the answer ends at its token limit"), "{err:?}");
    }
}
