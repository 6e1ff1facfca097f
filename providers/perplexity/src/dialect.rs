use steer_openai_compatible::Dialect;

/// The dialect of Perplexity, after <https://docs.perplexity.ai/docs/sonar/openai-compatibility>.
pub const DIALECT: Dialect = {
    let mut dialect = Dialect::compatible();
    // It tells its usage in every piece.
    dialect.stream_usage = false;
    dialect
};
