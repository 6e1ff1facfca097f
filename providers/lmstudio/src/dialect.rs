use steer_openai_compatible::Dialect;

/// What LM Studio takes: <https://lmstudio.ai/docs/developer/openai-compat/chat-completions>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.candidates = false;
    dialect.audio = false;
    dialect.files = false;
    dialect
};
