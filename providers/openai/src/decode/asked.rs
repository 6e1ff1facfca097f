use std::ops::Deref;
use std::sync::Arc;

use steer_core::{CompletionRequest, Tool};

use crate::ResponsesDialect;

/// `Asked` is what an answer answers, and by whose rules.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    request: Arc<CompletionRequest>,
    /// Whether the vendor takes tools with free text.
    custom_tools: bool,
}

impl Asked {
    /// What a vendor was asked.
    pub(crate) fn new(request: Arc<CompletionRequest>, dialect: &ResponsesDialect) -> Self {
        Self { request, custom_tools: dialect.custom_tools }
    }

    /// What is in an input, which no request goes with.
    pub(crate) fn nothing() -> Self {
        Self { request: Arc::default(), custom_tools: true }
    }

    /// Whether a call with free text is the program's to run. Where the vendor takes no tools with free text from
    /// programs, it is the vendor's: xAI tells the steps of its searches so.
    /// <https://docs.x.ai/developers/tools/overview>
    pub(super) fn runs_custom(&self, name: &str) -> bool {
        let is_offered = |tool: &Tool| matches!(tool, Tool::Custom(tool) if tool.name == name);
        self.custom_tools || self.request.tools.iter().any(is_offered)
    }
}

impl Deref for Asked {
    type Target = CompletionRequest;

    fn deref(&self) -> &CompletionRequest {
        &self.request
    }
}
