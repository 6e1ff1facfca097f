use steer_openai_compatible::{Dialect, MaxTokens};

/// The dialect of Cerebras, after <https://inference-docs.cerebras.ai/resources/openai>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    // <https://promptfoo.dev/docs/providers/cerebras>
    dialect.max_tokens = MaxTokens::MaxCompletionTokens;
    // <https://hexdocs.pm/req_llm/cerebras.html>: each is refused.
    dialect.penalties = false;
    dialect.logit_bias = false;
    // <https://docs.getbifrost.ai/providers/supported-providers/cerebras>
    dialect.embeddings = None;
    dialect
};
