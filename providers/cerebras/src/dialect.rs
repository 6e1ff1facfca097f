use steer_openai_compatible::{Dialect, MaxTokens};

/// What Cerebras takes: <https://inference-docs.cerebras.ai/api-reference/chat-completions>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.max_tokens = MaxTokens::MaxCompletionTokens;
    // <https://inference-docs.cerebras.ai/resources/openai>
    dialect.penalties = false;
    dialect.logit_bias = false;
    dialect.candidates = false;
    dialect.top_k = false;
    dialect.images = false;
    dialect.audio = false;
    dialect.files = false;
    dialect.embeddings = None;
    dialect
};
