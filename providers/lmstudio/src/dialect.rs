use steer_openai_compatible::Dialect;

/// The dialect of LM Studio, after <https://lmstudio.ai/docs/developer/openai-compat/chat-completions>.
pub const DIALECT: Dialect = Dialect::compatible();
