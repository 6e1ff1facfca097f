use serde::{Deserialize, Serialize};

/// `FeaturePolicy` says what happens to what a target cannot take.
///
/// By default content and tools are denied with an error before anything is sent, and settings are left out with a
/// warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FeaturePolicy {
    /// Parts of the conversation.
    pub content: OnUnsupported,
    /// Tools and what is said of them.
    pub tools: OnUnsupported,
    /// Sampling and other settings.
    pub settings: OnUnsupported,
    /// What becomes of thinking that the target cannot take as thinking, such as another provider's.
    pub lost_thinking: LostThinking,
}

impl FeaturePolicy {
    /// The same for everything.
    pub const fn all(action: OnUnsupported) -> Self {
        Self { content: action, tools: action, settings: action, lost_thinking: LostThinking::LeftOut }
    }
}

impl Default for FeaturePolicy {
    fn default() -> Self {
        Self { settings: OnUnsupported::Warn, ..Self::all(OnUnsupported::Deny) }
    }
}

/// `LostThinking` is what becomes of thinking that the target cannot take as thinking. Either way the answer carries a
/// warning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LostThinking {
    /// It is left out.
    #[default]
    LeftOut,
    /// What can be read of it is sent as text of the assistant's, in its place.
    AsText,
}

/// `OnUnsupported` is what happens to a thing that the target cannot take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OnUnsupported {
    /// The call fails before anything is sent.
    Deny,
    /// It is left out, and the answer carries a warning.
    Warn,
    /// It is left out.
    Allow,
}
