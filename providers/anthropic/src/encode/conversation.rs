use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use steer_core::encode::{CallBook, CallIds, IdRule};
use steer_core::message::{Executor, Role};
use steer_core::tools::ToolResult;
use steer_core::{ApiError, Message, Part, RawJson, ToolCall};

use super::block::{Block, Kind, ResultBlock};
use super::extra;
use super::invalid;
use super::part::{self, Context};
use super::result::ResultContent;
use super::turn::{OpenCall, Side, Turn};
use crate::API;

/// The ids that the API takes, as it says when it refuses one.
const IDS: IdRule = IdRule::Plain(64);

/// What the user says where only a note follows the assistant's turn: the API takes a note after a turn of the user's.
const GO_ON: &str = "Go on.";

/// What stands in the place of a result that nobody gave.
const NO_RESULT: &str = "no result was given";

/// `Conversation` gathers blocks into turns: those of one side become one message, results come right after their
/// calls and before all else that the user says, and notes of the program come after what the user says.
/// <https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use#parallel-tool-use>
/// <https://docs.claude.com/en/docs/build-with-claude/mid-conversation-system-messages>
#[derive(Debug)]
pub(super) struct Conversation<'a> {
    /// Turns of the user and the assistant by turns.
    turns: Vec<Turn<'a>>,
    /// The note after each turn, by the turn's place.
    notes: Vec<Option<Turn<'a>>>,
    /// A note that waits for a turn of the user's.
    held: Option<Turn<'a>>,
    /// Blocks of notes that came before anybody spoke; they belong to the system prompt.
    leading: Vec<Block<'a>>,
    ids: CallIds<'a>,
    /// The calls, by the place of their turn and among its calls.
    book: CallBook<'a, (usize, usize)>,
    provider_calls: HashMap<&'a str, Cow<'a, str>>,
    /// The calls of the vendor's tools that it would refuse.
    refused: HashSet<&'a str>,
}

impl<'a> Conversation<'a> {
    /// Reads the messages; gives the blocks that belong to the system prompt, and the messages as they are sent.
    pub(super) fn of(
        messages: &'a [Message],
        context: &mut Context<'a, '_>,
    ) -> Result<(Vec<Block<'a>>, Vec<Turn<'a>>), ApiError> {
        let mut conversation = Self {
            turns: Vec::new(),
            notes: Vec::new(),
            held: None,
            leading: Vec::new(),
            ids: CallIds::new(IDS),
            book: CallBook::default(),
            provider_calls: HashMap::new(),
            refused: context.offered.refused(messages),
        };
        for message in messages {
            match message.kept(API) {
                Some(raw) => conversation.keep(message, raw, context),
                None => conversation.message(message, context)?,
            }
        }
        conversation.finish(context)
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
        for part in &message.parts {
            part::read(part, side, self, context)?;
        }
        match message.extra_for(API).and_then(extra::members) {
            Some(members) if side == Side::System && !self.turns.is_empty() => {
                let note = self.note(context);
                if !extra::is_empty(&note.extra) {
                    context
                        .losses
                        .count("message.extra", "of notes that were joined, the last one's members count");
                }
                note.extra = members;
            }
            Some(_) => {
                context.losses.count("message.extra", "the API has no further members of such a message")
            }
            None => {}
        }
        Ok(())
    }

