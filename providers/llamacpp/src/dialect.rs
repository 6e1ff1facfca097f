use steer_openai_compatible::{Dialect, ThinkingReplay};

/// The dialect of llama.cpp, after <https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.thinking_replay = ThinkingReplay::Text("reasoning_content");
    dialect
};
