use steer_openai_compatible::Dialect;

/// The dialect of vLLM, after <https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html>.
pub const DIALECT: Dialect = Dialect::compatible();
