use std::borrow::Cow;

use steer_core::encode::{CallBook, CallIds, IdRule};
use steer_core::message::{Executor, Role};
use steer_core::tools::ToolResult;
use steer_core::{ApiError, Message, Part, RawJson, ToolCall};

use super::answer::Answer;
use super::call::{CallEntry, CallKind};
use super::input::Input;
use super::part::{self, Context};
use super::turn::{Side, Turn};
use crate::API;

/// `Conversation` gathers parts into turns, and puts the results of calls right after the turn that made them, in the
/// order of the calls: a model is shown which result belongs to which call by their order alone.
#[derive(Debug)]
pub(super) struct Conversation<'a> {
    turns: Vec<Turn<'a>>,
    /// The first turn of the message that is read now.
    first: usize,
    ids: CallIds<'a>,
    book: CallBook<'a, Place>,
}

/// Where a call stands: its turn, and its place among the turn's calls.
#[derive(Clone, Copy, Debug)]
struct Place {
    turn: usize,
    call: usize,
}

impl<'a> Conversation<'a> {
    /// Reads the messages. There may be none: that loads the model, <https://docs.ollama.com/api/chat>.
    pub(super) fn of(
        messages: &'a [Message],
        context: &mut Context<'a, '_>,
    ) -> Result<Vec<Turn<'a>>, ApiError> {
        let mut conversation =
            Self { turns: Vec::new(), first: 0, ids: CallIds::new(IdRule::Any), book: CallBook::default() };
        for message in messages {
            match message.kept(API) {
                Some(raw) => conversation.keep(message, raw),
                None => conversation.message(message, context)?,
            }
        }
        Ok(conversation.finish(context))
    }

    fn message(&mut self, message: &'a Message, context: &mut Context<'a, '_>) -> Result<(), ApiError> {
        let side = side(message);
        if message.name.is_some() {
            context.losses.count("message.name", "the API has no names of speakers");
        }
        if message.extra.is_some() {
            context.losses.count("message.extra", "the API has no further members of a message");
        }
        self.first = self.turns.len();
        for part in &message.parts {
            part::read(part, side, self, context)?;
        }
        Ok(())
    }

    /// Adds a message as it stood in the body that the request was read from; only its calls and results are looked at.
    fn keep(&mut self, message: &'a Message, raw: &'a RawJson) {
        let mut turn = Turn::of(side(message));
        turn.kept = Some(raw);
        for part in &message.parts {
            match part {
                Part::ToolCall(part) if part.executor == Executor::Client => {
                    let call = &part.call;
                    if !call.id.is_empty() {
                        self.ids.take(call.id.as_str());
                    }
                    let place = Place { turn: self.turns.len(), call: turn.calls.len() };
                    self.book.call(call, place.turn, place);
                    let kind = CallKind::Function(Input::of(call));
                    turn.calls.push(CallEntry::new(call.id.as_str().into(), call.name.as_str().into(), kind));
                }
                Part::ToolResult(part) if part.executor == Executor::Client => {
                    if let Ok(place) = self.book.answer(&part.result).copied()
                        && let Some(turn) = self.turns.get_mut(place.turn)
                        && let Some(call) = turn.calls.get_mut(place.call)
                    {
                        call.has_kept_answer = true;
                    }
                }
                _ => {}
            }
        }
        self.turns.push(turn);
    }

    /// The turn of this side's that goes on or begins here; it is always there.
    pub(super) fn turn(&mut self, side: Side) -> Option<&mut Turn<'a>> {
        let goes_on = self.turns.len() > self.first
            && self.turns.last().is_some_and(|turn| turn.side == side && !turn.is_answered());
        if !goes_on {
            self.turns.push(Turn::of(side));
        }
        self.turns.last_mut()
    }

    /// Opens a call: the entry is made of the id that it is sent with.
    pub(super) fn call(&mut self, call: &'a ToolCall, entry: impl FnOnce(Cow<'a, str>) -> CallEntry<'a>) {
        // Servers that give no ids get none back: names and order tell.
        let id = if call.id.is_empty() { Cow::Borrowed("") } else { self.ids.take(call.id.as_str()) };
        let Some(turn) = self.turn(Side::Assistant) else { return };
        let place = turn.calls.len();
        turn.pause();
        turn.calls.push(entry(id));
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
        let turn = self.turns.get_mut(place.turn);
        if let Some(call) = turn.and_then(|turn| turn.calls.get_mut(place.call)) {
            call.answer = Some(answer);
        }
        Ok(())
    }

    fn finish(mut self, context: &mut Context<'a, '_>) -> Vec<Turn<'a>> {
        self.turns.retain(|turn| !turn.is_empty());
        let last = self.turns.len().saturating_sub(1);
        // Between messages that stood so in a body nothing is put.
        let is_own = |turn: &Turn<'_>| turn.kept.is_none();
        let first_kept = self.turns.iter().rposition(is_own).map_or(0, |place| place.saturating_add(1));
        for (place, turn) in self.turns.iter_mut().enumerate() {
            // Calls at the end of the conversation wait for their results.
            if (place == last && !turn.is_answered()) || place >= first_kept {
                continue;
            }
            for call in turn.calls.iter_mut().filter(|call| call.is_open()) {
                context.losses.count("tool_call", "no result was given for a call, and the model is told so");
                call.answer = Some(Answer::missing());
            }
        }
        self.turns
    }
}

fn side(message: &Message) -> Side {
    match message.role {
        Role::Assistant => Side::Assistant,
        Role::System => Side::System,
        _ => Side::User,
    }
}
