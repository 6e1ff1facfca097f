use steer_openai_compatible::{Dialect, Formats, ThinkingReplay, ThinkingSetting};

/// What Z.ai takes: <https://docs.z.ai/api-reference/llm/chat-completion>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    // <https://docs.z.ai/guides/capabilities/thinking-mode>
    dialect.thinking = ThinkingSetting::Switch;
    dialect.thinking_replay = ThinkingReplay::Text("reasoning_content");
    // <https://docs.z.ai/guides/capabilities/struct-output>
    dialect.formats = Formats::Object;
    dialect.stop_sequences = 1;
    // It tells its usage unasked.
    dialect.stream_usage = false;
    dialect.parallel_switch = false;
    dialect.penalties = false;
    dialect.seed = false;
    dialect.logprobs = false;
    dialect.logit_bias = false;
    dialect.candidates = false;
    dialect.top_k = false;
    dialect.audio = false;
    dialect.files = false;
    dialect.embeddings = None;
    dialect.models = None;
    dialect
};
