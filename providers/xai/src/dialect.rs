use steer_openai::{LogprobsSetting, ReasoningSetting, ResponsesDialect, UserMember};
use steer_openai_compatible::{Dialect, EmptyContent, MaxTokens};

/// What xAI's Responses API takes: <https://docs.x.ai/developers/rest-api-reference/inference/responses>.
pub const RESPONSES: ResponsesDialect = {
    let mut dialect = ResponsesDialect::compatible();
    dialect.store = true;
    dialect.include = true;
    // <https://docs.x.ai/developers/model-capabilities/text/reasoning>
    dialect.encrypted_reasoning = true;
    dialect.reasoning = ReasoningSetting::EffortSummedUp;
    // <https://docs.x.ai/developers/model-capabilities/text/generate-text>
    dialect.server_state = true;
    dialect.keeps_instructions = true;
    // What OpenAI's format has for it is ignored.
    dialect.logprobs = LogprobsSetting::Flag;
    // <https://docs.x.ai/developers/tools/function-calling> has no such member.
    dialect.strict_tools = false;
    // <https://docs.x.ai/developers/advanced-api-usage/prompt-caching/maximizing-cache-hits>
    dialect.cache_key = true;
    // <https://docs.x.ai/developers/advanced-api-usage/priority-processing>
    dialect.service_tier = true;
    dialect.user = UserMember::User;
    // <https://docs.x.ai/developers/files>
    dialect.file_bytes = false;
    dialect.call_status = true;
    dialect
};

/// What xAI's Chat Completions takes: <https://docs.x.ai/developers/rest-api-reference/inference/chat>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.max_tokens = MaxTokens::MaxCompletionTokens;
    // <https://docs.x.ai/developers/model-capabilities/text/reasoning>
    dialect.stop_while_thinking = false;
    dialect.top_k = false;
    dialect.logit_bias = false;
    dialect.empty_content = EmptyContent::Text;
    dialect.audio = false;
    // <https://docs.x.ai/developers/files>: files go to the Responses API alone.
    dialect.files = false;
    // <https://docs.x.ai/developers/advanced-api-usage/prompt-caching/maximizing-cache-hits>
    dialect.cache_key_header = Some("x-grok-conv-id");
    // <https://docs.x.ai/developers/advanced-api-usage/priority-processing>
    dialect.service_tier = true;
    dialect.echoes = true;
    dialect
};
