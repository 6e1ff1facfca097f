use std::hash::{DefaultHasher, Hash, Hasher};

use steer_core::Part;
use steer_core::message::Executor;

/// What tells one item from another for whoever reads the answer: what it says and asks for, and none of what servers
/// change between two tellings of the same item, such as its id or its state.
pub(super) fn of(parts: &[Part]) -> u64 {
    let mut hash = DefaultHasher::new();
    for part in parts {
        std::mem::discriminant(part).hash(&mut hash);
        match part {
            Part::Text(part) => (&part.text, part.citations.len()).hash(&mut hash),
            Part::Refusal(part) => part.text.hash(&mut hash),
            Part::Thinking(part) => {
                for section in &part.sections {
                    section.text.hash(&mut hash);
                }
                part.seal.is_some().hash(&mut hash);
            }
            Part::ToolCall(part) if part.executor == Executor::Client => {
                (&part.call.id, &part.call.name, part.call.raw()).hash(&mut hash);
            }
            Part::ToolCall(part) => (&part.kind, &part.call.name).hash(&mut hash),
            Part::Opaque(part) => part.kind.hash(&mut hash),
            _ => {}
        }
    }
    hash.finish()
}

/// What tells one JSON text from another.
pub(super) fn of_json(json: &str) -> u64 {
    let mut hash = DefaultHasher::new();
    json.hash(&mut hash);
    hash.finish()
}
