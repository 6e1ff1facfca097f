//! What must stand beside what in the input: reasoning before the item that it led to, the items of reasoning after
//! it, and a result for every call. <https://platform.openai.com/docs/guides/reasoning#keeping-reasoning-items-in-context>

use std::borrow::Cow;

use super::conversation::Entry;
use super::item::Item;
use super::output::Output;
use super::part::Context;

/// Repairs what is alone, and gives the items.
pub(super) fn finish<'a>(mut entries: Vec<Entry<'a>>, context: &mut Context<'a, '_>) -> Vec<Item<'a>> {
    entries.retain(|entry| !entry.item.is_empty());
    let mut items = Vec::with_capacity(entries.len());
    // What is dropped may have been what other thinking led to.
    while part_from_lost_reasoning(&mut entries, context) | drop_lone_reasoning(&mut entries, context) {}
    if context.dialect.calls_last {
        put_calls_last(&mut entries);
    }
    let missing = missing_results(&entries);
    let mut missing = missing.into_iter().peekable();
    for (place, entry) in entries.into_iter().enumerate() {
        while let Some((_, output)) = missing.next_if(|(before, _)| *before <= place) {
            context.losses.count("tool_call", "no result was given for a call, and the model is told so");
            items.push(Item::Output(output));
        }
        if !matches!(entry.item, Item::Gap) {
            items.push(entry.item);
        }
    }
    for (_, output) in missing {
        context.losses.count("tool_call", "no result was given for a call, and the model is told so");
        items.push(Item::Output(output));
    }
    items
}

/// Reasoning that nothing of its answer follows is refused: "provided without its required following item". Tells
/// whether there was any.
fn drop_lone_reasoning(entries: &mut [Entry<'_>], context: &mut Context<'_, '_>) -> bool {
    let mut followed_by: Option<Option<&str>> = None;
    let mut has_dropped = false;
    for entry in entries.iter_mut().rev() {
        match entry.item {
            Item::Reasoning(_) => {
                if !followed_by.is_some_and(|response| may_be_one(response, entry.response)) {
                    entry.item = Item::Gap;
                    has_dropped = true;
                    context.losses.count("thinking", "thinking that nothing follows is not sent");
                }
            }
            Item::Gap => {}
            _ => followed_by = entry.item.is_of_model().then_some(entry.response),
        }
    }
    has_dropped
}

/// What followed reasoning that is not sent must not name itself: the API would ask for the reasoning. Tells whether
/// something had to be dropped.
fn part_from_lost_reasoning(entries: &mut [Entry<'_>], context: &mut Context<'_, '_>) -> bool {
    let mut lost: Option<Option<&str>> = None;
    let mut has_dropped = false;
    for entry in entries {
        let is_lost = lost.is_some_and(|response| may_be_one(response, entry.response));
        match &mut entry.item {
            Item::Gap => lost = Some(entry.response),
            Item::Said(_) | Item::Output(_) | Item::Given(_) | Item::Kept { .. } => lost = None,
            Item::Answer(answer) if is_lost => answer.id = None,
            Item::Call(call) if is_lost => call.id = None,
            Item::Raw { needs_thinking: true, .. } if is_lost => {
                entry.item = Item::Gap;
                has_dropped = true;
                context
                    .losses
                    .count("tool call", "a call that a provider ran itself is not sent without its thinking");
            }
            _ => {}
        }
    }
    has_dropped
}

/// Whether two items may be of one answer.
fn may_be_one(a: Option<&str>, b: Option<&str>) -> bool {
    a.is_none() || b.is_none() || a == b
}

/// Within each turn of the model's, calls come after all else.
fn put_calls_last(entries: &mut [Entry<'_>]) {
    let same_turn = |a: &Entry<'_>, b: &Entry<'_>| a.item.is_of_model() && b.item.is_of_model();
    for turn in entries.chunk_by_mut(same_turn) {
        turn.sort_by_key(|entry| matches!(entry.item, Item::Call(_)));
    }
}

/// The results of calls that nobody answered, each with the place that it goes before: that of the first item of
/// another message or speaker that is no result. Calls at the end of the conversation wait for their results.
fn missing_results<'a>(entries: &[Entry<'a>]) -> Vec<(usize, Output<'a>)> {
    let mut missing = Vec::new();
    let mut waiting: Vec<usize> = Vec::new();
    let mut take = |waiting: &mut Vec<usize>, before: usize| {
        for place in waiting.drain(..) {
            // Between messages that stood so in a body nothing is put.
            let is_kept =
                |place: usize| entries.get(place).is_none_or(|entry| matches!(entry.item, Item::Kept { .. }));
            if let Some(Entry { waits: Some((id, kind)), .. }) = entries.get(place)
                && !(is_kept(place) && is_kept(before))
            {
                missing.push((before, Output::missing(Cow::clone(id), *kind)));
            }
        }
    };
    let mut is_answered = false;
    for (place, entry) in entries.iter().enumerate() {
        let last = waiting.last().and_then(|last| entries.get(*last));
        match entry.item {
            Item::Output(_) | Item::Given(_) | Item::Kept { is_of_model: false, .. } => is_answered = true,
            _ if last.is_some_and(|last| last.message != entry.message || !entry.item.is_of_model()) => {
                // Thinking stays with what it led to.
                let is_thinking = |entry: &&Entry<'_>| matches!(entry.item, Item::Reasoning(_) | Item::Gap);
                let thoughts = entries.iter().take(place).rev().take_while(is_thinking).count();
                take(&mut waiting, place.saturating_sub(thoughts));
                is_answered = false;
            }
            _ => {}
        }
        if entry.waits.as_ref().is_some_and(|(_, kind)| kind.has_text()) {
            waiting.push(place);
            is_answered = false;
        }
    }
    if is_answered {
        take(&mut waiting, entries.len());
    }
    missing
}
