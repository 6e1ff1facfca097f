use steer_openai_compatible::{Dialect, ToolIds};

/// What Mistral takes: <https://docs.mistral.ai/api/endpoint/chat>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    // <https://docs.mistral.ai/capabilities/function_calling>
    dialect.force_word = "any";
    dialect.strict_tools = true;
    dialect.tool_ids = ToolIds::Alphanumeric(9);
    dialect.user_after_results = false;
    // It tells its usage unasked, and has a member of its own for a seed, `random_seed`.
    dialect.stream_usage = false;
    dialect.seed = false;
    dialect.logprobs = false;
    dialect.logit_bias = false;
    dialect.top_k = false;
    dialect.audio = false;
    dialect.files = false;
    dialect
};
