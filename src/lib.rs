#![doc = include_str!("../README.md")]

pub use steer_core::*;

#[cfg(feature = "anthropic")]
pub use steer_anthropic as anthropic;
#[cfg(not(feature = "anthropic"))]
steer_core::hint_provider!(
    LinkHint::new("anthropic", "enable the feature `anthropic` of the crate `steer`")
        .speaking(&["anthropic-messages"])
);

#[cfg(feature = "gemini")]
pub use steer_gemini as gemini;
#[cfg(not(feature = "gemini"))]
steer_core::hint_provider!(
    LinkHint::new("gemini", "enable the feature `gemini` of the crate `steer`").speaking(&["gemini"])
);

#[cfg(feature = "ollama")]
pub use steer_ollama as ollama;
#[cfg(not(feature = "ollama"))]
steer_core::hint_provider!(
    LinkHint::new("ollama", "enable the feature `ollama` of the crate `steer`").speaking(&["ollama-chat"])
);

#[cfg(feature = "openai")]
pub use steer_openai as openai;
#[cfg(not(feature = "openai"))]
steer_core::hint_provider!(
    LinkHint::new("openai", "enable the feature `openai` of the crate `steer`")
        .speaking(&["openai-responses"])
);

#[cfg(feature = "openai-compatible")]
pub use steer_openai_compatible as openai_compatible;
#[cfg(not(feature = "openai-compatible"))]
steer_core::hint_provider!(
    LinkHint::new("openai-compatible", "enable the feature `openai-compatible` of the crate `steer`")
        .speaking(&["openai-chat"])
);

#[cfg(feature = "openrouter")]
pub use steer_openrouter as openrouter;
#[cfg(not(feature = "openrouter"))]
steer_core::hint_provider!(LinkHint::new(
    "openrouter",
    "enable the feature `openrouter` of the crate `steer`"
));

#[cfg(feature = "xai")]
pub use steer_xai as xai;
#[cfg(not(feature = "xai"))]
steer_core::hint_provider!(LinkHint::new("xai", "enable the feature `xai` of the crate `steer`"));
