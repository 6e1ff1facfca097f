use steer_openai_compatible::{Dialect, EmptyContent, MaxTokens};

/// What xAI's Chat Completions takes: <https://docs.x.ai/docs/api-reference#chat-completions>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.max_tokens = MaxTokens::MaxCompletionTokens;
    // <https://docs.x.ai/developers/model-capabilities/text/reasoning>
    dialect.stop_while_thinking = false;
    dialect.top_k = false;
    dialect.empty_content = EmptyContent::Text;
    dialect.audio = false;
    // <https://docs.x.ai/docs/guides/files>: files go to the Responses API alone.
    dialect.files = false;
    // <https://docs.x.ai/developers/advanced-api-usage/prompt-caching>
    dialect.cache_key_header = Some("x-grok-conv-id");
    dialect.echoes = true;
    dialect
};
