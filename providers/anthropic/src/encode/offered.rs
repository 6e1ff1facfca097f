//! What of a conversation the API takes only while the request offers the tool that it is about.

use std::collections::HashSet;

use steer_core::message::Executor;
use steer_core::tools::ToolResultContent;
use steer_core::{Message, Part};

use super::tools::{self, ToolEntry};
use crate::API;

/// The vendor's tools whose calls are refused where the request does not offer them:
/// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool>.
const NEEDED: [&str; 1] = ["advisor"];

/// What the vendor's search for tools found:
/// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-search-tool>.
const FOUND: &str = "tool_search_tool_result";

/// `Offered` is what tools the request offers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offered<'a, 'x> {
    tools: &'x [ToolEntry<'a>],
    /// Whether the request gives the list in the vendor's own terms, so that it is not known.
    is_unknown: bool,
}

impl<'a, 'x> Offered<'a, 'x> {
    pub(super) fn new(tools: &'x [ToolEntry<'a>], is_unknown: bool) -> Self {
        Self { tools, is_unknown }
    }

    /// Whether a tool can be referred to.
    pub(super) fn has(self, name: &str) -> bool {
        self.is_unknown || tools::offers(self.tools, name)
    }

    /// The ids of the calls that would be refused with their results.
    pub(super) fn refused(self, messages: &[Message]) -> HashSet<&str> {
        let is_vendors = |executor: Executor| executor == Executor::Provider;
        let parts =
            messages.iter().filter(|message| message.kept(API).is_none()).flat_map(|message| &message.parts);
        let refused = parts.filter_map(|part| match part {
            Part::ToolCall(part) if is_vendors(part.executor) => {
                let name = part.call.name.as_str();
                (NEEDED.contains(&name) && !self.has(name)).then_some(part.call.id.as_str())
            }
            Part::ToolResult(part) if is_vendors(part.executor) && part.kind.as_deref() == Some(FOUND) => {
                let is_lost = part.result.content.iter().any(|content| self.lacks(content));
                is_lost.then_some(part.result.call_id.as_str())
            }
            _ => None,
        });
        refused.collect()
    }

    /// Whether what a search found names a tool that is not there.
    fn lacks(self, content: &ToolResultContent) -> bool {
        #[derive(serde::Deserialize)]
        struct Found {
            #[serde(default)]
            tool_references: Vec<Reference>,
        }
        #[derive(serde::Deserialize)]
        struct Reference {
            #[serde(default)]
            tool_name: String,
        }
        match content {
            ToolResultContent::ToolReference { tool_name } => !self.has(tool_name),
            ToolResultContent::Opaque { api, json, .. } if api == API => {
                let found: Option<Found> = serde_json::from_str(json).ok();
                found.is_some_and(|found| found.tool_references.iter().any(|one| !self.has(&one.tool_name)))
            }
            _ => false,
        }
    }
}
