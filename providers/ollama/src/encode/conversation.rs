use std::borrow::Cow;

use steer_core::encode::{CallBook, CallIds, IdRule};
use steer_core::message::Role;
use steer_core::tools::ToolResult;
use steer_core::{ApiError, Message, ToolCall};

use super::answer::Answer;
use super::call::CallEntry;
use super::part::{self, Context};
use super::turn::{Side, Turn};

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
            conversation.message(message, context)?;
        }
        Ok(conversation.finish(context))
    }

    fn message(&mut self, message: &'a Message, context: &mut Context<'a, '_>) -> Result<(), ApiError> {
        let side = match message.role {
            Role::Assistant => Side::Assistant,
            Role::System => Side::System,
            _ => Side::User,
        };
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
        for (place, turn) in self.turns.iter_mut().enumerate() {
            // Calls at the end of the conversation wait for their results.
            if place == last && !turn.is_answered() {
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
