use crate::error::ApiError;
use crate::request::{FeaturePolicy, LostThinking, OnUnsupported};
use crate::response::{Warning, WarningKind};

/// `Ledger` decides, by the request's policy, what happens to what a target cannot take, and writes it down.
#[derive(Debug, Default)]
pub struct Ledger {
    policy: FeaturePolicy,
    warnings: Vec<Warning>,
}

/// `FeatureArea` is what kind of thing a target cannot take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FeatureArea {
    /// A part of the conversation.
    Content,
    /// Tools and what is said of them.
    Tools,
    /// Sampling and other settings that change the answer little.
    Settings,
}

impl Ledger {
    /// Follows a policy.
    pub fn new(policy: FeaturePolicy) -> Self {
        Self { policy, warnings: Vec::new() }
    }

    /// The target cannot take `subject`; the caller leaves it out if this returns.
    ///
    /// # Errors
    /// The policy denies it.
    pub fn unsupported(&mut self, area: FeatureArea, subject: &str, why: &str) -> Result<(), ApiError> {
        let action = match area {
            FeatureArea::Content => self.policy.content,
            FeatureArea::Tools => self.policy.tools,
            FeatureArea::Settings => self.policy.settings,
        };
        match action {
            OnUnsupported::Deny => Err(ApiError::unsupported(format!(
                "{subject}: {why}; leave it out, or let the request's feature policy allow its loss"
            ))),
            OnUnsupported::Warn => {
                self.warnings.push(Warning::new(WarningKind::Unsupported, subject, why));
                Ok(())
            }
            OnUnsupported::Allow => Ok(()),
        }
    }

    /// What becomes of thinking that the target cannot take as thinking.
    pub fn lost_thinking(&self) -> LostThinking {
        self.policy.lost_thinking
    }

    /// Something was changed to what the target takes.
    pub fn adjusted(&mut self, subject: &str, how: impl Into<String>) {
        self.warnings.push(Warning::new(WarningKind::Adjusted, subject, how));
    }

    /// Content was converted with a loss.
    pub fn converted(&mut self, subject: &str, how: impl Into<String>) {
        self.warnings.push(Warning::new(WarningKind::Converted, subject, how));
    }

    /// All that was written down.
    pub fn into_warnings(self) -> Vec<Warning> {
        self.warnings
    }
}
