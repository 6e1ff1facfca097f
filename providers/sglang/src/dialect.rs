use steer_openai_compatible::Dialect;

/// The dialect of SGLang, after <https://docs.sglang.io/docs/basic_usage/openai_api>.
pub const DIALECT: Dialect = Dialect::compatible();
