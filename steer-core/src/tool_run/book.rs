//! Which calls of a conversation are answered, and where their results belong.

use steer_tools::{ToolCall, ToolResult};

use crate::message::{Executor, Message, Part, Role, ToolCaller, ToolResultPart};

/// A call that the program has to answer.
#[derive(Clone)]
pub(super) struct Open {
    pub(super) call: ToolCall,
    pub(super) caller: Option<ToolCaller>,
}

/// The calls of an answer that the program runs, in wire order.
pub(super) fn calls(parts: &[Part]) -> Vec<Open> {
    let of_program = |part: &Part| match part {
        Part::ToolCall(part) if part.executor == Executor::Client => {
            Some(Open { call: part.call.clone(), caller: part.caller.clone() })
        }
        _ => None,
    };
    parts.iter().filter_map(of_program).collect()
}

/// The calls of the last answer that no result behind it answers; none where anybody else spoke since.
pub(super) fn unanswered(messages: &[Message]) -> Vec<Open> {
    let results = messages.iter().rev().take_while(|message| message.role == Role::Tool);
    let mut given: Vec<_> = results.flat_map(|message| &message.parts).filter_map(answer).collect();
    let answer = messages.iter().rev().find(|message| message.role != Role::Tool);
    let Some(answer) = answer.filter(|message| message.role == Role::Assistant) else { return Vec::new() };
    let mut open = calls(&answer.parts);
    open.retain(|open| match given.iter().position(|result| is_of(result, &open.call)) {
        Some(place) => {
            given.swap_remove(place);
            false
        }
        None => true,
    });
    open
}

/// Adds results behind the answer with their calls, in the order of the calls; beside those that are there.
pub(super) fn settle(messages: &mut Vec<Message>, results: Vec<ToolResultPart>) {
    if results.is_empty() {
        return;
    }
    let results = results.into_iter().map(Part::ToolResult);
    match messages.as_mut_slice() {
        [.., answer, last] if last.role == Role::Tool && answer.role == Role::Assistant => {
            last.parts.extend(results);
            let calls = calls(&answer.parts);
            let place = |part: &Part| {
                let result = self::answer(part)?;
                calls.iter().position(|open| is_of(result, &open.call))
            };
            last.parts.sort_by_key(|part| place(part).unwrap_or(usize::MAX));
        }
        _ => messages.push(Message::new(Role::Tool, results.collect())),
    }
}

fn answer(part: &Part) -> Option<&ToolResult> {
    match part {
        Part::ToolResult(part) => Some(&part.result),
        _ => None,
    }
}

/// Whether a result answers a call; on wires without ids the names must do.
fn is_of(result: &ToolResult, call: &ToolCall) -> bool {
    result.call_id == call.id && (!call.id.is_empty() || result.name.as_ref() == Some(&call.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Vec<Message> {
        let answer = ["a", "b", "c"].map(|id| Part::from(ToolCall::new(id, "tool", "{}")));
        vec![Message::user("Hello"), Message::new(Role::Assistant, answer.to_vec())]
    }

    fn ids(open: &[Open]) -> Vec<&str> {
        open.iter().map(|open| open.call.id.as_str()).collect()
    }

    #[test]
    fn calls_are_open_until_a_result_behind_them_answers_them() {
        let mut messages = asked();
        assert_eq!(ids(&unanswered(&messages)), ["a", "b", "c"]);
        messages.push(Message::tool(ToolResult::text("b", "two")));
        assert_eq!(ids(&unanswered(&messages)), ["a", "c"]);
        messages.push(Message::user("Never mind"));
        assert!(unanswered(&messages).is_empty());
        assert!(unanswered(&[]).is_empty());
    }

    #[test]
    fn calls_without_ids_are_answered_one_by_one_by_their_name() {
        let call = || Part::from(ToolCall::new("", "tool", "{}"));
        let result = ToolResult::text("", "one").for_tool("tool");
        let messages = [Message::new(Role::Assistant, vec![call(), call()]), Message::tool(result)];
        assert_eq!(unanswered(&messages).len(), 1);
    }

    #[test]
    fn results_that_come_later_stand_in_the_order_of_the_calls() {
        let mut messages = asked();
        messages.push(Message::tool(ToolResult::text("b", "two")));
        let late = ["c", "a"].map(|id| ToolResultPart::new(ToolResult::text(id, "late")));
        settle(&mut messages, late.to_vec());
        let order: Vec<_> = messages[2].parts.iter().filter_map(answer).map(|r| r.call_id.as_str()).collect();
        assert_eq!((messages.len(), order), (3, vec!["a", "b", "c"]));
        assert!(unanswered(&messages).is_empty());
    }
}
