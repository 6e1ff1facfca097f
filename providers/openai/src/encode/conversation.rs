use std::borrow::Cow;
use std::collections::BTreeSet;

use steer_core::encode::{CallBook, CallIds, IdRule};
use steer_core::json::Members;
use steer_core::message::{Authority, Executor, Role, ToolCallPart, ToolResultPart};
use steer_core::tools::ToolInput;
use steer_core::{ApiError, Message, Part, RawJson, ToolCall};

use super::answer::{Answer, MAX_ID};
use super::item::{Item, Said};
use super::output::{Output, OutputKind};
use super::part::{self, Context};
use super::{pairing, tools};
use crate::{API, ResponsesDialect};

/// `Conversation` gathers parts into items, in the order of the request:
/// <https://platform.openai.com/docs/guides/conversation-state>.
#[derive(Debug)]
pub(super) struct Conversation<'a> {
    entries: Vec<Entry<'a>>,
    ids: CallIds<'a>,
    book: CallBook<'a, Called<'a>>,
    /// How many calls there were.
    calls: u64,
    /// The calls that ask for approval.
    approvals: BTreeSet<&'a str>,
    /// What the items of the message that is read now take from it.
    head: Head<'a>,
    /// Whether the vendor keeps earlier items, which calls and requests may stand in.
    goes_on: bool,
    /// Whether what the model says next is a message of its own.
    is_paused: bool,
}

/// `Entry` is an item and where it came from.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) item: Item<'a>,
    /// The number of its message.
    pub(super) message: usize,
    /// The answer that it came with.
    pub(super) response: Option<&'a str>,
    /// For a call that has no result yet: its id, and what would answer it.
    pub(super) waits: Option<(Cow<'a, str>, OutputKind)>,
}

/// `Side` is who says a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    User,
    Assistant,
    /// The program, in this role.
    System(&'static str),
}

/// What a result must know of its call.
#[derive(Clone, Debug)]
struct Called<'a> {
    id: Cow<'a, str>,
    kind: OutputKind,
    /// Its entry, unless the vendor keeps it.
    entry: Option<usize>,
}

impl<'a> Called<'a> {
    /// A call that is not written here.
    fn of(part: &'a ToolCallPart) -> Self {
        let kind = match (part.kind.as_deref(), &part.call.input) {
            (Some(kind), _) => OutputKind::of(kind),
            (None, ToolInput::Text(_)) => OutputKind::Custom,
            (None, ToolInput::Json(_)) => OutputKind::Function,
        };
        Self { id: Cow::Borrowed(&part.call.id), kind, entry: None }
    }
}

#[derive(Debug)]
struct Head<'a> {
    side: Side,
    extra: Members<'a>,
    message: usize,
}

