use steer_openai_compatible::{Dialect, MaxTokens};

/// What Venice takes: <https://docs.venice.ai/api-reference/endpoint/chat/completions>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.max_tokens = MaxTokens::MaxCompletionTokens;
    dialect.logit_bias = false;
    dialect.files = false;
    dialect
};
