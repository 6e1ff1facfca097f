//! Counting tokens: <https://platform.openai.com/docs/api-reference/responses/input-tokens>.

use steer_core::encode::Counted;
use steer_core::json::Members;
use steer_core::protocol::CountWire;
use steer_core::{ApiError, Call, Delivery, Outgoing, TokenCount, Warning};

use crate::{Responses, encode};

/// What the endpoint takes of a request.
const TAKEN: [&str; 12] = [
    "model",
    "input",
    "instructions",
    "conversation",
    "previous_response_id",
    "parallel_tool_calls",
    "personality",
    "reasoning",
    "text",
    "tool_choice",
    "tools",
    "truncation",
];

/// What is left out because it changes only the answer, so that the count stays right.
const ANSWER_ONLY: [&str; 20] = [
    "background",
    "background_options",
    "include",
    "logprobs",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "moderation",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "safety_identifier",
    "service_tier",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "top_logprobs",
    "top_p",
    "user",
];

/// What a request may ask for beside these in our words, and that says nothing of the prompt either.
const SETTINGS: [&str; 8] = [
    "candidates",
    "cache_key",
    "frequency_penalty",
    "logit_bias",
    "presence_penalty",
    "seed",
    "stop_sequences",
    "top_k",
];

impl CountWire for Responses {
    fn encode(&self, call: &Call) -> Result<Outgoing, ApiError> {
        let path =
            self.dialect().count.ok_or_else(|| ApiError::unsupported("the vendor counts no tokens"))?;
        if call.request.state.resume.is_some() {
            return Err(ApiError::unsupported(
                "state.resume: an answer that is only read has no prompt to count",
            ));
        }
        let mut outgoing = encode::encode(call, Delivery::Whole, self.dialect())?;
        let mut warnings = Vec::new();
        let counted = std::str::from_utf8(&outgoing.body).ok().and_then(|body| counted(body, &mut warnings));
        let counted =
            counted.ok_or_else(|| ApiError::parsing("the request cannot be cut to what is counted"))?;
        outgoing.body = counted.into();
        outgoing.path = path.into();
        // What sampling lost on the way says nothing of the prompt.
        let is_of_answer =
            |subject: &str| [&ANSWER_ONLY[..], &SETTINGS].iter().any(|names| names.contains(&subject));
        outgoing.warnings.retain(|warning| !is_of_answer(&warning.subject));
        outgoing.warnings.extend(warnings);
        Ok(outgoing)
    }

    fn read(&self, body: &str) -> Result<TokenCount, ApiError> {
        TokenCount::read(body, "input_tokens").map(|(count, _)| count)
    }
}

/// The body of a request, without what the endpoint does not take.
fn counted(body: &str, warnings: &mut Vec<Warning>) -> Option<Vec<u8>> {
    let members: Members<'_> = Members::read(body).ok()?;
    serde_json::to_vec(&Counted::of(&members, &TAKEN, &ANSWER_ONLY, warnings)).ok()
}
