use steer_openai_compatible::{Dialect, MaxTokens, ThinkingReplay, ThinkingSetting};

/// What Moonshot AI takes: <https://platform.moonshot.ai/docs/api/chat>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.max_tokens = MaxTokens::MaxCompletionTokens;
    // <https://platform.moonshot.ai/docs/guide/use-kimi-k2-thinking-model>
    dialect.thinking = ThinkingSetting::Switch;
    dialect.thinking_replay = ThinkingReplay::Text("reasoning_content");
    dialect.seed = false;
    dialect.logprobs = false;
    dialect.logit_bias = false;
    dialect.top_k = false;
    dialect.audio = false;
    dialect.files = false;
    dialect.embeddings = None;
    dialect
};