impl<'a> Conversation<'a> {
    /// Reads the messages; the vendor keeps the first `stored` of them.
    pub(super) fn of(
        messages: &'a [Message],
        stored: usize,
        goes_on: bool,
        context: &mut Context<'a, '_>,
    ) -> Result<Vec<Item<'a>>, ApiError> {
        let head = Head { side: Side::User, extra: Members::default(), message: 0 };
        let mut conversation = Self {
            entries: Vec::with_capacity(messages.len()),
            ids: CallIds::new(IdRule::Plain(MAX_ID)),
            book: CallBook::default(),
            calls: 0,
            approvals: BTreeSet::new(),
            head,
            goes_on,
            is_paused: false,
        };
        for message in messages.iter().take(stored) {
            conversation.stored(message);
        }
        for (number, message) in messages.iter().enumerate().skip(stored) {
            // A text that was the whole input can only be that.
            let is_taken = |raw: &&RawJson| messages.len() == 1 || !raw.get().starts_with('"');
            match message.kept(API).filter(is_taken) {
                Some(raw) => conversation.keep(number, message, raw),
                None => conversation.message(number, message, context)?,
            }
        }
        Ok(pairing::finish(conversation.entries, context))
    }

    fn message(
        &mut self,
        number: usize,
        message: &'a Message,
        context: &mut Context<'a, '_>,
    ) -> Result<(), ApiError> {
        let side = match message.role {
            Role::Assistant => Side::Assistant,
            Role::System => Side::System(note_role(message.authority, context.dialect)),
            _ => Side::User,
        };
        if message.name.as_deref().is_some_and(|name| !name.trim().is_empty()) {
            context.losses.count("message.name", "the API has no names of speakers");
        }
        let is_result = |part: &&Part| matches!(part, Part::ToolResult(_));
        // A message of one result is that result's item; of several, no one's.
        let of_result = message.extra_for(API).filter(|_| message.role == Role::Tool);
        let is_one = message.parts.iter().filter(is_result).count() == 1;
        if of_result.is_some() && !is_one {
            context.losses.count("message.extra", "the members of several results' message are not sent");
        }
        let extra = message.extra_for(API).filter(|_| message.role != Role::Tool);
        self.head = Head { side, extra: extra.and_then(part::members).unwrap_or_default(), message: number };
        for part in &message.parts {
            part::read(part, side, of_result.filter(|_| is_one), self, context)?;
        }
        Ok(())
    }

    /// Adds a message as it stood in the body that the request was read from; only its calls and results are looked at.
    fn keep(&mut self, number: usize, message: &'a Message, raw: &'a RawJson) {
        self.head = Head { side: Side::User, extra: Members::default(), message: number };
        let entry = self.entries.len();
        self.push(Item::Kept { raw, is_of_model: message.role == Role::Assistant }, None);
        for part in &message.parts {
            match part {
                Part::ToolCall(part) if part.executor == Executor::Client => {
                    self.call_id(&part.call);
                    let called = Called { entry: Some(entry), ..Called::of(part) };
                    if let Some(kept) = self.entries.get_mut(entry) {
                        kept.waits = Some((Cow::clone(&called.id), called.kind));
                    }
                    self.book.call(&part.call, number, called);
                }
                Part::ToolResult(part) if part.executor == Executor::Client => {
                    self.answered(part);
                }
                Part::ApprovalRequest(part) => self.ask(&part.approval_id),
                _ => {}
            }
        }
    }

    /// Adds an item.
    pub(super) fn push(&mut self, item: Item<'a>, response: Option<&'a str>) {
        let message = self.head.message;
        self.entries.push(Entry { item, message, response, waits: None });
    }

    /// The message of the user's or the program's that goes on or begins here.
    pub(super) fn said(&mut self, side: Side) -> Option<&mut Said<'a>> {
        let role = match side {
            Side::System(role) => role,
            _ => "user",
        };
        let number = self.head.message;
        let goes_on = self.entries.last().is_some_and(|last| {
            last.message == number && matches!(&last.item, Item::Said(said) if said.role == role)
        });
        if !goes_on {
            let extra = self.take_head(side);
            self.push(Item::Said(Said { role, extra, content: Vec::new() }), None);
        }
        match self.entries.last_mut() {
            Some(Entry { item: Item::Said(said), .. }) => Some(said),
            _ => None,
        }
    }

    /// The message of the model's that goes on or begins here. Texts of another id or phase are another message.
    pub(super) fn answer(
        &mut self,
        id: Option<&'a str>,
        phase: Option<&'a str>,
        response: Option<&'a str>,
    ) -> Option<&mut Answer<'a>> {
        let number = self.head.message;
        let goes_on = self.entries.last().is_some_and(|last| {
            let is_same = |answer: &Answer<'_>| answer.id == id && answer.phase == phase;
            last.message == number && matches!(&last.item, Item::Answer(answer) if is_same(answer))
        });
        let is_paused = std::mem::take(&mut self.is_paused);
        if !goes_on || is_paused {
            let extra = self.take_head(Side::Assistant);
            self.push(Item::Answer(Answer { id, phase, content: Vec::new(), extra }), response);
        }
        match self.entries.last_mut() {
            Some(Entry { item: Item::Answer(answer), .. }) => Some(answer),
            _ => None,
        }
    }

    /// The id and phase of the message of the model's that was read last, for a part that has none of its own.
    pub(super) fn last_answer(&self) -> (Option<&'a str>, Option<&'a str>) {
        match self.entries.last() {
            Some(Entry { item: Item::Answer(answer), message, .. }) if *message == self.head.message => {
                (answer.id, answer.phase)
            }
            _ => (None, None),
        }
    }

    /// Lets what the model says next be a message of its own.
    pub(super) fn pause(&mut self) {
        self.is_paused = true;
    }

    /// Gives a call the id that it is sent with; on wires without ids its number is the id.
    pub(super) fn call_id(&mut self, call: &'a ToolCall) -> Cow<'a, str> {
        self.calls = self.calls.saturating_add(1);
        if call.id.trim().is_empty() {
            return self.ids.take(format!("call_{}", self.calls));
        }
        self.ids.take(call.id.as_str())
    }

    /// Opens a call, which waits for its result.
    pub(super) fn call(
        &mut self,
        call: &'a ToolCall,
        id: Cow<'a, str>,
        kind: OutputKind,
        item: Item<'a>,
        response: Option<&'a str>,
    ) {
        let entry = self.entries.len();
        self.push(item, response);
        if let Some(last) = self.entries.last_mut() {
            last.waits = Some((Cow::clone(&id), kind));
        }
        self.book.call(call, self.head.message, Called { id, kind, entry: Some(entry) });
    }

    /// Notes that a call asks for approval.
    pub(super) fn ask(&mut self, approval: &'a str) {
        self.approvals.insert(approval);
    }

    /// Whether somebody asked for this approval.
    pub(super) fn is_asked(&self, approval: &str) -> bool {
        self.goes_on || self.approvals.contains(approval)
    }

    /// Answers a call.
    ///
    /// # Errors
    /// No call waits for the result.
    pub(super) fn result(
        &mut self,
        part: &'a ToolResultPart,
        extra: Members<'a>,
        context: &mut Context<'a, '_>,
    ) -> Result<(), ApiError> {
        let result = &part.result;
        let called = match self.book.answer(result) {
            Ok(called) => called.clone(),
            // The vendor has the call.
            Err(_) if self.goes_on && !result.call_id.trim().is_empty() => {
                let kind = part.kind.as_deref().map_or(OutputKind::Function, OutputKind::of);
                Called { id: Cow::Borrowed(&result.call_id), kind, entry: None }
            }
            Err(error) => return Err(error),
        };
        if let Some(entry) = called.entry.and_then(|entry| self.entries.get_mut(entry)) {
            entry.waits = None;
        }
        let mut output = Output::of(result, called.id, called.kind, context)?;
        output.caller = part.caller.as_ref();
        output.extra = extra;
        self.push(Item::Output(output), None);
        Ok(())
    }

    /// A result that goes back in the vendor's own terms.
    pub(super) fn raw_result(&mut self, part: &'a ToolResultPart, item: Item<'a>) {
        self.answered(part);
        self.push(item, None);
    }

    /// Notes that a call has its result.
    fn answered(&mut self, part: &ToolResultPart) {
        let entry = self.book.answer(&part.result).ok().and_then(|called| called.entry);
        if let Some(entry) = entry.and_then(|entry| self.entries.get_mut(entry)) {
            entry.waits = None;
        }
    }

    /// The members of the message; they go to its first item.
    fn take_head(&mut self, side: Side) -> Members<'a> {
        if side == self.head.side { std::mem::take(&mut self.head.extra) } else { Members::default() }
    }

    /// Reads a message that the vendor keeps: its calls may still be answered.
    fn stored(&mut self, message: &'a Message) {
        for part in &message.parts {
            match part {
                Part::ToolCall(part) if part.executor == Executor::Client => {
                    self.book.call(&part.call, 0, Called::of(part));
                }
                Part::ToolResult(part) => {
                    // What it answers is kept with it.
                    let _ = self.book.answer(&part.result);
                }
                _ => {}
            }
        }
    }
}

/// What answers a call of a function: JSON, if its tool says what JSON it gives.
pub(super) fn answer_of(name: &str, context: &Context<'_, '_>) -> OutputKind {
    if tools::gives_json(context.tools, name) { OutputKind::JsonFunction } else { OutputKind::Function }
}

/// The role that the program speaks in.
pub(super) fn note_role(authority: Option<Authority>, dialect: &ResponsesDialect) -> &'static str {
    match authority {
        Some(Authority::System) => "system",
        _ if dialect.developer_role => "developer",
        _ => "system",
    }
}
