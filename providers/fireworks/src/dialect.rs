use steer_openai_compatible::{Dialect, ThinkingReplay};

/// The dialect of Fireworks AI, after <https://docs.fireworks.ai/guides/reasoning>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    // <https://docs.fireworks.ai/guides/reasoning>
    dialect.thinking_replay = ThinkingReplay::Text("reasoning_content");
    dialect
};
