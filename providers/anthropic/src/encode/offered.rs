//! What of a conversation the API takes only while the request offers the tool that it is about.

use std::collections::HashSet;

use steer_core::encode::BodyOptions;
use steer_core::message::{Executor, ToolCallPart};
use steer_core::tools::ToolResultContent;
use steer_core::{Message, Part};

use super::tools::{self, ToolEntry};
use crate::API;

/// `Need` is what the request has to offer, or a call of the vendor's tools is refused with its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// Nothing: the released API takes the blocks as they are.
    Nothing,
    /// The tool itself, whose blocks a beta of the API alone has:
    /// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool>.
    Itself,
    /// The tools that it found: <https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-search-tool>.
    Found,
    /// The server that it was on, whose blocks a beta of the API alone has:
    /// <https://platform.claude.com/docs/en/agents-and-tools/mcp-connector>.
    Server,
}

/// What the vendor's search for tools found.
const FOUND: &str = "tool_search_tool_result";

/// What a server has, which its beta of the API alone knows.
const LISTING: &str = "mcp_tool_listing";

/// What the calls of the vendor's tools need. A tool that is not here is newer than this, and its calls go back.
const NEEDS: [(&str, Need); 8] = [
    ("advisor", Need::Itself),
    ("bash_code_execution", Need::Nothing),
    ("code_execution", Need::Nothing),
    ("text_editor_code_execution", Need::Nothing),
    ("tool_search_tool_bm25", Need::Found),
    ("tool_search_tool_regex", Need::Found),
    ("web_fetch", Need::Nothing),
    ("web_search", Need::Nothing),
];

impl Need {
    fn of(call: &ToolCallPart) -> Self {
        if call.kind.as_deref() == Some("mcp_tool_use") {
            return Self::Server;
        }
        let known = NEEDS.iter().find(|(name, _)| *name == call.call.name);
        known.map_or(Self::Nothing, |(_, need)| *need)
    }
}

/// `Offered` is what tools the request offers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offered<'a, 'x> {
    tools: &'x [ToolEntry<'a>],
    /// Whether the request gives the list in the vendor's own terms, so that it is not known.
    is_unknown: bool,
    /// Whether the request names servers in the vendor's own terms.
    has_servers: bool,
}

impl<'a, 'x> Offered<'a, 'x> {
    pub(super) fn new(tools: &'x [ToolEntry<'a>], options: &BodyOptions<'_>) -> Self {
        Self { tools, is_unknown: options.has("tools"), has_servers: options.has("mcp_servers") }
    }

    /// Whether a tool can be referred to.
    pub(super) fn has(self, name: &str) -> bool {
        self.is_unknown || tools::offers(self.tools, name)
    }

    /// The ids of the calls that would be refused with their results.
    pub(super) fn refused(self, messages: &[Message]) -> HashSet<&str> {
        let parts =
            messages.iter().filter(|message| message.kept(API).is_none()).flat_map(|message| &message.parts);
        let mut refused = HashSet::new();
        for part in parts {
            match part {
                Part::ToolCall(part) if part.executor == Executor::Provider => {
                    let id = part.call.id.as_str();
                    let lacks = match Need::of(part) {
                        // What a search found decides, which its result says.
                        Need::Nothing | Need::Found => false,
                        Need::Itself => !self.has(&part.call.name),
                        Need::Server => !self.has_server(part.server_label.as_deref()),
                    };
                    if lacks {
                        refused.insert(id);
                    }
                }
                Part::ToolResult(part)
                    if part.executor == Executor::Provider
                        && part.kind.as_deref() == Some(FOUND)
                        && part.result.content.iter().any(|content| self.lacks(content)) =>
                {
                    refused.insert(part.result.call_id.as_str());
                }
                _ => {}
            }
        }
        refused
    }

    /// Whether a block that has no type here would be refused.
    pub(super) fn refuses(self, kind: &str) -> bool {
        kind == LISTING && !self.has_server(None)
    }

    /// Whether the tools of a server are among those of the request.
    fn has_server(self, server: Option<&str>) -> bool {
        self.is_unknown || self.has_servers || tools::offers_server(self.tools, server)
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
