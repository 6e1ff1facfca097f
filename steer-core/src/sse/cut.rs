//! Lines that piece borders cut.

use super::event::Ready;
use super::field::{Field, Head, is_bare_done};
use super::state::Line;
use super::store::grow;
use super::{SseParseError, SseParser};

impl SseParser {
    /// The end of a line whose start came in earlier pieces.
    pub(super) fn last_of_line<'i>(
        &mut self,
        part: &[u8],
        ready: &mut Ready<'i>,
    ) -> Result<bool, SseParseError> {
        self.part_of_line(part)?;
        let partial = std::mem::take(&mut self.partial);
        let mut is_event = false;
        if matches!(self.line, Line::Head | Line::Label) {
            match Field::of(&partial) {
                // Only without a colon: with one, its value went to the data already.
                Field::Data(_) => self.begin_data(ready)?,
                Field::Event(value) => {
                    ready.name = None;
                    self.name.clear();
                    self.name.extend_from_slice(value);
                }
                Field::Id(value) => self.next_id.set_unless_nul(value),
                Field::Retry(value) => self.set_retry(value),
                Field::Unknown if self.bare_done && self.data_lines == 0 && is_bare_done(&partial) => {
                    grow(&mut self.data, &partial, self.limits.event);
                    self.data_lines = 1;
                    is_event = self.dispatch(ready);
                }
                Field::Unknown => {}
            }
        }
        self.partial = partial;
        self.end_line();
        Ok(is_event)
    }

    /// A part of a line that is cut by a piece border. Nothing of it is looked at again.
    pub(super) fn part_of_line(&mut self, part: &[u8]) -> Result<(), SseParseError> {
        let mut part = part;
        if matches!(self.line, Line::Start | Line::Head) {
            part = self.head_of_line(part)?;
        }
        match self.line {
            Line::Start | Line::Head => {}
            Line::Skip => self.check_line(self.line_len.saturating_add(part.len()))?,
            Line::Label => {
                self.check_label(self.line_len.saturating_add(part.len()))?;
                self.partial.extend_from_slice(part);
            }
            Line::Data => {
                self.check_value(self.line_len, part.len())?;
                grow(&mut self.data, part, self.limits.event);
            }
            Line::DataStart if part.is_empty() => {}
            Line::DataStart => {
                let value = part.strip_prefix(b" ").unwrap_or(part);
                let space = part.len().saturating_sub(value.len());
                self.check_value(self.line_len.saturating_add(space), value.len())?;
                grow(&mut self.data, value, self.limits.event);
                self.line = Line::Data;
            }
        }
        self.line_len = self.line_len.saturating_add(part.len());
        Ok(())
    }

    /// Sees enough of a line to know what it is, and gives back the part behind that.
    fn head_of_line<'p>(&mut self, part: &'p [u8]) -> Result<&'p [u8], SseParseError> {
        let mut part = part;
        let mut head = Head::of(part, self.bare_done);
        if matches!(head, Head::Undecided) || !self.partial.is_empty() {
            head = Head::Undecided;
            while let (Head::Undecided, Some((&byte, after))) = (head, part.split_first()) {
                part = after;
                self.partial.push(byte);
                self.line_len = self.line_len.saturating_add(1);
                head = Head::of(&self.partial, self.bare_done);
            }
        } else if let (Head::Data, Some(value)) = (head, part.strip_prefix(b"data:")) {
            self.line_len = b"data:".len();
            part = value;
        }
        self.line = match head {
            Head::Undecided => Line::Head,
            Head::Label => Line::Label,
            Head::Skip => Line::Skip,
            Head::Data => {
                self.begin_data(&mut Ready::default())?;
                Line::DataStart
            }
        };
        Ok(part)
    }
}
