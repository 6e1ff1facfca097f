use steer_openai_compatible::Dialect;

/// What Together AI takes: <https://docs.together.ai/reference/chat-completions-1>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.audio = false;
    dialect.files = false;
    dialect
};
