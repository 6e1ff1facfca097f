use std::borrow::Cow;

use serde_json::value::RawValue;
use steer_core::StreamError;
use steer_core::json::{JsonText, Record, Scanner};

use super::broken;
use super::chat::check_error;
use super::head::{Head, Heading};

/// `Chunk` is a chunk of a stream or a whole answer, read in one pass down to the members of its messages: to take it
/// apart level by level would read each inner byte once for each level. It is filled where it stands, since it is
/// large, and most of it mostly empty.
#[derive(Debug, Default)]
pub(super) struct Chunk<'a> {
    /// The members but for the choices.
    pub(super) members: Record<'a>,
    pub(super) choices: Choices<'a>,
}

/// `Choices` are the entries of `choices`. There is mostly one, which takes no memory of its own.
#[derive(Debug, Default)]
pub(super) struct Choices<'a> {
    /// Whether there is such a list at all.
    is_there: bool,
    /// How many entries there are.
    pub(super) count: usize,
    pub(super) first: Entry<'a>,
    pub(super) others: Vec<Entry<'a>>,
}

/// `Entry` is one of them.
#[derive(Debug, Default)]
pub(super) struct Entry<'a> {
    /// The members but for the message and the delta.
    pub(super) members: Record<'a>,
    pub(super) message: Message<'a>,
    pub(super) delta: Message<'a>,
}

/// `Message` is what an answer says, whole or in part, where it says anything.
#[derive(Debug, Default)]
pub(super) struct Message<'a> {
    pub(super) is_there: bool,
    pub(super) members: Record<'a>,
}

impl<'a> Chunk<'a> {
    /// Reads a frame, unless it is the server's report of a failure.
    pub(super) fn read(&mut self, json: &'a str, mut head: Option<&mut Head>) -> Result<(), StreamError> {
        if let Some(known) = head.as_deref().and_then(|head| head.known(json)) {
            if self.scan_rest(json, known).is_some() {
                return check_error(&mut self.members, self.choices.is_there, json);
            }
            *self = Self::default();
        }
        if self.scan(json, head.as_deref_mut()).is_none() {
            if let Some(head) = head {
                head.forget();
            }
            *self = Self::default();
            self.members = Record::read(json).map_err(|error| broken("chunk", &error))?;
            if let Err(error) = self.choices.take(&mut self.members) {
                // Beside an error anything may stand.
                check_error(&mut self.members, false, json)?;
                return Err(broken("choices", &error));
            }
        }
        check_error(&mut self.members, self.choices.is_there, json)
    }

    /// Reads a chunk of the usual shape. `None` leaves it half read.
    fn scan(&mut self, json: &'a str, head: Option<&mut Head>) -> Option<()> {
        let mut heading = Heading::default();
        let mut scanner = Scanner::new(json);
        scanner.object(|scanner, name| {
            self.member(scanner, name)?;
            heading.member(name, scanner.at());
            Some(())
        })?;
        scanner.end()?;
        if let Some(head) = head {
            head.learn(json, &heading);
        }
        Some(())
    }

    /// Reads what comes behind the known head of a chunk, unless it goes on with what belongs there.
    fn scan_rest(&mut self, json: &'a str, known: usize) -> Option<()> {
        let mut scanner = Scanner::new(json);
        scanner.rest_of_object(known, |scanner, name| {
            (!Head::may_hold(name)).then_some(())?;
            self.member(scanner, name)
        })?;
        scanner.end()
    }

    fn member(&mut self, scanner: &mut Scanner<'a>, name: &'a str) -> Option<()> {
        if name != "choices" {
            return push(&mut self.members, scanner, name);
        }
        // Of two lists one counts, and the other is something that the vendor added.
        (!self.choices.is_there).then_some(())?;
        self.choices.scan(scanner)
    }
}

impl<'a> Choices<'a> {
    /// The entries, in their order.
    pub(super) fn entries(&mut self) -> impl Iterator<Item = &mut Entry<'a>> {
        Some(&mut self.first).filter(|_| self.count > 0).into_iter().chain(&mut self.others)
    }

    fn scan(&mut self, scanner: &mut Scanner<'a>) -> Option<()> {
        if scanner.null() {
            return Some(());
        }
        self.is_there = true;
        scanner.array(|scanner| self.next().scan(scanner))
    }

    /// Takes the list out of a chunk that was read one level deep.
    fn take(&mut self, members: &mut Record<'a>) -> Result<(), serde_json::Error> {
        let Some(list) = members.take_json("choices") else { return Ok(()) };
        let entries: Vec<&'a RawValue> = serde_json::from_str(list.get())?;
        self.is_there = true;
        for entry in entries {
            self.next().take(entry)?;
        }
        Ok(())
    }

    /// Room for one entry more.
    fn next(&mut self) -> &mut Entry<'a> {
        self.count = self.count.saturating_add(1);
        if self.count == 1 {
            return &mut self.first;
        }
        self.others.push(Entry::default());
        self.others.last_mut().unwrap_or(&mut self.first)
    }
}

impl<'a> Entry<'a> {
    fn scan(&mut self, scanner: &mut Scanner<'a>) -> Option<()> {
        scanner.object(|scanner, name| {
            let message = match name {
                "message" => &mut self.message,
                "delta" => &mut self.delta,
                _ => return push(&mut self.members, scanner, name),
            };
            (!message.is_there).then_some(())?;
            message.scan(scanner)
        })
    }

    fn take(&mut self, entry: &'a RawValue) -> Result<(), serde_json::Error> {
        self.members = Record::read(entry.get())?;
        for (name, message) in [("message", &mut self.message), ("delta", &mut self.delta)] {
            if let Some(json) = self.members.take_json(name) {
                message.is_there = true;
                message.members = Record::read(json.get())?;
            }
        }
        Ok(())
    }
}

impl<'a> Message<'a> {
    fn scan(&mut self, scanner: &mut Scanner<'a>) -> Option<()> {
        if scanner.null() {
            return Some(());
        }
        self.is_there = true;
        scanner.object(|scanner, name| push(&mut self.members, scanner, name))
    }
}

fn push<'a>(members: &mut Record<'a>, scanner: &mut Scanner<'a>, name: &'a str) -> Option<()> {
    members.push(JsonText(Cow::Borrowed(name)), scanner.value()?);
    Some(())
}
