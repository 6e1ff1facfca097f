//! Where the limits are kept.

use super::event::Ready;
use super::store::grow;
use super::{SseParseError, SseParser};

impl SseParser {
    #[inline]
    pub(super) fn begin_data(&mut self, ready: &mut Ready<'_>) -> Result<(), SseParseError> {
        self.data_lines = self.data_lines.saturating_add(1);
        if self.data_lines == 1 {
            return Ok(());
        }
        if self.data_lines > self.limits.lines_per_event {
            return Err(SseParseError::TooManyLines { limit: self.limits.lines_per_event });
        }
        if let Some(first) = ready.data.take() {
            grow(&mut self.data, first, self.limits.event);
        }
        if self.data.len() >= self.limits.event {
            return Err(SseParseError::EventTooLong { limit: self.limits.event });
        }
        grow(&mut self.data, b"\n", self.limits.event);
        Ok(())
    }

    /// Whichever limit comes first on the way through the value decides, so that the error does not
    /// depend on the piece borders.
    #[inline]
    pub(super) fn check_value(&self, before: usize, value: usize) -> Result<(), SseParseError> {
        let line_room = self.limits.line.saturating_sub(before);
        let event_room = self.limits.event.saturating_sub(self.data.len());
        if value <= line_room.min(event_room) {
            Ok(())
        } else if line_room <= event_room {
            Err(SseParseError::LineTooLong { limit: self.limits.line })
        } else {
            Err(SseParseError::EventTooLong { limit: self.limits.event })
        }
    }

    pub(super) fn check_label(&self, line: usize) -> Result<(), SseParseError> {
        let limit = self.limits.label.min(self.limits.line);
        if line > limit { Err(SseParseError::LineTooLong { limit }) } else { Ok(()) }
    }

    pub(super) fn check_line(&self, line: usize) -> Result<(), SseParseError> {
        let limit = self.limits.line;
        if line > limit { Err(SseParseError::LineTooLong { limit }) } else { Ok(()) }
    }
}
