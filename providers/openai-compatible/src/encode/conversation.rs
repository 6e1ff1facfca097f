use std::borrow::Cow;

use steer_core::encode::{CallBook, CallIds, IdRule};
use steer_core::json::Members;
use steer_core::message::{Authority, Executor, Role};
use steer_core::tools::ToolResult;
use steer_core::{ApiError, Message, Part, RawJson, ToolCall};

use super::answer::Answer;
use super::assistant::Assistant;
use super::call::CallEntry;
use super::part::{self, Context};
use super::turn::{Said, Side, Turn};
use crate::{API, Dialect, SystemRole, ToolIds};

/// `Conversation` gathers parts into turns, and puts the results of calls right after the turn that made them, in the
/// order of the calls, as the API wants it:
/// <https://platform.openai.com/docs/guides/function-calling#handling-function-calls>.
#[derive(Debug)]
pub(super) struct Conversation<'a> {
    turns: Vec<Turn<'a>>,
    ids: CallIds<'a>,
    book: CallBook<'a, Place>,
    /// How many calls there were.
    calls: u64,
    /// What the turns of the message that is read now take from it.
    head: Head<'a>,
}

/// Where a call stands: its turn, and its place among the turn's calls.
#[derive(Clone, Copy, Debug)]
struct Place {
    turn: usize,
    call: usize,
}

#[derive(Debug)]
struct Head<'a> {
    side: Side,
    name: Option<&'a str>,
    extra: Members<'a>,
    /// The first turn that is its own.
    first: usize,
}

