use serde::ser::{Serialize, Serializer};
use steer_core::encode::{BodyWriter, Joined};

use super::item::Items;
use super::plan::Plan;
use crate::LogprobsSetting;

/// `Body` writes a plan as the body of the request, without a copy of the conversation.
pub(super) struct Body<'p, 'a>(pub(super) &'p Plan<'a>);

impl Serialize for Body<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plan = self.0;
        let mut body = BodyWriter::new(serializer.serialize_map(None)?, &plan.options);
        body.member("model", plan.model)?;
        if !plan.instructions.is_empty() {
            body.member("instructions", &Joined(&plan.instructions, "\n\n"))?;
        }
        // What the vendor keeps may be all there is.
        if !plan.input.is_empty() {
            body.member("input", &Items(&plan.input))?;
        }
        if plan.stream {
            body.member("stream", &true)?;
        }
        body.optional("max_output_tokens", plan.max_output_tokens.as_ref())?;
        // An empty list is refused.
        if !plan.tools.is_empty() {
            body.member("tools", &plan.tools)?;
        }
        body.optional("tool_choice", plan.choice.choice.as_ref())?;
        body.optional("parallel_tool_calls", plan.choice.parallel.as_ref())?;
        if !plan.thinking.is_empty() {
            body.member("reasoning", &plan.thinking)?;
        }
        if !plan.text.is_empty() {
            body.member("text", &plan.text)?;
        }
        body.optional("temperature", plan.sampling.temperature.as_ref())?;
        body.optional("top_p", plan.sampling.top_p.as_ref())?;
        let logprobs = plan.sampling.logprobs;
        let has_flag = matches!(logprobs, Some((_, LogprobsSetting::Flag)));
        body.optional("logprobs", has_flag.then_some(&true))?;
        let others = logprobs.map(|(others, _)| others).filter(|others| *others > 0);
        body.optional("top_logprobs", others.as_ref())?;
        plan.extras.write(&mut body, logprobs.is_some() && !has_flag)?;
        body.end()
    }
}
