use serde::Serialize;
use steer_core::json::Record;
use steer_core::usage::UsageProvenance;
use steer_core::{RawJson, TokenUsage};

/// The counters of an answer: <https://docs.ollama.com/api/usage>. Both count everything, the prompt with what the server
/// kept of it, and the answer with thinking.
#[derive(Serialize)]
struct Counters {
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_eval_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eval_count: Option<u64>,
}

/// Takes the counters out of the last line; `None` where nothing is counted. What is no count is left where it is.
pub(crate) fn read_usage(members: &mut Record<'_>) -> Option<TokenUsage> {
    let wire = Counters {
        prompt_eval_count: members.lenient("prompt_eval_count"),
        eval_count: members.lenient("eval_count"),
    };
    let mut usage = TokenUsage::default();
    usage.input_tokens = wire.prompt_eval_count;
    usage.output_tokens = wire.eval_count;
    if usage == TokenUsage::default() {
        return None;
    }
    usage.provenance = UsageProvenance::Final;
    usage.raw = RawJson::of(&wire).ok();
    Some(usage)
}