impl<'a> Conversation<'a> {
    /// Reads the messages.
    pub(super) fn of(
        messages: &'a [Message],
        context: &mut Context<'a, '_>,
    ) -> Result<Vec<Turn<'a>>, ApiError> {
        let rule = match context.dialect.tool_ids {
            ToolIds::Any => IdRule::Any,
            ToolIds::UpTo(most) => IdRule::Plain(most),
            ToolIds::Alphanumeric(length) => IdRule::Alphanumeric(length),
        };
        let head = Head { side: Side::User, name: None, extra: Members::default(), first: 0 };
        let mut conversation =
            Self { turns: Vec::new(), ids: CallIds::new(rule), book: CallBook::default(), calls: 0, head };
        for message in messages {
            match message.kept(API) {
                Some(raw) => conversation.keep(message, raw, context),
                None => conversation.message(message, context)?,
            }
        }
        Ok(conversation.finish(context))
    }

    fn message(&mut self, message: &'a Message, context: &mut Context<'a, '_>) -> Result<(), ApiError> {
        let side = match message.role {
            Role::Assistant => Side::Assistant,
            Role::System => Side::System(system_role(message.authority, context.dialect)),
            _ => Side::User,
        };
        let is_result = |part: &&Part| matches!(part, Part::ToolResult(_));
        // A message of one result is that result's tool message; of several, no one's.
        let of_result = message.extra_for(API).filter(|_| message.role == Role::Tool);
        if of_result.is_some() && message.parts.iter().filter(is_result).count() != 1 {
            context.losses.count("message.extra", "the members of several results' message are not sent");
        }
        let extra = message.extra_for(API).filter(|_| message.role != Role::Tool);
        self.head = Head {
            side,
            name: message.name.as_deref().filter(|name| !name.trim().is_empty()),
            extra: extra.and_then(part::members).unwrap_or_default(),
            first: self.turns.len(),
        };
        let of_result = of_result.filter(|_| message.parts.iter().filter(is_result).count() == 1);
        for part in &message.parts {
            part::read(part, side, of_result, self, context)?;
        }
        Ok(())
    }

    /// Adds a message as it stood in the body that the request was read from; only its calls and results are looked at.
    fn keep(&mut self, message: &'a Message, raw: &'a RawJson, context: &Context<'a, '_>) {
        let mut turn = Assistant::new(context.dialect);
        for part in &message.parts {
            match part {
                Part::ToolCall(part) if part.executor == Executor::Client => {
                    self.call_id(&part.call);
                    let place = Place { turn: self.turns.len(), call: turn.calls.len() };
                    self.book.call(&part.call, place.turn, place);
                    turn.calls.push(CallEntry::kept(part));
                }
                Part::ToolResult(part) if part.executor == Executor::Client => {
                    if let Ok(place) = self.book.answer(&part.result).copied()
                        && let Some(Turn::Assistant(turn)) = self.turns.get_mut(place.turn)
                        && let Some(call) = turn.calls.get_mut(place.call)
                    {
                        call.has_kept_answer = true;
                    }
                }
                _ => {}
            }
        }
        if message.role == Role::Assistant {
            turn.kept = Some(raw);
            self.turns.push(Turn::Assistant(Box::new(turn)));
        } else {
            self.turns.push(Turn::Kept(raw));
        }
    }

    /// The assistant's turn that goes on or begins here.
    pub(super) fn assistant(&mut self, context: &Context<'a, '_>) -> Option<&mut Assistant<'a>> {
        let goes_on = self.turns.len() > self.head.first
            && matches!(self.turns.last(), Some(Turn::Assistant(turn)) if !turn.is_answered());
        if !goes_on {
            let mut turn = Assistant::new(context.dialect);
            (turn.name, turn.extra) = self.take_head(Side::Assistant);
            self.turns.push(Turn::Assistant(Box::new(turn)));
        }
        match self.turns.last_mut() {
            Some(Turn::Assistant(turn)) => Some(turn),
            _ => None,
        }
    }

    /// The turn of the user's or the program's that goes on or begins here.
    pub(super) fn said(&mut self, side: Side) -> Option<&mut Said<'a>> {
        let role = match side {
            Side::System(role) => role,
            _ => "user",
        };
        let goes_on = self.turns.len() > self.head.first
            && matches!(self.turns.last(), Some(Turn::Said(said)) if said.role == role);
        if !goes_on {
            let (name, extra) = self.take_head(side);
            self.turns.push(Turn::Said(Said { role, name, extra, content: Vec::new() }));
        }
        match self.turns.last_mut() {
            Some(Turn::Said(said)) => Some(said),
            _ => None,
        }
    }

    /// Gives a call the id that it is sent with; on wires without ids its number is the id.
    pub(super) fn call_id(&mut self, call: &'a ToolCall) -> Cow<'a, str> {
        self.calls = self.calls.saturating_add(1);
        if call.id.trim().is_empty() {
            return self.ids.take(format!("call_{}", self.calls));
        }
        self.ids.take(call.id.as_str())
    }

    /// Opens a call.
    pub(super) fn call(&mut self, call: &'a ToolCall, entry: CallEntry<'a>, context: &Context<'a, '_>) {
        let Some(turn) = self.assistant(context) else { return };
        let place = turn.calls.len();
        turn.call(entry);
        let turn = self.turns.len().saturating_sub(1);
        self.book.call(call, turn, Place { turn, call: place });
    }

    /// Answers a call.
    ///
    /// # Errors
    /// No call waits for the result.
    pub(super) fn answer(
        &mut self,
        result: &'a ToolResult,
        answer: Answer<'a>,
        context: &mut Context<'a, '_>,
    ) -> Result<(), ApiError> {
        let place = *self.book.answer(result)?;
        if place.turn.saturating_add(1) < self.turns.len() {
            context.losses.count("tool_result", "a result was moved to right after its call");
        }
        if let Some(Turn::Assistant(turn)) = self.turns.get_mut(place.turn)
            && let Some(call) = turn.calls.get_mut(place.call)
        {
            call.answer = Some(answer);
        }
        Ok(())
    }

    /// The name and the members of the message; the members go to its first turn.
    fn take_head(&mut self, side: Side) -> (Option<&'a str>, Members<'a>) {
        if side != self.head.side {
            return (None, Members::default());
        }
        (self.head.name, std::mem::take(&mut self.head.extra))
    }

    fn finish(mut self, context: &mut Context<'a, '_>) -> Vec<Turn<'a>> {
        for turn in &self.turns {
            if matches!(turn, Turn::Assistant(turn) if turn.is_empty() && turn.has_thinking()) {
                context.losses.count("thinking", "a turn of nothing but thinking is not sent");
            }
        }
        self.turns.retain(|turn| !turn.is_empty());
        let last = self.turns.len().saturating_sub(1);
        // Between messages that stood so in a body nothing is put.
        let first_kept =
            self.turns.iter().rposition(|turn| !turn.is_kept()).map_or(0, |place| place.saturating_add(1));
        for (place, turn) in self.turns.iter_mut().enumerate() {
            let Turn::Assistant(turn) = turn else { continue };
            // Calls at the end of the conversation wait for their results.
            if (place == last && !turn.is_answered()) || place >= first_kept {
                continue;
            }
            for call in turn.calls.iter_mut().filter(|call| call.answer.is_none() && !call.has_kept_answer) {
                context.losses.count("tool_call", "no result was given for a call, and the model is told so");
                call.answer = Some(Answer::missing());
            }
        }
        if context.dialect.user_after_results { self.turns } else { bridged(self.turns, context) }
    }
}

/// The turns with a word of the model's wherever the user speaks right after results.
fn bridged<'a>(turns: Vec<Turn<'a>>, context: &mut Context<'a, '_>) -> Vec<Turn<'a>> {
    let mut bridged: Vec<Turn<'_>> = Vec::with_capacity(turns.len());
    for turn in turns {
        let follows_results = matches!(bridged.last(), Some(Turn::Assistant(last)) if last.is_answered());
        if follows_results && matches!(turn, Turn::Said(_)) {
            let mut word = Assistant::new(context.dialect);
            word.text("OK");
            bridged.push(Turn::Assistant(Box::new(word)));
            context
                .losses
                .count("tool_result", "a word of the model's was put between a result and the user");
        }
        bridged.push(turn);
    }
    bridged
}

/// The role that the program speaks in.
pub(super) fn system_role(authority: Option<Authority>, dialect: &Dialect) -> &'static str {
    match (dialect.system_role, authority) {
        (SystemRole::System, _) | (SystemRole::Developer, Some(Authority::System)) => "system",
        (SystemRole::Developer, _) => "developer",
    }
}
