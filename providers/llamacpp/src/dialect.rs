use steer_openai_compatible::{Dialect, ThinkingReplay};

/// What llama.cpp takes: <https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.thinking_replay = ThinkingReplay::Text("reasoning_content");
    dialect.files = false;
    dialect
};
