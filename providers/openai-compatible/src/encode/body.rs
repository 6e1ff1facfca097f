use serde::ser::{Serialize, Serializer};
use steer_core::encode::BodyWriter;

use super::content::CacheControl;
use super::plan::Plan;
use super::turn::Turns;

/// `Body` writes a plan as the body of the request, without a copy of the conversation.
pub(super) struct Body<'p, 'a>(pub(super) &'p Plan<'a>);

impl Serialize for Body<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plan = self.0;
        let mut body = BodyWriter::new(serializer.serialize_map(None)?, &plan.options);
        body.member("model", plan.model)?;
        body.member("messages", &Turns(&plan.messages))?;
        if plan.stream {
            body.member("stream", &true)?;
        }
        if plan.stream_usage {
            body.member("stream_options", &StreamOptions { include_usage: true })?;
        }
        let (limit, tokens) = &plan.limit;
        body.optional(limit, tokens.as_ref())?;
        // An empty list is refused.
        if !plan.tools.is_empty() {
            body.member("tools", &plan.tools)?;
        }
        body.optional("tool_choice", plan.choice.choice.as_ref())?;
        body.optional("parallel_tool_calls", plan.choice.parallel.as_ref())?;
        plan.thinking.write(&mut body)?;
        body.optional("response_format", plan.format.as_ref())?;
        let sampling = &plan.sampling;
        body.optional("temperature", sampling.temperature.as_ref())?;
        body.optional("top_p", sampling.top_p.as_ref())?;
        body.optional("top_k", sampling.top_k.as_ref())?;
        body.optional("presence_penalty", sampling.presence_penalty.as_ref())?;
        body.optional("frequency_penalty", sampling.frequency_penalty.as_ref())?;
        body.optional("seed", sampling.seed.as_ref())?;
        body.optional("logit_bias", sampling.logit_bias.as_ref())?;
        if !sampling.stop.is_empty() {
            body.member("stop", &sampling.stop)?;
        }
        body.optional("n", sampling.candidates.as_ref())?;
        if let Some(others) = sampling.logprobs {
            body.member("logprobs", &true)?;
            body.optional("top_logprobs", Some(&others).filter(|others| **others > 0))?;
        }
        body.optional("cache_control", plan.cache.map(CacheControl).as_ref())?;
        plan.extras.write(&mut body)?;
        body.end()
    }
}

#[derive(serde::Serialize)]
struct StreamOptions {
    include_usage: bool,
}
