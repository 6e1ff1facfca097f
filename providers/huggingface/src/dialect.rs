use steer_openai_compatible::Dialect;

/// What Hugging Face takes: <https://huggingface.co/docs/inference-providers/tasks/chat-completion>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    dialect.top_k = false;
    dialect.audio = false;
    dialect.files = false;
    dialect.embeddings = None;
    dialect
};
