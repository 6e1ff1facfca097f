use steer_openai_compatible::{Dialect, ThinkingReplay, ThinkingSetting};

/// The dialect of Moonshot AI, after <https://platform.moonshot.ai/docs/guide/use-kimi-k2-thinking-model>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    // <https://platform.moonshot.ai/docs/guide/use-kimi-k2-thinking-model>
    dialect.thinking = ThinkingSetting::Switch;
    dialect.thinking_replay = ThinkingReplay::Text("reasoning_content");
    dialect
};
