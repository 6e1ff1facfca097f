use std::borrow::Cow;

use steer_core::encode::{CallBook, CallIds, IdRule};
use steer_core::message::{Executor, Role};
use steer_core::tools::ToolResult;
use steer_core::{ApiError, Message, Part, RawJson, ToolCall};

use super::content::{Kind, WirePart, WireResponse};
use super::invalid;
use super::part::{self, Context};
use super::result::Response;
use super::turn::{OpenCall, Side, Turn};
use crate::API;

/// What stands in the place of a response that nobody gave.
const NO_RESPONSE: &str = "no result was given";

/// What the user says where the model would speak first; a blank text would be refused.
const GO_ON: &str = "Go on.";

/// `Conversation` gathers parts into turns of the user and the model by turns; responses come right after their calls,
/// and notes of the program, which the API does not know, become words of the user's:
/// <https://ai.google.dev/api/generate-content#request-body>.
#[derive(Debug)]
pub(super) struct Conversation<'a> {
    turns: Vec<Turn<'a>>,
    /// Notes that came before anybody spoke; they belong to the prompt.
    leading: Vec<WirePart<'a>>,
    ids: CallIds<'a>,
    /// The calls, by the place of their turn and among its calls.
    book: CallBook<'a, (usize, usize)>,
    /// Whether the model wants an id with every call.
    needs_ids: bool,
    /// The turns with calls that another vendor's model made.
    foreign: Vec<usize>,
}

impl<'a> Conversation<'a> {
    /// Reads the messages; gives the parts that belong to the prompt, and the turns as they are sent.
    pub(super) fn of(
        messages: &'a [Message],
        context: &mut Context<'a, '_>,
    ) -> Result<(Vec<WirePart<'a>>, Vec<Turn<'a>>), ApiError> {
        let mut conversation = Self {
            turns: Vec::new(),
            leading: Vec::new(),
            ids: CallIds::new(IdRule::Any),
            book: CallBook::default(),
            needs_ids: context.needs_ids,
            foreign: Vec::new(),
        };
        for message in messages {
            match message.kept(API) {
                Some(raw) => conversation.keep(message, raw),
                None => conversation.message(message, context)?,
            }
        }
        conversation.finish(context)
    }

    fn message(&mut self, message: &'a Message, context: &mut Context<'a, '_>) -> Result<(), ApiError> {
        let side = match message.role {
            Role::Assistant => Side::Model,
            _ => Side::User,
        };
        if message.name.is_some() {
            context.losses.count("message.name", "the API has no names of speakers");
        }
        if message.extra_for(API).is_some() {
            context.losses.count("message.extra", "the API has no further members of a message");
        }
        let is_note = message.role == Role::System;
        if is_note && !self.turns.is_empty() && !message.parts.is_empty() {
            context.losses.count("system note", "the API has no notes in a conversation; the user says it");
        }
        for part in &message.parts {
            part::read(part, side, is_note, self, context)?;
        }
        Ok(())
    }

    /// Adds a message as it stood in the body that the request was read from; only its calls and results are looked at.
    fn keep(&mut self, message: &'a Message, raw: &'a RawJson) {
        let side = if message.role == Role::Assistant { Side::Model } else { Side::User };
        let mut turn = Turn::of(side);
        turn.kept = Some(raw);
        let place = self.turns.len();
        for part in &message.parts {
            match part {
                Part::ToolCall(part) if part.executor == Executor::Client => {
                    let (id, name) = (part.call.id.as_str(), part.call.name.as_str());
                    if !id.is_empty() {
                        self.ids.take(id);
                    }
                    self.book.call(&part.call, place, (place, turn.calls.len()));
                    let (id, name) = (Cow::Borrowed(id), Cow::Borrowed(name));
                    turn.calls.push(OpenCall { id, name, is_answered: false, response: None });
                }
                Part::ToolResult(part) if part.executor == Executor::Client => {
                    if let Ok((place, number)) = self.book.answer(&part.result).copied()
                        && let Some(turn) = self.turns.get_mut(place)
                        && let Some(call) = turn.calls.get_mut(number)
                    {
                        call.is_answered = true;
                    }
                }
                _ => {}
            }
        }
        self.turns.push(turn);
    }

    /// Adds a part of this side's.
    pub(super) fn push(&mut self, side: Side, part: WirePart<'a>) {
        if let Some(turn) = self.turn(side) {
            turn.parts.push(part);
        }
    }

    /// Adds a part of a note of the program's.
    pub(super) fn push_note(&mut self, part: WirePart<'a>) {
        if self.turns.is_empty() && matches!(part.kind, Kind::Text(_)) {
            self.leading.push(part);
        } else {
            self.push(Side::User, part);
        }
    }

