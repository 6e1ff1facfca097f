use steer_openai_compatible::Dialect;

/// What Perplexity takes: <https://docs.perplexity.ai/docs/sonar/openai-compatibility>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    // It tells its usage in every piece.
    dialect.stream_usage = false;
    dialect.seed = false;
    dialect.logprobs = false;
    dialect.logit_bias = false;
    dialect.candidates = false;
    dialect.audio = false;
    dialect.parallel_switch = false;
    dialect.stop_sequences = 0;
    dialect.embeddings = None;
    dialect.models = None;
    dialect
};
