use std::collections::{BTreeMap, BTreeSet};

use http::HeaderValue;
use steer_core::protocol::Ledger;

/// The header that turns beta features on.
pub(super) const HEADER: &str = "anthropic-beta";

/// Thinning out the conversation: <https://docs.claude.com/en/docs/build-with-claude/context-editing>.
pub(super) const CONTEXT_MANAGEMENT: &str = "context-management-2025-06-27";

/// Changing the tools in the middle of a conversation.
pub(super) const TOOL_CHANGES: &str = "mid-conversation-tool-changes-2026-07-01";

/// Defining tools in the middle of a conversation.
pub(super) const INLINE_TOOLS: &str = "inline-tools-2026-09-15";

/// `Betas` are the beta features that the content cannot do without, by their date-stamped names:
/// <https://docs.claude.com/en/api/beta-headers>. Features that come in several versions are the program's choice.
#[derive(Debug, Default)]
pub(super) struct Betas(BTreeSet<&'static str>);

impl Betas {
    pub(super) fn need(&mut self, beta: &'static str) {
        self.0.insert(beta);
    }

    /// The header's value. A header of the request's own replaces this one, so it is only checked.
    pub(super) fn header(
        &self,
        headers: &BTreeMap<String, String>,
        ledger: &mut Ledger,
    ) -> Option<HeaderValue> {
        let own = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(HEADER));
        let Some((_, value)) = own else {
            let names: Vec<&str> = self.0.iter().copied().collect();
            return HeaderValue::from_str(&names.join(",")).ok().filter(|value| !value.is_empty());
        };
        for beta in &self.0 {
            if !value.split(',').any(|given| given.trim() == *beta) {
                ledger.adjusted(
                    HEADER,
                    format!("the request's own header is sent as it is; its content also needs `{beta}`"),
                );
            }
        }
        None
    }
}
