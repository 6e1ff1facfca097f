use std::borrow::Cow;

use serde::Serialize;
use steer_core::encode::BodyOptions;
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::{ApiError, CompletionRequest, ToolChoice};

use super::invalid;
use super::tools::Tools;
use crate::names::Names;

/// `ToolConfig` is which tools the model may or must call: <https://ai.google.dev/api/caching#ToolConfig>.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ToolConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    function_calling_config: Option<FunctionCalling<'a>>,
    /// Functions and the vendor's own tools go together only if the answer shows what the vendor's did:
    /// <https://ai.google.dev/gemini-api/docs/tool-combination>.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    include_server_side_tool_invocations: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FunctionCalling<'a> {
    mode: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed_function_names: Vec<Cow<'a, str>>,
}

impl<'a> ToolConfig<'a> {
    /// Reads the choice.
    pub(super) fn of(
        request: &'a CompletionRequest,
        tools: &Tools<'a>,
        names: &Names,
        options: &BodyOptions<'_>,
        ledger: &mut Ledger,
    ) -> Result<Self, ApiError> {
        if request.parallel_tool_calls == Some(false) {
            let why = "the API has no such switch; the model may call several functions at once";
            ledger.unsupported(FeatureArea::Settings, "parallel_tool_calls", why)?;
        }
        let none: &[String] = &[];
        let (mode, allowed) = match &request.tool_choice {
            // Only this mode holds the model to the schemas, and leaves it free to answer.
            None | Some(ToolChoice::Auto) if tools.is_strict() => ("VALIDATED", none),
            None => ("", none),
            Some(ToolChoice::Auto) => ("AUTO", none),
            Some(ToolChoice::None) => ("NONE", none),
            Some(ToolChoice::Required) => ("ANY", none),
            Some(ToolChoice::Tool(name)) => ("ANY", std::slice::from_ref(name)),
            Some(ToolChoice::Allowed { tools, required: true }) => ("ANY", tools.as_slice()),
            Some(ToolChoice::Allowed { tools, .. }) if tools.is_empty() => ("NONE", none),
            Some(ToolChoice::Allowed { tools, .. }) => ("VALIDATED", tools.as_slice()),
            Some(_) => return Err(invalid("the API has no such choice of tools")),
        };
        let mut config = Self {
            function_calling_config: None,
            include_server_side_tool_invocations: !tools.functions.is_empty() && !tools.vendors.is_empty(),
        };
        // Without functions the API refuses the member, and there is nothing to choose from.
        if tools.functions.is_empty() && !options.has("tools") {
            if mode == "ANY" {
                return Err(invalid(
                    "the tool choice forces a call, but the request has no functions; add them",
                ));
            }
            return Ok(config);
        }
        if !mode.is_empty() {
            let allowed_function_names = allowed.iter().map(|name| names.sent(name)).collect();
            config.function_calling_config = Some(FunctionCalling { mode, allowed_function_names });
        }
        Ok(config)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.function_calling_config.is_none() && !self.include_server_side_tool_invocations
    }
}
