use steer_openai_compatible::Dialect;

/// The dialect of Together AI, after <https://docs.together.ai/docs/chat-overview>.
pub const DIALECT: Dialect = Dialect::compatible();
