use steer_openai_compatible::{Dialect, Formats, ThinkingReplay, ThinkingSetting};

/// What DeepSeek takes: <https://api-docs.deepseek.com/api/create-chat-completion>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    // <https://api-docs.deepseek.com/guides/thinking_mode>: a model that thinks wants its thinking back.
    dialect.thinking = ThinkingSetting::SwitchEffort;
    dialect.thinking_replay = ThinkingReplay::EveryTurn("reasoning_content");
    // <https://api-docs.deepseek.com/guides/json_mode>
    dialect.formats = Formats::Object;
    dialect.stop_sequences = 16;
    dialect.parallel_switch = false;
    dialect.top_k = false;
    dialect.seed = false;
    dialect.logit_bias = false;
    dialect.candidates = false;
    dialect.images = false;
    dialect.audio = false;
    dialect.files = false;
    dialect.embeddings = None;
    dialect
};
