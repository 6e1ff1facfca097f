use serde::ser::{Serialize, Serializer};
use steer_core::encode::BodyWriter;

use super::options::Options;
use super::plan::Plan;
use super::turn::Turns;

/// `Body` writes a plan as the body of the request, without a copy of the conversation.
pub(super) struct Body<'p, 'a>(pub(super) &'p Plan<'a>);

impl Serialize for Body<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plan = self.0;
        let mut body = BodyWriter::new(serializer.serialize_map(None)?, &plan.given);
        body.member("model", plan.model)?;
        // The server streams where nothing is said.
        body.member("stream", &plan.streams)?;
        body.member("messages", &Turns(&plan.turns))?;
        if !plan.tools.is_empty() {
            body.member("tools", &plan.tools)?;
        }
        body.optional("think", plan.thinking.as_ref())?;
        body.optional("format", plan.format.as_ref())?;
        body.optional("options", Some(&plan.options).filter(|options: &&Options<'_>| !options.is_empty()))?;
        if let Some(others) = &plan.logprobs {
            body.member("logprobs", &true)?;
            body.optional("top_logprobs", Some(others).filter(|others| **others > 0))?;
        }
        body.end()
    }
}
