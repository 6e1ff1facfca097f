use std::collections::BTreeSet;

use steer_core::bytes::Bytes;
use steer_core::{CompletionResponse, Delivery, Part};

use super::{Decoded, Fixture, Report, Subject, ensure, events};

/// The longest fixture that is cut at every byte, in bytes. A longer one is cut around the end of every event, and so
/// many bytes apart within: its readings grow with the square of its length.
const EVERY_BYTE: usize = 1024;
const APART: usize = 16;

/// An answer that ends before the vendor's own end is an error, and what came of it is in the error: each text a beginning
/// of the whole answer's text in its place. At every cut HTTP calls it the end; behind events the connection breaks too.
///
/// # Errors
/// A cut answer is a success, or its text is another one.
pub fn an_answer_that_is_cut_is_an_error_with_what_came(subject: &Subject, fixture: &Fixture) -> Report {
    let Ok(whole) = fixture.decode(subject).result else { return Ok(()) };
    let end = needed(subject, fixture)?;
    let mut cuts: BTreeSet<usize> = if fixture.body.len() <= EVERY_BYTE {
        (0..end).collect()
    } else {
        (0..end).step_by(APART).chain(end.checked_sub(1)).collect()
    };
    for border in borders(&fixture.body) {
        cuts.extend((border.saturating_sub(2)..=border.saturating_add(1)).filter(|at| *at < end));
    }
    for at in cuts {
        let found = subject.decode(fixture.delivery, [fixture.body.slice(..at)]);
        check(&found, &whole).map_err(|wrong| fixture.says(format!("cut at byte {at}: {wrong}")))?;
    }
    for at in borders(&fixture.body).take_while(|at| *at < end) {
        let found = subject.decode_broken(fixture.delivery, [fixture.body.slice(..at)]);
        check(&found, &whole).map_err(|wrong| fixture.says(format!("broken at byte {at}: {wrong}")))?;
    }
    Ok(())
}

/// How much of a body must be there. Behind the vendor's own end there may be counters and `[DONE]`, but no content.
fn needed(subject: &Subject, fixture: &Fixture) -> Result<usize, String> {
    let mut end = fixture.body.len();
    if fixture.is_events() {
        let ends: Vec<usize> = borders(&fixture.body).collect();
        let is_enough =
            |at: usize| subject.decode_broken(Delivery::Stream, [fixture.body.slice(..at)]).result.is_ok();
        end = ends.iter().copied().find(|at| is_enough(*at)).unwrap_or(end);
        let early = subject.decode_broken(Delivery::Stream, [fixture.body.slice(..end)]).result;
        if let (Ok(early), Ok(whole)) = (early, fixture.decode(subject).result) {
            let rest = events(&fixture.body.slice(end..));
            let is_read = early != whole || rest.iter().all(|event| event.trim_ascii().ends_with(b"[DONE]"));
            let is_same = early.content == whole.content && early.stop_reason == whole.stop_reason;
            ensure(is_read && is_same, || {
                fixture.says("the answer ends before its last event; what follows would be lost")
            })?;
        }
    }
    Ok(fixture.body.slice(..end).trim_ascii_end().len())
}

/// Where each event ends.
fn borders(body: &Bytes) -> impl Iterator<Item = usize> {
    events(body).into_iter().scan(0, |at: &mut usize, event| {
        *at = at.saturating_add(event.len());
        Some(*at)
    })
}

fn check(found: &Decoded, whole: &CompletionResponse) -> Report {
    ensure(found.trailing == 0, || "items came after the terminal one".to_owned())?;
    let Err(error) = &found.result else { return Err("it is a success".to_owned()) };
    let Some(partial) = error.partial() else { return Err(format!("`{error}` has no partial answer")) };
    ensure(partial.proof.is_none(), || "the partial answer says that its end was proven".to_owned())?;
    ensure(partial.content.len() <= whole.content.len(), || "more parts came than there are".to_owned())?;
    for (place, (part, whole)) in partial.content.iter().zip(&whole.content).enumerate() {
        let is_beginning = match (part, whole) {
            (Part::Text(part), Part::Text(whole)) => whole.text.starts_with(&part.text),
            (Part::Thinking(part), Part::Thinking(whole)) => whole.text().starts_with(&*part.text()),
            (part, whole) => std::mem::discriminant(part) == std::mem::discriminant(whole),
        };
        ensure(is_beginning, || format!("part {place} is no beginning of the whole answer's part"))?;
    }
    Ok(())
}
