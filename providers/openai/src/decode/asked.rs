use std::sync::Arc;

use steer_core::{CompletionRequest, Tool};

use crate::ResponsesDialect;

/// `Asked` is what an answer answers, and by whose rules.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The request, where it has tools: nothing else of it matters to what its answer means.
    request: Option<Arc<CompletionRequest>>,
    /// Whether the vendor takes tools with free text.
    custom_tools: bool,
}

/// `Nothing` stands for [`Asked::NOTHING`] and takes no memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nothing;

impl Asked {
    /// What is in an input, which no request goes with; and a request without tools.
    pub(crate) const NOTHING: &Self = &Self { request: None, custom_tools: true };

    /// What a vendor was asked.
    pub(crate) fn new(request: &Arc<CompletionRequest>, dialect: &ResponsesDialect) -> Self {
        let request = Some(request).filter(|request| !request.tools.is_empty()).map(Arc::clone);
        Self { request, custom_tools: dialect.custom_tools }
    }

    /// Whether it is no more than [`NOTHING`](Self::NOTHING).
    pub(crate) fn is_nothing(&self) -> bool {
        self.request.is_none() && self.custom_tools
    }

    /// The tools that the request offers.
    pub(super) fn tools(&self) -> &[Tool] {
        self.request.as_ref().map(|request| request.tools.as_slice()).unwrap_or_default()
    }

    /// Whether a call with free text is the program's to run. Where the vendor takes no tools with free text from
    /// programs, it is the vendor's: xAI tells the steps of its searches so.
    /// <https://docs.x.ai/developers/tools/overview>
    pub(super) fn runs_custom(&self, name: &str) -> bool {
        let is_offered = |tool: &Tool| matches!(tool, Tool::Custom(tool) if tool.name == name);
        self.custom_tools || self.tools().iter().any(is_offered)
    }
}

impl AsRef<Asked> for Asked {
    fn as_ref(&self) -> &Asked {
        self
    }
}

impl AsRef<Asked> for Nothing {
    fn as_ref(&self) -> &Asked {
        Asked::NOTHING
    }
}
