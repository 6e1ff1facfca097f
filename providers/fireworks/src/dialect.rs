use steer_openai_compatible::{Dialect, ThinkingReplay};

/// What Fireworks AI takes: <https://docs.fireworks.ai/api-reference/post-chatcompletions>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    // <https://docs.fireworks.ai/guides/reasoning>
    dialect.thinking_replay = ThinkingReplay::Text("reasoning_content");
    dialect.audio = false;
    dialect.files = false;
    dialect
};
