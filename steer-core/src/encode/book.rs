use steer_tools::{ToolCall, ToolResult};

use crate::error::{ApiError, ErrorKind};

/// `CallBook` pairs the results of tool calls with the calls that they answer.
///
/// `T` is what an encoder wants to find again with a call.
#[derive(Debug)]
pub struct CallBook<'a, T> {
    entries: Vec<Entry<'a, T>>,
}

#[derive(Debug)]
struct Entry<'a, T> {
    id: &'a str,
    name: &'a str,
    turn: usize,
    answered: bool,
    what: T,
}

impl<T> Default for CallBook<'_, T> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<'a, T> CallBook<'a, T> {
    /// Notes a call that the program runs; `turn` counts up with the turns of the model.
    pub fn call(&mut self, call: &'a ToolCall, turn: usize, what: T) {
        self.entries.push(Entry { id: &call.id, name: &call.name, turn, answered: false, what });
    }

    /// Finds the call that a result answers: of the latest turn that has an open call of that id, the first one.
    /// Of calls with one id the name decides, as it does where there are no ids, and where there is no name the order.
    ///
    /// # Errors
    /// No call waits for the result, or a call would have two.
    pub fn answer(&mut self, result: &ToolResult) -> Result<&mut T, ApiError> {
        let has_name = |entry: &Entry<'_, T>| result.name.as_ref().is_none_or(|name| name == entry.name);
        let is_meant = |entry: &Entry<'_, T>| {
            entry.id == result.call_id && (!result.call_id.is_empty() || has_name(entry))
        };
        // Some servers give several calls one id.
        let place =
            self.first_open(|entry| is_meant(entry) && has_name(entry)).or_else(|| self.first_open(is_meant));
        let is_second = place.is_none() && self.entries.iter().any(is_meant);
        match place.and_then(|place| self.entries.get_mut(place)) {
            Some(entry) => {
                entry.answered = true;
                Ok(&mut entry.what)
            }
            None => Err(unexpected(result, is_second)),
        }
    }

    /// Of the latest turn that has such an open call, the first one.
    fn first_open(&self, is_meant: impl Fn(&Entry<'a, T>) -> bool) -> Option<usize> {
        let (mut place, mut turn) = (None, None);
        for (number, entry) in self.entries.iter().enumerate().rev() {
            if turn.is_some_and(|turn| turn != entry.turn) {
                break;
            }
            if !entry.answered && is_meant(entry) {
                (place, turn) = (Some(number), Some(entry.turn));
            }
        }
        place
    }
}

fn unexpected(result: &ToolResult, is_second: bool) -> ApiError {
    let id = result.call_id.escape_debug();
    let message = if is_second {
        format!("the tool call `{id}` has more than one result; keep one")
    } else {
        format!("the tool result `{id}` has no tool call before it; keep the call too, or leave both out")
    };
    ApiError::new(ErrorKind::InvalidRequest, message)
}

#[cfg(test)]
mod tests {
    use super::CallBook;
    use steer_tools::{ToolCall, ToolResult};

    #[test]
    fn of_calls_with_one_id_the_latest_turn_is_answered_first() {
        let call = ToolCall::new("same", "look", "{}");
        let mut book = CallBook::default();
        for (turn, what) in [(0, 'a'), (1, 'b'), (1, 'c')] {
            book.call(&call, turn, what);
        }
        let result = ToolResult::text("same", "seen");
        let found: Vec<char> = (0..3).map(|_| *book.answer(&result).unwrap()).collect();
        assert_eq!(found, ['b', 'c', 'a']);
        assert!(book.answer(&result).unwrap_err().to_string().contains("more than one result"));
    }

    #[test]
    fn of_calls_with_one_id_the_name_decides() {
        let calls = [ToolCall::new("same", "look", "{}"), ToolCall::new("same", "ask", "{}")];
        let mut book = CallBook::default();
        for call in &calls {
            book.call(call, 0, call.name.as_str());
        }
        assert_eq!(*book.answer(&ToolResult::text("same", "yes").for_tool("ask")).unwrap(), "ask");
        // A tool may have been renamed since.
        assert_eq!(*book.answer(&ToolResult::text("same", "no").for_tool("see")).unwrap(), "look");
    }

    #[test]
    fn without_ids_the_name_decides() {
        let calls = [ToolCall::new("", "look", "{}"), ToolCall::new("", "ask", "{}")];
        let mut book = CallBook::default();
        for call in &calls {
            book.call(call, 0, call.name.as_str());
        }
        assert_eq!(*book.answer(&ToolResult::text("", "yes").for_tool("ask")).unwrap(), "ask");
        assert_eq!(*book.answer(&ToolResult::text("", "no")).unwrap(), "look");
        assert!(book.answer(&ToolResult::text("x", "?")).unwrap_err().to_string().contains("`x`"));
    }
}
