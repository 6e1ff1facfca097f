use steer_openai_compatible::Dialect;

/// What vLLM takes: <https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.files = false;
    dialect
};
