use steer_openai_compatible::Dialect;

/// What NVIDIA takes: <https://docs.api.nvidia.com/nim/reference/llm-apis>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.logit_bias = false;
    dialect.candidates = false;
    dialect.top_k = false;
    dialect.audio = false;
    dialect.files = false;
    dialect
};
