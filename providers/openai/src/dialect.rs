use steer_openai_compatible::Dialect;

/// What OpenAI's own Chat Completions takes: <https://platform.openai.com/docs/api-reference/chat/create>.
pub const DIALECT: Dialect = Dialect::original();