    /// Adds a message as it stood in the body that the request was read from; only its calls and results are looked at.
    fn keep(&mut self, message: &'a Message, raw: &'a RawJson, context: &mut Context<'a, '_>) {
        let side = match message.role {
            Role::Assistant => Side::Assistant,
            Role::System => Side::System,
            _ => Side::User,
        };
        let mut turn = Turn::of(side);
        turn.kept = Some(raw);
        turn.kept_points = message.parts.iter().filter(|part| part.meta().cache.is_some()).count();
        let place = self.turns.len().saturating_add(1);
        for part in &message.parts {
            match part {
                Part::ToolCall(part) if part.executor == Executor::Client => {
                    let id = part.call.id.as_str();
                    self.ids.take(id);
                    self.book.call(&part.call, place, (place, turn.calls.len()));
                    let (wire_id, toolset) = (Cow::Borrowed(id), part.namespace.as_deref());
                    turn.calls.push(OpenCall { wire_id, toolset, answered: false });
                }
                Part::ToolCall(part) => {
                    self.ids.take(part.call.id.as_str());
                    self.provider_calls.insert(&part.call.id, Cow::Borrowed(&part.call.id));
                }
                Part::ToolResult(part) if part.executor == Executor::Client => {
                    if let Ok((place, number)) = self.book.answer(&part.result).copied()
                        && let Some(turn) = place.checked_sub(1).and_then(|place| self.turns.get_mut(place))
                        && let Some(call) = turn.calls.get_mut(number)
                    {
                        call.answered = true;
                    }
                }
                Part::ToolAvailability(part) => part::need_betas(part, context),
                _ => {}
            }
        }
        let held = if side == Side::User { self.held.take() } else { None };
        self.turns.push(turn);
        self.notes.push(held);
    }

    /// Adds a block.
    pub(super) fn push(&mut self, side: Side, block: Block<'a>, context: &mut Context<'a, '_>) {
        match side {
            Side::System if self.turns.is_empty() && matches!(block.kind, Kind::Text { .. }) => {
                self.leading.push(block);
            }
            Side::System => self.note(context).blocks.push(block),
            _ => {
                if let Some(turn) = self.turn(side, context) {
                    turn.blocks.push(block);
                }
            }
        }
    }

