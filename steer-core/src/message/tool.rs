use serde::{Deserialize, Serialize};
use steer_tools::{ToolCall, ToolResult, ToolSchema};

use super::{PartMeta, Seal};
use crate::json::RawJson;
use crate::redact::redacted_debug;

/// `ToolCallPart` is a call that a model made, and what the vendor says of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToolCallPart {
    /// Id, name and arguments.
    pub call: ToolCall,
    /// Who runs it.
    #[serde(default)]
    pub executor: Executor,
    /// Who made it, where the vendor tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<ToolCaller>,
    /// The vendor's word for the kind of call, such as that of a built-in tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The group of tools that the name belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The tool server that the call goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_label: Option<String>,
    /// The vendor's id of the item that holds the call, where it differs from the call's own id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// The vendor's word for the state of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// A signature that the vendor put on the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
    /// Origin, cache point and what else belongs to any part.
    #[serde(default, skip_serializing_if = "PartMeta::is_empty")]
    pub meta: PartMeta,
}

impl ToolCallPart {
    /// A call that the program runs.
    pub fn new(call: ToolCall) -> Self {
        Self {
            call,
            executor: Executor::Client,
            caller: None,
            kind: None,
            namespace: None,
            server_label: None,
            item_id: None,
            status: None,
            seal: None,
            meta: PartMeta::default(),
        }
    }
}

/// `Executor` says who runs a tool call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Executor {
    /// The program, which answers with a result.
    #[default]
    Client,
    /// The vendor, whose result stands in the same answer.
    Provider,
}

/// `ToolCaller` says who made a tool call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ToolCaller {
    /// The model itself.
    Direct,
    /// A program that the vendor runs for the model.
    Program {
        /// The vendor's word for the kind of program.
        kind: String,
        /// The id of the call that started the program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call_id: Option<String>,
    },
}

/// `ToolResultPart` is the result of a tool call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToolResultPart {
    /// Whose call it answers, and the answer.
    pub result: ToolResult,
    /// Who ran the call.
    #[serde(default)]
    pub executor: Executor,
    /// Who made the call, where the vendor tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<ToolCaller>,
    /// The vendor's word for the kind of result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whether more of the result follows.
    #[serde(default)]
    pub preliminary: bool,
    /// Origin, cache point and what else belongs to any part.
    #[serde(default, skip_serializing_if = "PartMeta::is_empty")]
    pub meta: PartMeta,
}

impl ToolResultPart {
    /// A result that the program gives.
    pub fn new(result: ToolResult) -> Self {
        Self {
            result,
            executor: Executor::Client,
            caller: None,
            kind: None,
            preliminary: false,
            meta: PartMeta::default(),
        }
    }
}

/// `ApprovalRequest` asks the program whether a call may run.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApprovalRequest {
    /// The id that the answer names.
    pub approval_id: String,
    /// The call that waits.
    pub call: ToolCall,
    /// The tool server that the call goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_label: Option<String>,
    /// Origin, cache point and what else belongs to any part.
    #[serde(default, skip_serializing_if = "PartMeta::is_empty")]
    pub meta: PartMeta,
}

redacted_debug!(ApprovalRequest { approval_id, server_label, meta; call });

impl ApprovalRequest {
    /// Asks for a call.
    pub fn new(approval_id: impl Into<String>, call: ToolCall) -> Self {
        Self { approval_id: approval_id.into(), call, server_label: None, meta: PartMeta::default() }
    }
}

/// `ApprovalResponse` answers an [`ApprovalRequest`].
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApprovalResponse {
    /// The id that the request gave.
    pub approval_id: String,
    /// Whether the call may run.
    pub approved: bool,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Origin, cache point and what else belongs to any part.
    #[serde(default, skip_serializing_if = "PartMeta::is_empty")]
    pub meta: PartMeta,
}

redacted_debug!(ApprovalResponse { approval_id, approved, meta; reason });

impl ApprovalResponse {
    /// Allows or refuses a call.
    pub fn new(approval_id: impl Into<String>, approved: bool) -> Self {
        Self { approval_id: approval_id.into(), approved, reason: None, meta: PartMeta::default() }
    }
}

/// `ToolAvailability` changes, in the middle of a conversation, which tools the model may call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToolAvailability {
    /// Tools of the request, by name, that are there from now on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<String>,
    /// Tools that are defined here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub define: Vec<ToolSchema>,
    /// Tools, by name, that are gone from now on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// The vendor's own JSON, where the change came from a vendor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<RawJson>,
    /// Origin, cache point and what else belongs to any part.
    #[serde(default, skip_serializing_if = "PartMeta::is_empty")]
    pub meta: PartMeta,
}
