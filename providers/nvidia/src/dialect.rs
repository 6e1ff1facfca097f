use steer_openai_compatible::Dialect;

/// The dialect of NVIDIA, after <https://docs.nvidia.com/nim/large-language-models/reference/api-reference>.
pub const DIALECT: Dialect = Dialect::compatible();