    /// Opens a call of the program's: a part is made of the id that it is sent with. `is_foreign` says that it may
    /// need a word in the place of a signature.
    pub(super) fn call(
        &mut self,
        call: &'a ToolCall,
        name: Cow<'a, str>,
        is_foreign: bool,
        part: impl FnOnce(Cow<'a, str>, Cow<'a, str>) -> WirePart<'a>,
    ) {
        let id = match call.id.as_str() {
            // Names and order tell, but for the models of other houses, which do not know them by these.
            "" if self.needs_ids => self.ids.take(format!("{}_call", call.name)),
            // Models that give no ids get none back.
            "" => Cow::Borrowed(""),
            id => self.ids.take(id),
        };
        let part = part(Cow::clone(&id), Cow::clone(&name));
        let Some(turn) = self.turn(Side::Model) else { return };
        let place = turn.calls.len();
        turn.calls.push(OpenCall { id, name, is_answered: false, response: None });
        turn.parts.push(part);
        let turn = self.turns.len().saturating_sub(1);
        self.book.call(call, turn, (turn, place));
        if is_foreign {
            self.foreign.push(turn);
        }
    }

    /// Answers the latest open call of that id.
    ///
    /// # Errors
    /// No call waits for the result.
    pub(super) fn answer(
        &mut self,
        result: &'a ToolResult,
        part: impl FnOnce(Cow<'a, str>, Cow<'a, str>) -> WirePart<'a>,
        context: &mut Context<'a, '_>,
    ) -> Result<(), ApiError> {
        let (place, number) = *self.book.answer(result)?;
        if place.saturating_add(1) < self.turns.len() {
            context.losses.count("tool_result", "a result was moved to the place behind its call");
        }
        let turn = self.turns.get_mut(place);
        if let Some(open) = turn.and_then(|turn| turn.calls.get_mut(number)) {
            open.is_answered = true;
            open.response = Some(part(Cow::clone(&open.id), Cow::clone(&open.name)));
        }
        Ok(())
    }

    /// The turn that this side speaks in now; it is always there.
    fn turn(&mut self, side: Side) -> Option<&mut Turn<'a>> {
        let is_over = |turn: &Turn<'_>| turn.side != side || turn.is_answered() || turn.kept.is_some();
        if self.turns.last().is_none_or(is_over) {
            self.turns.push(Turn::of(side));
        }
        self.turns.last_mut()
    }

    fn finish(
        mut self,
        context: &mut Context<'a, '_>,
    ) -> Result<(Vec<WirePart<'a>>, Vec<Turn<'a>>), ApiError> {
        if self.turns.is_empty() {
            return Err(invalid("the request has no message with content; add a user message"));
        }
        self.answer_the_rest(context);
        for (number, turn) in self.turns.iter_mut().enumerate() {
            if context.signs_calls == Some(true)
                || (context.signs_calls.is_none() && self.foreign.contains(&number))
            {
                turn.sign();
            }
        }
        // The user says something, and a call may only follow something that the user says.
        let is_silent = self.turns.iter().all(|turn| turn.side == Side::Model && !turn.is_answered());
        let calls_first = self.turns.first().is_some_and(|turn| !turn.calls.is_empty());
        // What stood first in a body stays first.
        let is_kept = self.turns.first().is_some_and(|turn| turn.kept.is_some());
        if (is_silent || calls_first) && !is_kept {
            context
                .losses
                .count("contents", "the model cannot speak first; a short turn of the user's was put first");
            let mut turn = Turn::of(Side::User);
            turn.parts.push(WirePart::text(GO_ON));
            self.turns.insert(0, turn);
        }
        Ok((self.leading, self.turns))
    }

    /// Calls that nobody answered get a response that says so; not those of the last turn, if none of them has one.
    fn answer_the_rest(&mut self, context: &mut Context<'a, '_>) {
        let last = self.turns.len().saturating_sub(1);
        // Between contents that stood so in a body nothing is put.
        let first_kept = self
            .turns
            .iter()
            .rposition(|turn| turn.kept.is_none())
            .map_or(0, |place| place.saturating_add(1));
        for (number, turn) in self.turns.iter_mut().enumerate().take(first_kept) {
            if number == last && !turn.is_answered() {
                continue;
            }
            for call in turn.calls.iter_mut().filter(|call| !call.is_answered) {
                call.is_answered = true;
                context.losses.count("tool_call", "no result was given for a call, and the model is told so");
                call.response = Some(WirePart::new(Kind::Response(WireResponse {
                    id: Cow::clone(&call.id),
                    name: Cow::clone(&call.name),
                    response: Response::error(NO_RESPONSE),
                    media: Vec::new(),
                })));
            }
        }
    }
}
