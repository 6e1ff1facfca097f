use steer_openai_compatible::{Dialect, ThinkingReplay, ThinkingSetting};

/// What Z.ai takes beside what every compatible server does: a switch for thinking, and its text back.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.thinking = ThinkingSetting::Switch;
    dialect.thinking_replay = ThinkingReplay::Text("reasoning_content");
    dialect
};
