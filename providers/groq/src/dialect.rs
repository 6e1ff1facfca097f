use steer_openai_compatible::{Dialect, MaxTokens};

/// What Groq takes: <https://console.groq.com/docs/api-reference>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.max_tokens = MaxTokens::MaxCompletionTokens;
    // <https://console.groq.com/docs/openai>: each of them is refused.
    dialect.logprobs = false;
    dialect.logit_bias = false;
    dialect.candidates = false;
    dialect.penalties = false;
    dialect.top_k = false;
    dialect.audio = false;
    dialect.files = false;
    // <https://console.groq.com/docs/service-tiers>
    dialect.service_tier = true;
    dialect.embeddings = None;
    dialect
};
