use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use steer_core::encode::BodyWriter;

use super::cache::CacheControl;
use super::plan::Plan;

/// `Body` writes a plan as the body of the request, without a copy of the conversation.
pub(super) struct Body<'p, 'a>(pub(super) &'p Plan<'a>);

impl Serialize for Body<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plan = self.0;
        let mut body = BodyWriter::new(serializer.serialize_map(None)?, &plan.options);
        body.member("model", plan.model)?;
        body.member("max_tokens", &plan.max_tokens)?;
        if plan.stream {
            body.member("stream", &true)?;
        }
        // The cached prompt begins with the tools, then comes the system prompt.
        if !plan.tools.is_empty() {
            body.member("tools", &plan.tools)?;
        }
        body.optional("tool_choice", plan.choice.as_ref())?;
        match plan.system.as_slice() {
            [] => {}
            [one] if one.plain_text().is_some() => body.optional("system", one.plain_text())?,
            blocks => body.member("system", blocks)?,
        }
        body.member("messages", &plan.messages)?;
        body.optional("thinking", plan.thinking.wire().as_ref())?;
        if plan.thinking.effort.is_some() || plan.format.is_some() {
            body.member(
                "output_config",
                &OutputConfig { effort: plan.thinking.effort, format: plan.format.as_ref() },
            )?;
        }
        body.optional("temperature", plan.sampling.temperature.as_ref())?;
        body.optional("top_p", plan.sampling.top_p.as_ref())?;
        body.optional("top_k", plan.sampling.top_k.as_ref())?;
        if !plan.sampling.stop_sequences.is_empty() {
            body.member("stop_sequences", &plan.sampling.stop_sequences)?;
        }
        body.optional("cache_control", plan.cache.map(CacheControl).as_ref())?;
        body.optional("container", plan.container)?;
        body.optional("metadata", plan.user.map(|user_id| Metadata { user_id }).as_ref())?;
        body.optional("service_tier", plan.service_tier)?;
        // <https://docs.claude.com/en/docs/build-with-claude/fast-mode>
        body.optional("speed", plan.speed)?;
        // <https://docs.claude.com/en/docs/build-with-claude/data-residency>
        body.optional("inference_geo", plan.region)?;
        body.optional("context_management", plan.context_management)?;
        body.end()
    }
}

#[derive(serde::Serialize)]
struct OutputConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    effort: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "format")]
    format: Option<&'a Value>,
}

fn format<S: Serializer>(schema: &Option<&Value>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("type", "json_schema")?;
    map.serialize_entry("schema", schema)?;
    map.end()
}

#[derive(serde::Serialize)]
struct Metadata<'a> {
    user_id: &'a str,
}