    /// Opens a call of the program's and gives the id that it is sent with.
    pub(super) fn call(
        &mut self,
        call: &'a ToolCall,
        toolset: Option<&'a str>,
        context: &mut Context<'a, '_>,
    ) -> Cow<'a, str> {
        let wire_id = self.ids.take(call.id.as_str());
        let open = OpenCall { wire_id: Cow::clone(&wire_id), toolset, answered: false };
        if let Some(turn) = self.turn(Side::Assistant, context) {
            let place = turn.calls.len();
            turn.calls.push(open);
            self.book.call(call, self.turns.len(), (self.turns.len(), place));
        }
        wire_id
    }

    /// Answers the latest open call of that id: a block is made of the ids, and put right after the call's turn.
    ///
    /// # Errors
    /// No call waits for the result.
    pub(super) fn answer(
        &mut self,
        result: &'a ToolResult,
        block: impl FnOnce(Cow<'a, str>, Option<&'a str>) -> Block<'a>,
        context: &mut Context<'a, '_>,
    ) -> Result<(), ApiError> {
        // The turn after the call's is the one that brings the result.
        let (place, number) = *self.book.answer(result)?;
        let turn = place.checked_sub(1).and_then(|place| self.turns.get_mut(place));
        let Some(open) = turn.and_then(|turn| turn.calls.get_mut(number)) else { return Ok(()) };
        open.answered = true;
        let (wire_id, toolset) = (Cow::clone(&open.wire_id), open.toolset);
        if place.saturating_add(1) < self.turns.len() {
            context.losses.count("tool_result", "a result was moved to the turn after its call");
        }
        let block = block(wire_id, toolset);
        if place == self.turns.len() {
            self.turn(Side::User, context);
        }
        if let Some(turn) = self.turns.get_mut(place) {
            turn.results.push(block);
        }
        Ok(())
    }

    /// Notes a call that the vendor ran and gives the id that it is sent with.
    pub(super) fn provider_call(&mut self, id: &'a str) -> Cow<'a, str> {
        let wire_id = self.ids.take(id);
        self.provider_calls.insert(id, Cow::clone(&wire_id));
        wire_id
    }

    /// Whether a call of a tool of the vendor's, and its result, would be refused.
    pub(super) fn is_refused(&self, id: &str) -> bool {
        self.refused.contains(id)
    }

    /// The id of a call that the vendor ran before.
    pub(super) fn provider_answer(&self, id: &str) -> Result<Cow<'a, str>, ApiError> {
        self.provider_calls.get(id).cloned().ok_or_else(|| {
            let id = id.escape_debug();
            invalid(format!(
                "the result `{id}` of a provider's tool has no call before it; keep the call too"
            ))
        })
    }

    /// The turn that this side speaks in now; it is always there.
    fn turn(&mut self, side: Side, context: &mut Context<'a, '_>) -> Option<&mut Turn<'a>> {
        if self.turns.last().is_none_or(|turn| turn.side != side || turn.kept.is_some()) {
            self.turns.push(Turn::of(side));
            self.notes.push(if side == Side::User { self.held.take() } else { None });
        } else if let Some(Some(_)) = self.notes.last() {
            // The API takes a note only as the last thing before the assistant's turn.
            context
                .losses
                .count("system note", "a note was moved behind what else the user says in the turn");
        }
        self.turns.last_mut()
    }

    fn note(&mut self, context: &mut Context<'a, '_>) -> &mut Turn<'a> {
        let is_user = self.turns.last().is_some_and(|turn| turn.side == Side::User);
        match self.notes.last_mut() {
            Some(note) if is_user => note.get_or_insert_with(|| Turn::of(Side::System)),
            _ => {
                if self.held.is_none() {
                    context.losses.count("system note", "a note was moved behind the user's next turn");
                }
                self.held.get_or_insert_with(|| Turn::of(Side::System))
            }
        }
    }

    fn finish(mut self, context: &mut Context<'a, '_>) -> Result<(Vec<Block<'a>>, Vec<Turn<'a>>), ApiError> {
        if self.held.is_some() && !self.turns.is_empty() {
            context
                .losses
                .count("system note", "a note at the end needs a turn of the user's; a short one was added");
            let text = Kind::Text { text: GO_ON, citations: Vec::new() };
            self.push(Side::User, Block::new(text), context);
        }
        if self.turns.is_empty() {
            return Err(invalid("the request has no message with content; add a user message"));
        }
        self.answer_the_rest(context);
        trim_prefill(&mut self.turns);
        let mut messages = Vec::with_capacity(self.turns.len().saturating_add(4));
        for (mut turn, note) in self.turns.into_iter().zip(self.notes) {
            // The API joins the user's messages, so results may stand in one of their own before it.
            if !turn.results.is_empty() && (turn.kept.is_some() || turn.side != Side::User) {
                messages.push(Turn::of_results(std::mem::take(&mut turn.results)));
            }
            messages.push(turn);
            messages.extend(note);
        }
        Ok((self.leading, messages))
    }

    /// Calls that nobody answered get a result that says so; not those of the last turn, which wait for it.
    fn answer_the_rest(&mut self, context: &mut Context<'a, '_>) {
        // Between messages that stood so in a body nothing is put.
        let first_kept = self
            .turns
            .iter()
            .rposition(|turn| turn.kept.is_none())
            .map_or(0, |place| place.saturating_add(1));
        let mut turns = self.turns.iter_mut().take(first_kept.saturating_add(1)).peekable();
        while let Some(turn) = turns.next() {
            let Some(next) = turns.peek_mut() else { return };
            for call in turn.calls.iter_mut().filter(|call| !call.answered) {
                call.answered = true;
                context.losses.count("tool_use", "no result was given for a call, and the model is told so");
                next.results.push(Block::new(Kind::Result(ResultBlock {
                    kind: "tool_result",
                    call_id: Cow::clone(&call.wire_id),
                    content: ResultContent::Text(Cow::Borrowed(NO_RESULT)),
                    is_error: true,
                    toolset: call.toolset,
                    caller: None,
                })));
            }
        }
    }
}

/// What the assistant is to go on from may not end with white space:
/// <https://docs.claude.com/en/docs/build-with-claude/prompt-engineering/prefill-claudes-response>.
fn trim_prefill(turns: &mut [Turn<'_>]) {
    if let Some(turn) = turns.last_mut().filter(|turn| turn.side == Side::Assistant)
        && let Some(Kind::Text { text, .. }) = turn.blocks.last_mut().map(|block| &mut block.kind)
    {
        *text = text.trim_end();
    }
}
